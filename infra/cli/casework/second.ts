import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Freeze } from '../../../shared/contract/casework.ts';
import type { WaitingAct, WaitingChange, WaitingRevocation } from '../../../shared/contract/office.ts';
import type { Command } from '../command.ts';
import { print } from '../common.ts';
import { table } from '../terminal/table.ts';

/** What waits for a second person, as far as this office may see it. */
interface Waiting {
  changes: WaitingChange[];
  acts: WaitingAct[];
  freezes: Freeze[];
  revocations: WaitingRevocation[];
}

/** `fieldgate second` */
export function registerSecond(program: Command): void {
  program
    .command('second')
    .description('what waits for a second person, with the command of each')
    .calls(async ({ gate, options }) => {
      const waiting = await readWaiting(gate);
      print(options, waiting, () => inWords(waiting));
    });
}

async function readWaiting(gate: Fieldgate): Promise<Waiting> {
  const { person, actions } = await gate.whoami();
  const may = new Set(person?.actions ?? actions);
  const desk = may.has('steward') ? 'steward' : may.has('casework') ? 'casework' : null;
  const changes: WaitingChange[] = [];
  if (may.has('steward') || may.has('audit'))
    for await (const one of gate.agencies.waiting()) changes.push(one);
  return {
    changes,
    // The list names people, so it is for an officer who has logged in.
    acts: desk && person ? await gate.waitingActs(desk) : [],
    freezes: desk || may.has('audit') ? (await gate.freezes.list()).filter(({ lifting }) => lifting) : [],
    revocations: may.has('audit') ? await gate.revocations() : [],
  };
}

const COMMANDS = { erase: 'erase', merge: 'merge', part: 'merge --undo' } as const;

function inWords({ changes, acts, freezes, revocations }: Waiting): string {
  const rows = [
    ...changes.map(({ clientId, outcome, entry, expiresAt, officer }) => [
      `${outcome} ${clientId}`,
      officer,
      expiresAt,
      `fieldgate agency confirm ${clientId} ${entry}`,
    ]),
    ...acts.map(({ act, ref, into = '', by, until, state, own, second }) => [
      state === 'waiting' ? `${act}, done then unless it is stopped` : act,
      own ? 'you' : by,
      until,
      second
        ? `fieldgate ${COMMANDS[act]} ${ref} ${act === 'merge' ? into : ''}`.trim()
        : act === 'part'
          ? ''
          : `fieldgate ${act} --stop ${ref}`,
    ]),
    ...freezes.map(({ id, target, lifting }) => [
      `lift the freeze of ${target.kind} ${target.ref ?? target.agency ?? target.purpose ?? target.class ?? ''}`,
      lifting?.own ? 'you' : (lifting?.by ?? ''),
      lifting?.until ?? '',
      lifting?.own ? '' : `fieldgate unfreeze ${id}`,
    ]),
    ...revocations.map(({ writer, by, until, own }) => [
      `revoke the writer ${writer}`,
      own ? 'you' : by,
      until,
      own ? '' : `fieldgate log revoke ${writer}`,
    ]),
  ];
  if (rows.length === 0) return 'Nothing waits for a second person. Tasks: fieldgate task list\n';
  return table(
    ['what', 'asked by', 'until (UTC)', 'command (with --officer and --reason)'],
    rows.map(([what = '', by = '', until = '', command = '']) => [
      what,
      by,
      until.slice(0, 16).replace('T', ' '),
      command,
    ]),
    { wraps: 3 },
  );
}
