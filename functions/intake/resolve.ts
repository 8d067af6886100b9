/** Finds the subject of a record by its keys, or creates a new one. */

import { randomId } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import { asSubjectId, type ClientId, type SubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import {
  claimIndex,
  dropClaim,
  dropIndex,
  type IndexLead,
  ownIndex,
  readIndex,
} from '../../shared/records/subject/index-entries.ts';
import { type KeyItem, readKeyItem } from '../../shared/records/subject/key-items.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { decoyId } from '../steps/holding.ts';
import type { IntakeCall } from './call.ts';
import type { IntakeDeps } from './deps.ts';
import { covers, type MatchKey, type RecordPlan } from './plan-record.ts';

/** Match keys by index value. */
export type Indexes = ReadonlyMap<string, IndexedMatchKey>;

export interface IndexedMatchKey extends MatchKey {
  /** Index values under earlier versions of the index key, under which the entry may still be stored. */
  older: readonly string[];
  /** Of the agency's own value for a key of another department: the index value of that key. */
  claims?: string;
}

interface KeyedSubject {
  subject: SubjectId | null;
  /** The keys that count: if a key of the caller's own found the subject, only those. */
  indexes: Indexes;
  /** Keys that lead to no subject yet, or only provisionally. */
  missing: Indexes;
  /** Where the keys led when they were looked up. */
  leads: ReadonlyMap<string, IndexLead>;
  /** Whether no key of the caller's own leads to it yet. */
  joined: boolean;
}

export interface Resolved extends KeyedSubject {
  subject: SubjectId;
  /** Whether the record may create this subject; otherwise it must exist. */
  fresh: boolean;
  /**
   * If the subject id is new, the keys of other departments that lead anywhere, with the index value under which they
   * do. Nothing is claimed for it yet.
   */
  taken?: ReadonlyMap<string, string>;
  /** All keys of the record. */
  all: Indexes;
}

/**
 * Reads alone.
 * @throws Problem REFUSED if a reference leads to no record, or if no subject may be created; MATCH_CONFLICT
 */
export async function resolveSubject(call: IntakeCall, plan: RecordPlan): Promise<Resolved> {
  const { deps, request } = call;
  const all = await indexKeys(deps, plan, call.session.caller.clientId);
  const { subject, taken, ...found } = await findSubject(call, plan, all);
  const fresh = plan.ref === null && request.create;
  if (subject !== null) return { subject, fresh, all, ...found };
  if (!fresh) throw new Problem('REFUSED');
  return { subject: asSubjectId(randomId()), fresh, all, ...found, taken };
}

/**
 * One KMS GenerateMac per match key and version of the index key. To a key of another department it adds the value
 * under which the agency finds again what it wrote itself.
 */
export async function indexKeys(
  { kms, env }: IntakeDeps,
  plan: RecordPlan,
  agency: ClientId,
): Promise<Indexes> {
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

/** Match keys that only look a record up, so that the answer does not reveal where they lead. */
export const foreign = ({ owned }: MatchKey) => !owned;

/**
 * A reference and the caller's own keys decide. If none of them leads to a subject, one follows that a key of another
 * department leads to, or that others claimed provisionally, if it is within the caller's reach. Each record takes the
 * same reads, whichever it is.
 * @returns also the keys of other departments that lead anywhere, with the index value under which they do
 * @throws Problem MATCH_CONFLICT if the caller's own keys lead to different subjects
 */
export async function findSubject(
  call: IntakeCall,
  plan: RecordPlan,
  indexes: Indexes,
): Promise<KeyedSubject & { taken: ReadonlyMap<string, string> }> {
  const { deps, session } = call;
  const { kms, tables, env } = deps;
  const missing = new Map(indexes);
  const certain = new Set<SubjectId>();
  const others = new Map<SubjectId, boolean>();
  const taken = new Map<string, string>();
  const leads = new Map<string, IndexLead>();
  if (plan.ref !== null) {
    const references = await referencesOf(kms, env.referenceKey, session.caller.clientId);
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
    const reached = await withinReach(call, others, [...indexes.values()].some(foreign));
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
  { deps, session, request }: IntakeCall,
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
 * A subject that a claim leads to, although nothing of it is committed: its writer is still under way, or has failed. Then
 * each key of the record must lead to it, as if this write had made it.
 * @returns `null` if the record must be resolved again: what the agency claimed for itself was left over, and the number
 * has led to a record within its reach since
 */
export async function adoptSubject(call: IntakeCall, resolved: Resolved): Promise<Resolved | null> {
  const { subject, leads, all } = resolved;
  for (const [index, { claims }] of all) {
    const [own, number] = [leads.get(index), claims === undefined ? undefined : leads.get(claims)];
    if (own?.subject !== subject || !number || number.subject === subject) continue;
    if ((await withinReach(call, new Map([[number.subject, false]]), true)) === null) continue;
    await dropClaim(call.deps.tables.index, index, own);
    return null;
  }
  const missing = new Map([...all].filter(([index]) => leads.get(index)?.provisional !== false));
  return { ...resolved, indexes: all, missing, joined: true };
}

/**
 * Claims all keys for a new subject id, which no reader sees before its head is committed. A key of another department is
 * claimed provisionally, and may lead elsewhere already. An owner's key may lead to a record out of reach provisionally.
 * @returns `false` if a concurrent writer claimed one of them first
 */
async function claimNew(
  { now, tables }: IntakeDeps,
  { subject, all, leads }: Resolved,
  taken: ReadonlyMap<string, string>,
): Promise<boolean> {
  const claimed: [string, IndexLead][] = [];
  for (const [index, key] of all) {
    // A key that leads elsewhere is claimed there, in vain, so that the calls are those of a key that leads nowhere.
    const value = taken.get(index) ?? index;
    const over = foreign(key) ? null : (leads.get(index) ?? null);
    const lead = { subject, provisional: foreign(key), now: now() };
    const made = await claimIndex(tables.index, value, lead, over);
    if (made) claimed.push([value, made]);
    else if (!taken.has(index)) {
      // The agency's own value for a number never stays without the number's.
      for (const [mine, put] of claimed.reverse()) await dropClaim(tables.index, mine, put);
      return false;
    }
  }
  return true;
}

/**
 * Claims the keys of a new subject, or attaches the missing ones to one that exists: a source's own key, or a field that the record writes as its owner. Another
 * department's field is never attached, because a mistyped number would join two people. Claims that the key item does
 * not list yet are renewed: so they stay until the write commits, and maintenance does not take them for abandoned.
 * @param to whom the record names: the subject, or its double while their merge can be undone
 * @returns whether each key leads there still; if not, the record must be resolved again
 * @throws Problem MATCH_CONFLICT
 */
export async function attachKeys(
  deps: IntakeDeps,
  resolved: Resolved,
  item: KeyItem | null,
  to: SubjectId,
): Promise<boolean> {
  const { now, tables } = deps;
  const { subject, missing, indexes, leads, joined, taken } = resolved;
  if (taken) return claimNew(deps, resolved, taken);
  for (const [index, key] of indexes) {
    const lead = leads.get(index) ?? null;
    if (foreign(key)) {
      // Leads here already, and is renewed so that the calls are those of a new record. If it leads elsewhere, in vain.
      const here = lead === null || lead.subject === subject;
      const renewed = here && lead !== null ? lead : { subject: to, provisional: true };
      const made = await claimIndex(tables.index, index, { ...renewed, now: now() }, here ? lead : null);
      if (here && !made) return false;
    } else if (missing.has(index) || !item?.indexes.has(index)) {
      if (!(key.attachable || joined || !missing.has(index))) throw new Problem('MATCH_CONFLICT');
      if (!(await claimIndex(tables.index, index, { subject: to, now: now() }, lead))) return false;
    }
  }
  return true;
}
