/** Erases data past its retention: fields, and in the end the complete record. */

import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { SubjectId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import type { DataSaid } from '../../../shared/log/entry/entry.ts';
import {
  endedSince,
  factsOfEnd,
  factsOfGone,
  fieldsOver,
  isRecordOver,
  type Kept,
} from '../../../shared/policy/decide/retention.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { FREEZE, HELP_ENDED, queryCasework } from '../../../shared/records/casework/casework.ts';
import { heldIn } from '../../../shared/records/casework/holds.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../../shared/records/subject/sheets.ts';
import { contend, LOST } from '../../../shared/store/contend.ts';
import { currentPack } from '../../session/policy.ts';
import { decoySubject, loadHolding } from '../../steps/holding.ts';
import type { HeldField, Holding } from '../../steps/open-sheets.ts';
import { staysForArchive } from '../archive.ts';
import { endUndo } from '../end-undo.ts';
import type { JobRun } from '../job-run.ts';
import { instantIn, type MovedFields, openLogged, writeMoved } from '../reseal.ts';
import { clean, eraseKeys } from '../tombstone.ts';
import { askAgain, factsOfConsents, givenIn } from './ask-again.ts';
import { askAboutGrown } from './ask-grown.ts';
import { askWhoLeft, factsOfDuty } from './ask-left.ts';
import { findEnds, followEnds } from './ends.ts';

const CODE = 'RETENTION';
const ATTEMPTS = 16;

/** The reasons in the entries of the erasure. */
type Why = Pick<DataSaid, 'code' | 'rule' | 'attempt'>;

/**
 * Opens the date of birth after an attempt entry, and the facts of an end if anything may end with them. A frozen record
 * is not erased, because it is under examination, nor what is on legal hold, and recipients keep what they hold of both. Else
 * they are asked to delete what they hold about a person who is grown, or whom their duty no longer covers. Families are
 * asked again for consents that end, whatever holds the record: time ends a consent nevertheless.
 * @returns whether anything was erased
 * @throws Problem CONFLICT if the record is being changed: the next run repeats it
 */
export async function retainSubject(run: JobRun, subject: SubjectId): Promise<boolean> {
  const { deps, actor } = run;
  const pack = await currentPack(deps);
  const birth = pack.consent.evidence.birth?.field;
  if (!pack.retention || birth === undefined) return false;
  if (subject === (await decoySubject(deps, pack.collection))) return false;
  const { item, sheets } = await loadHolding(deps, subject);
  if (item?.subject !== subject || item.collection !== pack.collection) return false;
  const casework = await queryCasework(deps.tables.casework, subject);
  const kept = heldIn(casework);
  const stays = kept.record || casework.some(({ kind }) => kind === FREEZE);
  const now = deps.now();
  const given = givenIn(pack, casework, now);
  if (stays && given.length === 0) return false;
  const written = lastWrites(item, sheets.values());
  const facts = stays ? [] : factsOfEnd(pack, written, now);
  const duties = stays ? null : await factsOfDuty(run, pack, item, written);
  const asking = [...factsOfGone(pack), ...factsOfConsents(pack, given)];
  const wanted = new Set([birth, ...facts, ...(duties?.facts ?? []), ...asking]);
  const held = [...sheets].flatMap(([owner, { fields }]): HeldField[] =>
    [...wanted].filter((field) => fields.has(field)).map((field) => ({ field, owner })),
  );
  const opened = held.length > 0 ? await openLogged(deps, actor, { item, sheets }, held, CODE) : null;
  const valuesOf = (field: string): Json[] =>
    [...(opened?.values.values() ?? [])].flatMap((values): Json[] =>
      values.has(field) ? [values.get(field)?.value ?? null] : [],
    );
  const births = valuesOf(birth);
  const why = { code: CODE, rule: pack.retention.rule, ...defined({ attempt: opened?.attempted }) };
  // A held field keeps what leads to it.
  const all = new Map([...wanted].map((name) => [name, valuesOf(name)]));
  const ended = endedSince(pack, written, all);
  const over = duties !== null && kept.fields.size === 0 && isRecordOver(pack, { births, ended }, now);
  if (over && !(await staysForArchive(deps, pack, item, sheets.values()))) {
    const { tombstone } = await eraseKeys(deps, actor, item, why, 1);
    await clean(deps, tombstone);
    return true;
  }
  const values = byOwner(opened?.values, wanted);
  const attempt = opened?.attempted;
  const ends = await findEnds(run, pack, item, casework, all, attempt);
  await askAgain(run, pack, { item, sheets, casework }, given, values, { ends, attempt });
  if (!duties) return false;
  await followEnds(run, pack, item, ends);
  await askAboutGrown(run, pack, item, births);
  await askWhoLeft(run, pack, item, {
    ...duties,
    values: new Map(duties.facts.map((name) => [name, valuesOf(name)])),
  });
  const { help } = pack.retention;
  const mark = ends.inForce.find(({ kind }) => kind === HELP_ENDED);
  if (help && mark && !ended.has(help.ends)) ended.set(help.ends, mark.document.at);
  return eraseFields(run, { item, sheets }, { births, kept: kept.fields, ended }, why);
}

function byOwner(opened: ReadonlyMap<string, MovedFields> | undefined, wanted: ReadonlySet<string>) {
  const of = (field: string) =>
    [...(opened ?? [])].flatMap(([owner, values]) => {
      const found = values.get(field);
      return found ? [{ owner, value: found.value }] : [];
    });
  return new Map([...wanted].map((field) => [field, of(field)]));
}

/** The last write of each held field, by any owner. */
function lastWrites(item: KeyItem, sheets: Iterable<StoredSheet>): Map<string, string> {
  const written = new Map<string, string>();
  for (const sheet of sheets) {
    for (const field of sheet.fields.keys()) {
      const at = instantIn(item, sheet, field);
      if (at > (written.get(field) ?? '')) written.set(field, at);
    }
  }
  return written;
}

/** The facts that were opened. */
type Known = Omit<Kept, 'fields'> & { kept: ReadonlySet<string> };

/** Sheet by sheet: each write changes the key item, so it is read again. @returns whether anything was erased */
async function eraseFields(run: JobRun, first: Holding, known: Known, why: Why): Promise<boolean> {
  const { deps, actor } = run;
  const pack = await currentPack(deps);
  let holding: Holding | null = first;
  let changed = false;
  return contend(ATTEMPTS, async () => {
    if (!holding) throw new Problem('CONFLICT');
    const { item, sheets }: Holding = holding;
    const next = [...sheets.values()]
      .map((sheet) => ({ sheet, over: overIn(pack, item, sheet, known, deps.now()) }))
      .find(({ over }) => over.size > 0);
    if (!next) return changed;
    const entry = { kind: 'maintenance', outcome: 'expired', ...why } as const;
    // What an undo would bring back would not expire.
    if (item.undo) await endUndo(deps, { item, sheets });
    // Otherwise the item has changed, and is read again.
    else if (await writeMoved(deps, actor, item, next.sheet, next.over, entry, next.sheet.owner))
      changed = true;
    const loaded = await loadHolding(deps, item.subject);
    holding = loaded.item?.subject === item.subject ? { item: loaded.item, sheets: loaded.sheets } : null;
    return LOST;
  });
}

function overIn(
  pack: Pack,
  item: KeyItem,
  sheet: StoredSheet,
  { kept, ...known }: Known,
  now: number,
): MovedFields {
  const free = [...sheet.fields.keys()].filter((field) => !kept.has(field));
  const fields = new Map(free.map((field) => [field, instantIn(item, sheet, field)]));
  return new Map(
    fieldsOver(pack, { ...known, fields }, now).map((field) => [field, { value: null, at: '' }]),
  );
}
