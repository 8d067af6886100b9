/** How much a freeze stopped, from the log. */

import type { LogFilter, StoredEntry, SubjectNames } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import type { FreezeTarget } from '../../../shared/records/casework/casework.ts';
import { officerDigest } from '../../session/actor.ts';
import type { Act } from '../act.ts';

/** The steps in which it is told: an exact count would tell one request from none. */
const STEPS = [100, 10, 1] as const;
/** Most refusals that are read. */
const MOST = 5000;

/** What a freeze is about; of a person the names in the log. */
export type Stops = FreezeTarget | { kind: 'subject'; names: SubjectNames };

/**
 * @param from, to: epoch milliseconds
 * @returns the largest of 0, 1, 10 and 100 that is not more than the requests that it refused
 */
export async function stoppedBy(
  { deps }: Act,
  target: Stops,
  { from, to }: { from: number; to: number },
): Promise<0 | 1 | 10 | 100> {
  let [count, read] = [0, 0];
  for await (const stored of walkEntries(deps.store, { from, to }, filterOf(target), STEPS[0])) {
    if (isStopped(target, stored)) count++;
    if (count === STEPS[0] || ++read === MOST) break;
  }
  return STEPS.find((step) => count >= step) ?? 0;
}

function filterOf(target: Stops): LogFilter {
  const refused = { kind: 'denial' };
  if (target.kind === 'subject') return { ...refused, subject: target.names };
  if (target.kind === 'purpose') return { ...refused, purpose: target.purpose };
  return target.kind === 'class' ? refused : { ...refused, agency: target.agency };
}

const CODES = {
  agency: 'AGENCY_FROZEN',
  officer: 'OFFICER_FROZEN',
  purpose: 'PURPOSE_FROZEN',
  class: 'CLASS_FROZEN',
} as const;

function isStopped(target: Stops, { entry, words }: StoredEntry): boolean {
  if (target.kind === 'subject') return words?.['finding'] === 'FROZEN';
  if (entry?.code !== CODES[target.kind]) return false;
  if (target.kind !== 'officer') return true;
  return officerDigest(target.agency, String(words?.['officer'] ?? '')) === target.person;
}
