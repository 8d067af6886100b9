/** Erases data past its retention: fields, and in the end the complete record. */

import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { SubjectId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import type { DataSaid } from '../../../shared/log/entry/entry.ts';
import { fieldsOver, isRecordOver } from '../../../shared/policy/decide/retention.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { FREEZE, queryCasework } from '../../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../../shared/records/subject/sheets.ts';
import { currentPack } from '../../session/policy.ts';
import { decoySubject, loadHolding } from '../../steps/holding.ts';
import type { HeldField, Holding } from '../../steps/open-sheets.ts';
import type { JobRun } from '../job-run.ts';
import { instantIn, type MovedFields, openLogged, writeMoved } from '../reseal.ts';
import { clean, eraseKeys } from '../tombstone.ts';

const CODE = 'RETENTION';
const ATTEMPTS = 16;

/** The reasons in the entries of the erasure. */
type Why = Pick<DataSaid, 'code' | 'rule' | 'attempt'>;

/**
 * Opens the date of birth after an attempt entry. A frozen record is not erased, because it is under
 * examination.
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
  if (casework.some(({ kind }) => kind === FREEZE)) return false;
  const held = [...sheets].flatMap(([owner, { fields }]): HeldField[] =>
    fields.has(birth) ? [{ field: birth, owner }] : [],
  );
  const opened = held.length > 0 ? await openLogged(deps, actor, { item, sheets }, held, CODE) : null;
  const births = [...(opened?.values.values() ?? [])].map((values): Json => values.get(birth)?.value ?? null);
  const now = deps.now();
  const why = { code: CODE, rule: pack.retention.rule, ...defined({ attempt: opened?.attempted }) };
  if (isRecordOver(pack, births, now)) {
    const { tombstone } = await eraseKeys(deps, actor, item, why, 1);
    await clean(deps, tombstone);
    return true;
  }
  return eraseFields(run, { item, sheets }, births, why);
}

/** Sheet by sheet: each write changes the key item, so it is read again. @returns whether anything was erased */
async function eraseFields(run: JobRun, first: Holding, births: readonly Json[], why: Why): Promise<boolean> {
  const { deps, actor } = run;
  const pack = await currentPack(deps);
  let holding: Holding | null = first;
  let changed = false;
  for (let attempt = 0; attempt < ATTEMPTS && holding; attempt++) {
    const { item, sheets }: Holding = holding;
    const next = [...sheets.values()]
      .map((sheet) => ({ sheet, over: overIn(pack, item, sheet, births, deps.now()) }))
      .find(({ over }) => over.size > 0);
    if (!next) return changed;
    const entry = { kind: 'maintenance', outcome: 'expired', ...why } as const;
    changed =
      (await writeMoved(deps, actor, item, next.sheet, next.over, entry, next.sheet.owner)) || changed;
    const loaded = await loadHolding(deps, item.subject);
    holding = loaded.item?.subject === item.subject ? { item: loaded.item, sheets: loaded.sheets } : null;
  }
  throw new Problem('CONFLICT');
}

function overIn(
  pack: Pack,
  item: KeyItem,
  sheet: StoredSheet,
  births: readonly Json[],
  now: number,
): MovedFields {
  const fields = new Map([...sheet.fields.keys()].map((field) => [field, instantIn(item, sheet, field)]));
  return new Map(fieldsOver(pack, { births, fields }, now).map((field) => [field, { value: null, at: '' }]));
}
