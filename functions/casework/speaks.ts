/** What the caller is to a person of whom a record may exist. Each reads as much for no record. */

import { randomId } from '../../shared/bytes.ts';
import type { SubjectName } from '../../shared/contract/routes/asks.ts';
import type { Operation } from '../../shared/entry-kinds.ts';
import { asLogId } from '../../shared/ids.ts';
import { namesOf } from '../../shared/log/read/subject-names.ts';
import { recipientsOf } from '../../shared/log/read/walk.ts';
import type { Matter } from '../../shared/policy/decide/permits.ts';
import { placingPurposes, spokenFor } from '../../shared/policy/decide/speaks.ts';
import { type Outline, readOutline } from '../../shared/records/subject/outlines.ts';
import { mayAct } from '../session/acts.ts';
import { decoyId } from '../steps/holding.ts';
import { requireIndex } from '../steps/log.ts';
import { type Act, findSubject, isInReach } from './act.ts';

/** Milliseconds by which the clock of a log writer may be ahead. */
export const AHEAD = 60_000;

/**
 * As `findSubject`, for an act that an office does of whose department something is held of the person.
 * @param known what is known of the matter; a relation that it denies stays denied
 */
export function findHeld(
  act: Act,
  name: SubjectName,
  operation: Operation,
  relation: 'owner' | 'holder',
  known: Matter = {},
): Promise<Outline> {
  const { deps, pack, session } = act;
  return findSubject(act, name, operation, known, async (found) => {
    const spoken = spokenFor(pack, session.caller);
    const own = await readOutline(deps.tables.keys, found?.subject ?? decoyId(), spoken);
    return mayAct(session, {
      ...known,
      area: found !== null && isInReach(act, found),
      [relation]: known[relation] !== false && found !== null && (own?.holders.length ?? 0) > 0,
    });
  });
}

/** What the caller received of the person, according to the log. */
export async function receivedBy(
  { deps, session, now }: Act,
  found: Outline | null,
  { since = 0, fields }: { since?: number; fields?: readonly string[] } = {},
) {
  await requireIndex(deps.store);
  const names = found ? namesOf(found) : { logId: asLogId(randomId()), id: decoyId(), joined: new Map() };
  const told = await recipientsOf(deps.store, names, { from: since, to: now + AHEAD }, fields);
  return told.filter(({ agency }) => agency === session.caller.clientId);
}

/** Milliseconds for which a release says where the record places a person. */
const SAYS = 86_400_000;

/**
 * Whether the record places the person in the caller's institution: it has received the person in the last day under a
 * purpose that shows it no others. The facts were opened there, after an entry; here none are.
 */
export async function isPlaced(act: Act, found: Outline | null): Promise<boolean> {
  const purposes = placingPurposes(act.pack, act.session.caller);
  if (purposes.length === 0) return false;
  const received = await receivedBy(act, found, { since: act.now - SAYS });
  return received.some(({ purpose }) => purposes.includes(purpose));
}
