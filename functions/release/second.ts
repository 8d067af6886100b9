/** A second officer who answers for an emergency access while it is made. */

import { hash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import { claimName, claimOnce } from '../../shared/identity/replay.ts';
import { releaseTexts } from '../../shared/messages/release.ts';
import { confirmRecord } from '../session/confirm.ts';
import { personOfAgency } from '../session/person.ts';
import type { ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';
import { requireFreshFor } from './fresh.ts';

/** Seconds for which a used token is remembered. Tokens of people end sooner. */
const KEPT = 86_400;

/**
 * The colleague whose own token the request holds. A token serves one access, so that no officer is responsible
 * for later accesses of others.
 * @returns `null` if the request names none
 * @throws Problem SECOND_OFFICER_REQUIRED if either of the two has not logged in at this agency or the token was used;
 * APPROVER_IS_REQUESTER if they are one person; STEP_UP_REQUIRED
 */
export async function secondOf(
  deps: ReleaseDeps,
  call: ReleaseCall,
  token: string | undefined,
): Promise<Person | null> {
  if (token === undefined) return null;
  await confirmRecord(call.session);
  const { agency, person } = call.session;
  const second = person && (await personOfAgency(deps, agency, token));
  if (!second) throw new Problem('SECOND_OFFICER_REQUIRED', { detail: NOT_IN });
  if (second.issuer === person.issuer && second.subject === person.subject)
    throw new Problem('APPROVER_IS_REQUESTER');
  requireFreshFor(call, call.screened, deps.now(), second);
  const claim = claimName('second', second.issuer, hash('sha256', token, 'base64url'));
  const expires = deps.now() / 1000 + KEPT;
  if (!(await claimOnce(deps.tables.claims, { claim, expires }, deps.now())))
    throw new Problem('SECOND_OFFICER_REQUIRED', {
      detail: releaseTexts.secondTokenUsed,
    });
  return second;
}

const NOT_IN = releaseTexts.bothLoggedIn;
