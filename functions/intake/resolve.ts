/** Finds the subject of a record by its keys, or creates a new one. */

import { randomId } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import { asSubjectId, type SubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { claimIndex, dropIndex, lookUpIndex } from '../../shared/records/subject/index-entries.ts';
import { type KeyItem, readKeyItem } from '../../shared/records/subject/key-items.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import type { IntakeCall } from './call.ts';
import type { IntakeDeps } from './deps.ts';
import type { MatchKey, RecordPlan } from './plan-record.ts';

/** Match keys by index value. */
export type Indexes = ReadonlyMap<string, IndexedMatchKey>;

export interface IndexedMatchKey extends MatchKey {
  /** Index values under earlier versions of the index key, under which the entry may still be stored. */
  older: readonly string[];
}

interface KeyedSubject {
  subject: SubjectId | null;
  /** Keys that lead to no subject yet. */
  missing: Indexes;
}

export interface Resolved {
  subject: SubjectId;
  /** Whether the record may create this subject; otherwise it must exist. */
  fresh: boolean;
  indexes: Indexes;
  missing: Indexes;
  /** Whether the subject id is new and all keys were claimed for it just now. */
  claimed: boolean;
}

/** @throws Problem REFUSED if a reference leads to no record, or if no subject may be created; MATCH_CONFLICT */
export async function resolveSubject(call: IntakeCall, plan: RecordPlan): Promise<Resolved> {
  const { deps, request } = call;
  const indexes = await indexKeys(deps, plan);
  // A concurrent writer may claim a key between look-up and claim. Then the next look-up finds its subject.
  for (let attempt = 0; attempt < 3; attempt++) {
    const { subject, missing } = await findSubject(call, plan, indexes);
    const fresh = plan.ref === null && request.create;
    if (subject !== null) return { subject, fresh, indexes, missing, claimed: false };
    if (!fresh) throw new Problem('REFUSED');
    const claimed = await claimNew(deps, indexes);
    if (claimed !== null) return { subject: claimed, fresh, indexes, missing: new Map(), claimed: true };
  }
  throw new Problem('CONFLICT', {
    detail: 'Other records of the same subject are being written; try again.',
  });
}

/** One KMS GenerateMac per match key and version of the index key. */
export async function indexKeys({ kms, env }: IntakeDeps, plan: RecordPlan): Promise<Indexes> {
  return new Map(
    await Promise.all(
      plan.keys.map(async (key) => {
        const [index, ...older] = await blindIndexes(kms, env.indexKey, key);
        return [index, { ...key, older }] as const;
      }),
    ),
  );
}

/** @throws Problem MATCH_CONFLICT if the keys lead to different subjects */
export async function findSubject(
  { deps, session }: IntakeCall,
  plan: RecordPlan,
  indexes: Indexes,
): Promise<KeyedSubject> {
  const { kms, tables, env } = deps;
  const missing = new Map(indexes);
  const subjects = new Set<SubjectId>();
  if (plan.ref !== null) {
    const references = await referencesOf(kms, env.referenceKey, session.caller.clientId);
    const subject = references.toSubject(plan.ref);
    if (subject === null) throw new Problem('REFUSED');
    subjects.add(subject);
  }
  await Promise.all(
    [...indexes].map(async ([index, { older, attachable }]) => {
      const values = [index, ...older];
      const found = await Promise.all(values.map((value) => lookUpIndex(tables.index, value)));
      for (const subject of found) if (subject !== null) subjects.add(subject);
      // If it is found only under an older index key, a record that may attach the key stores it under the newest.
      const [newest] = found;
      if (newest || (!attachable && found.some((subject) => subject !== null))) missing.delete(index);
    }),
  );
  if (subjects.size > 1) {
    // Keys and references may still lead to a subject that was merged into another.
    const items = [...subjects].map((one) => readKeyItem(tables.keys, one));
    const survivors = new Set((await Promise.all(items)).map((item) => item?.subject));
    const [survivor] = survivors;
    if (survivors.size > 1 || survivor === undefined) throw new Problem('MATCH_CONFLICT');
    return { subject: survivor, missing };
  }
  const [subject = null] = subjects;
  return { subject, missing };
}

/**
 * If match keys lead to an erased subject, removes them. The clean-up may have left them, or a concurrent intake may
 * have claimed them.
 * @returns whether the subject was erased: then the record must be resolved again
 */
export async function dropErasedKeys(
  { tables }: IntakeDeps,
  subject: SubjectId,
  indexes: Iterable<string>,
): Promise<boolean> {
  const { state } = await readState(tables.keys, subject);
  if (state !== 'erased') return false;
  await Promise.all([...indexes].map((index) => dropIndex(tables.index, index, subject)));
  return true;
}

/**
 * Claims all keys for a new subject id, which no reader sees before its head is committed.
 * @returns `null` if a concurrent writer claimed one of them first
 */
async function claimNew({ now, tables }: IntakeDeps, indexes: Indexes): Promise<SubjectId | null> {
  const subject = asSubjectId(randomId());
  const claimed: string[] = [];
  for (const index of indexes.keys()) {
    if (await claimIndex(tables.index, index, subject, now())) claimed.push(index);
    else {
      await Promise.all(claimed.map((mine) => dropIndex(tables.index, mine, subject)));
      return null;
    }
  }
  return subject;
}

/**
 * Attaches the missing keys to the subject: a source's own key, or a field that the record writes as its owner. Another
 * department's field is never attached, because a mistyped number would join two people. Claims that the key item does
 * not list yet are made again, so that maintenance does not take them for abandoned.
 */
export async function attachKeys(
  { now, tables }: IntakeDeps,
  { subject, missing, indexes, claimed }: Resolved,
  item: KeyItem | null,
): Promise<void> {
  if (claimed) return;
  for (const [index, key] of indexes) {
    if (!missing.has(index) && item?.indexes.has(index)) continue;
    const attachable = key.attachable || !missing.has(index);
    const to = item?.subject ?? subject;
    if (!attachable || !(await claimIndex(tables.index, index, to, now(), subject))) {
      throw new Problem('MATCH_CONFLICT');
    }
  }
}
