/** Makes the match keys of a record lead to its subject. */

import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import {
  claimIndex,
  dropClaim,
  dropIndex,
  type IndexLead,
} from '../../shared/records/subject/index-entries.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import type { Found, Resolved } from './call.ts';
import type { IntakeDeps } from './deps.ts';
import { foreign } from './plan-record.ts';

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
 * Claims the keys of a new subject, or attaches the missing ones to the one whom the record names, which is the subject or
 * its double while their merge can be undone: a source's own key, or a field that the record writes as its owner. Another
 * department's field is never attached, because a mistyped number would join two people. Claims that the key item does
 * not list yet are renewed: so they stay until the write commits, and maintenance does not take them for abandoned.
 * @returns whether each key leads there still; if not, the record must be resolved again
 * @throws Problem MATCH_CONFLICT
 */
export async function attachKeys(deps: IntakeDeps, { resolved, item, named: to }: Found): Promise<boolean> {
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
