/** Finds the subject of a record by its keys, or creates a new one. */

import { randomId } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import { asSubjectId, type ClientId, type SubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import {
  dropClaim,
  type IndexLead,
  ownIndex,
  readIndex,
} from '../../shared/records/subject/index-entries.ts';
import { readKeyItem } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { decoyId, type Loaded, loadHolding } from '../steps/holding.ts';
import type { Indexes, IntakeCall, KeyedSubject, Located, RecordPlan, Resolved } from './call.ts';
import { dropErasedKeys } from './claim.ts';
import type { IntakeDeps } from './deps.ts';
import { covers, foreign } from './plan-record.ts';

/**
 * The subject of the record and its holdings. An erased subject counts as unknown, even if keys still lead to it.
 * @throws Problem as `resolveSubject`
 */
export async function resolve(
  deps: IntakeDeps,
  call: IntakeCall,
  plan: RecordPlan,
): Promise<Located & Pick<Loaded, 'sheets'>> {
  for (;;) {
    const resolved = await resolveSubject(deps, call, plan);
    // An id made a moment ago leads nowhere. Under a number of another department the reads are made nevertheless, so that
    // they do not reveal whether it leads anywhere.
    if (resolved.taken && ![...resolved.all.values()].some(foreign))
      return { resolved, item: null, sheets: new Map<string, StoredSheet>() };
    const loaded = await loadHolding(deps, resolved.subject, plan.owner);
    if (loaded.item !== null || resolved.taken || !resolved.fresh) return { resolved, ...loaded };
    await call.claimed;
    const values = [...resolved.indexes].flatMap(([index, { older }]) => [index, ...older]);
    if (await dropErasedKeys(deps, resolved.subject, values)) continue;
    const adopted = await adoptSubject(deps, call, resolved);
    if (adopted) return { resolved: adopted, ...loaded };
  }
}

/**
 * Reads alone.
 * @throws Problem REFUSED if a reference leads to no record, or if no subject may be created; MATCH_CONFLICT
 */
async function resolveSubject(deps: IntakeDeps, call: IntakeCall, plan: RecordPlan): Promise<Resolved> {
  const all = await indexKeys(deps, plan, call.session.caller.clientId);
  const { subject, taken, ...found } = await findSubject(deps, call, plan, all);
  const fresh = plan.ref === null && call.request.create;
  if (subject !== null) return { subject, fresh, all, ...found };
  if (!fresh) throw new Problem('REFUSED');
  return { subject: asSubjectId(randomId()), fresh, all, ...found, taken };
}

/**
 * One KMS GenerateMac per match key and version of the index key. To a key of another department it adds the value
 * under which the agency finds again what it wrote itself.
 */
async function indexKeys({ kms, env }: IntakeDeps, plan: RecordPlan, agency: ClientId): Promise<Indexes> {
  const indexed = plan.keys.map(async (key) => {
    const [index, ...older] = await blindIndexes(kms, env.indexKey, key);
    const shared = [index, { ...key, older }] as const;
    if (key.owned) return [shared];
    const own = { ...key, scope: agency, owned: true, attachable: true, claims: index } as const;
    const before = older.map((one) => ownIndex(one, agency));
    return [shared, [ownIndex(index, agency), { ...own, older: before }] as const];
  });
  return new Map((await Promise.all(indexed)).flat());
}

/**
 * A reference and the caller's own keys decide. If none of them leads to a subject, one follows that a key of another
 * department leads to, or that others claimed provisionally, if it is within the caller's reach. Each record takes the
 * same reads, whichever it is.
 * @returns also the keys of other departments that lead anywhere, with the index value under which they do
 * @throws Problem MATCH_CONFLICT if the caller's own keys lead to different subjects
 */
async function findSubject(
  deps: IntakeDeps,
  call: IntakeCall,
  plan: RecordPlan,
  indexes: Indexes,
): Promise<KeyedSubject & { taken: ReadonlyMap<string, string> }> {
  const { kms, tables, env } = deps;
  const missing = new Map(indexes);
  const certain = new Set<SubjectId>();
  const others = new Map<SubjectId, boolean>();
  const taken = new Map<string, string>();
  const leads = new Map<string, IndexLead>();
  if (plan.ref !== null) {
    const references = await referencesOf(kms, env.referenceKey, call.session.caller.clientId);
    const subject = references.toSubject(plan.ref);
    if (subject === null) throw new Problem('REFUSED');
    certain.add(subject);
  }
  await Promise.all(
    [...indexes].map(async ([index, key]) => {
      const values = [index, ...key.older];
      const found = await Promise.all(values.map((value) => readIndex(tables.index, value)));
      for (const [i, lead] of found.entries()) {
        if (lead === null) continue;
        if (i === 0) leads.set(index, lead);
        if (foreign(key)) taken.set(index, values[i] ?? index);
        if (key.owned && !lead.provisional) certain.add(lead.subject);
        else others.set(lead.subject, key.owned || (others.get(lead.subject) ?? false));
      }
      // If it is found only under an older index key, a record that may attach the key stores it under the newest.
      const firm = found.map((lead) => lead !== null && !lead.provisional);
      if (firm[0] || (!key.attachable && firm.includes(true))) missing.delete(index);
    }),
  );
  if (certain.size === 0) {
    const reached = await withinReach(deps, call, others, [...indexes.values()].some(foreign));
    return { subject: reached, indexes, missing, leads, joined: true, taken };
  }
  // A number of another department decides nothing next to a key of the caller's own.
  const own = new Map(
    [...indexes].filter(([index, key]) => !foreign(key) && !(key.claims && missing.has(index))),
  );
  const still = new Map([...missing].filter(([index]) => own.has(index)));
  const subject = await one(deps, certain);
  return { subject, indexes: own, missing: still, leads, joined: false, taken };
}

/**
 * The subject, if there is one and the caller's area covers it.
 * @param candidates subjects, and whether a key of the caller's own leads there
 * @param alike whether there is one read in every case. An owner's own number may reveal that others claimed it.
 */
async function withinReach(
  deps: IntakeDeps,
  { session, request }: IntakeCall,
  candidates: ReadonlyMap<SubjectId, boolean>,
  alike: boolean,
): Promise<SubjectId | null> {
  const [[subject, owned] = [null, false]] = candidates;
  if (subject === null && !alike) return null;
  const item = await readKeyItem(deps.tables.keys, subject ?? decoyId());
  if (subject === null || candidates.size > 1 || !(request.create || owned)) return null;
  // Without an item, a concurrent writer has just claimed the key and its record is not committed yet.
  if (item === null) return subject;
  const reachable = item.collection === request.collection && covers(session.caller, item.county);
  return reachable ? subject : null;
}

/** The only subject, or the one into which all were merged. @throws Problem MATCH_CONFLICT */
async function one({ tables }: IntakeDeps, subjects: ReadonlySet<SubjectId>): Promise<SubjectId> {
  const [first] = subjects;
  if (subjects.size === 1 && first !== undefined) return first;
  // Keys and references may still lead to a subject that was merged into another.
  const items = [...subjects].map((subject) => readKeyItem(tables.keys, subject));
  const survivors = new Set((await Promise.all(items)).map((item) => item?.subject));
  const [survivor] = survivors;
  if (survivors.size > 1 || survivor === undefined) throw new Problem('MATCH_CONFLICT');
  return survivor;
}

/**
 * A subject that a claim leads to, although nothing of it is committed: its writer is still under way, or has failed. Then
 * each key of the record must lead to it, as if this write had made it.
 * @returns `null` if the record must be resolved again: what the agency claimed for itself was left over, and the number
 * has led to a record within its reach since
 */
async function adoptSubject(
  deps: IntakeDeps,
  call: IntakeCall,
  resolved: Resolved,
): Promise<Resolved | null> {
  const { subject, leads, all } = resolved;
  for (const [index, { claims }] of all) {
    const [own, number] = [leads.get(index), claims === undefined ? undefined : leads.get(claims)];
    if (own?.subject !== subject || !number || number.subject === subject) continue;
    if ((await withinReach(deps, call, new Map([[number.subject, false]]), true)) === null) continue;
    await dropClaim(deps.tables.index, index, own);
    return null;
  }
  const missing = new Map([...all].filter(([index]) => leads.get(index)?.provisional !== false));
  return { ...resolved, indexes: all, missing, joined: true };
}
