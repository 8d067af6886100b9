/** What waits for a second person, read and shown. */
import { createInterface } from 'node:readline/promises';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import { FieldgateError, isNotGranted } from '../../../shared/client/wire/errors.ts';
import type { Freeze } from '../../../shared/contract/casework.ts';
import type {
  WaitingAct,
  WaitingChange,
  WaitingPublication,
  WaitingRevocation,
} from '../../../shared/contract/office.ts';
import { all, type GlobalOptions, open } from '../common.ts';
import { texts, words as w } from '../messages/language.ts';
import { inLine, table } from '../terminal/table.ts';
import { minute, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';

const { second: t } = await texts('casework');

/** What waits for a second person, as far as this office may see it. */
interface Waiting {
  changes: WaitingChange[];
  publications: WaitingPublication[];
  acts: WaitingAct[];
  freezes: Freeze[];
  revocations: WaitingRevocation[];
}

export async function readWaiting(gate: Fieldgate): Promise<Waiting> {
  const { person, actions } = await gate.whoami();
  const may = (...some: string[]) => some.some((one) => actions.includes(one));
  const acts = (action: string) =>
    granted(async () => (await gate.call('GET /v1/subjects/waiting', {}, { actions: [action] })).acts);
  const [changes, publications, held, kept, freezes, revocations] = await Promise.all([
    may('steward', 'audit') ? granted(() => all(gate.items('GET /v1/agencies', 'waiting', {}))) : [],
    may('steward', 'audit')
      ? granted(async () => {
          const { waiting } = await gate.call('GET /v1/policy/versions', {});
          return waiting ? [waiting] : [];
        })
      : [],
    // These lists name people, so they are for an officer who has logged in.
    person && may('steward') ? acts('steward') : [],
    person && may('casework') ? acts('casework') : [],
    may('steward', 'audit', 'casework')
      ? granted(async () => (await gate.call('GET /v1/freezes', {})).freezes)
      : [],
    may('audit') ? granted(async () => (await gate.call('GET /v1/log/revocations', {})).revocations) : [],
  ]);
  const byEntry = new Map([...kept, ...held].map((one) => [one.entry, one]));
  return {
    changes,
    publications,
    acts: [...byEntry.values()],
    freezes: freezes.filter(({ lifting }) => lifting),
    revocations,
  };
}

/** Nothing, if the person who has logged in may not do what the office may, or the list is for offices of another role. */
async function granted<Item>(read: () => Promise<Item[]>): Promise<Item[]> {
  return read().catch((error) => {
    if (isNotGranted(error) || (error instanceof FieldgateError && error.code === 'ROLE_REQUIRED')) return [];
    throw error;
  });
}

/** Shows what waits with this entry, as far as a list has it. @returns whether the person confirms it */
export async function readThenAsk(options: GlobalOptions, entry: string): Promise<boolean> {
  const { gate } = await open(options);
  const all = await readWaiting(gate);
  const is = (one: { entry: string }) => one.entry === entry;
  const one: Waiting = {
    changes: all.changes.filter(is),
    publications: all.publications.filter(is),
    acts: all.acts.filter(is),
    freezes: all.freezes.filter(({ lifting }) => lifting && is(lifting)),
    revocations: all.revocations.filter(is),
  };
  const listed = Object.values(one).some((some) => some.length > 0);
  process.stderr.write(listed ? inWords(one) : t.waits(entry));
  const line = createInterface({ input: process.stdin, output: process.stderr });
  const said = await line.question(t.confirm);
  line.close();
  return t.yes.includes(said.trim().toLowerCase());
}

const COMMANDS = {
  erase: 'erase',
  merge: 'merge',
  part: 'merge --undo',
  move: 'move',
  end: 'end-help',
} as const;

/** A person, or what the freeze names, such as an office and its officer. */
const targetOf = ({ kind: _, ref, ...names }: Freeze['target']) => ref ?? Object.values(names).join(' ');

export function inWords({ changes, publications, acts, freezes, revocations }: Waiting): string {
  const rows = [
    ...changes.map(({ clientId, outcome, entry, expiresAt, officer }) => [
      `${t.changes[outcome] ?? word(outcome)} ${clientId}`,
      officer,
      expiresAt,
      `fieldgate agency confirm ${clientId} ${entry}`,
    ]),
    ...publications.map(({ version, hash, by, officer, reason, entry, until, own }) => [
      t.publication(inLine(version), hash.slice(0, 12)),
      own ? w.you : inLine([by, officer, reason].filter(Boolean).join(', ')),
      until,
      own ? '' : `fieldgate policy publish --entry ${entry}`,
    ]),
    ...acts.map(({ act, ref, into = '', by, asked, entry, ordered, until, state, own, second, stop }) => [
      state === 'waiting'
        ? t.unlessStopped(word(act))
        : ordered
          ? t.atOnce(word(act), inLine(asked?.instrument ?? ''))
          : word(act),
      own ? w.you : inLine([by, asked?.officer, asked?.reason].filter(Boolean).join(', ')),
      until,
      second
        ? `fieldgate ${COMMANDS[act]} ${[ref, ...(act === 'merge' ? [into] : [])].join(' ')} --entry ${entry}`
        : stop === undefined
          ? ''
          : `fieldgate ${act} --stop ${stop}`,
    ]),
    ...freezes.map(({ id, target, lifting }) => [
      t.lift(word(target.kind), inLine(targetOf(target))),
      lifting?.own ? w.you : inLine(lifting?.by ?? ''),
      lifting?.until ?? '',
      lifting?.own ? '' : `fieldgate unfreeze ${id} --entry ${lifting?.entry ?? ''}`,
    ]),
    ...revocations.map(({ writer, by, entry, until, own }) => [
      t.revoke(writer),
      own ? w.you : by,
      until,
      own ? '' : `fieldgate log revoke ${writer} --entry ${entry}`,
    ]),
  ];
  if (rows.length === 0) return t.none;
  return table(
    [w.what, t.askedBy, w.untilIn(zoneHere()), t.command],
    rows.map(([what = '', by = '', until = '', command = '']) => [what, by, minute(until), command]),
    { wraps: 3 },
  );
}
