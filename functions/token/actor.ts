import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import { tokenTexts } from '../../shared/messages/token.ts';
import type { AuthDeps } from '../session/authenticate.ts';
import { personOfAgency } from '../session/person.ts';
import { OAuthError } from './errors.ts';

/**
 * The person who acts through the agency's token: of the gateway's issuer, or of the one that the agency
 * registered.
 * @param jkt of the request's proof: a token that its issuer bound to a key is taken with that key alone, to which the agency's
 * token is then bound as well. @param token `null` if the agency names no person. @throws OAuthError invalid_request; Problem
 * ISSUER_UNAVAILABLE
 */
export async function readActor(
  deps: Pick<AuthDeps, 'now' | 'fetchIssuer'> & { env: Pick<AuthDeps['env'], 'people'> },
  agency: Agency,
  token: string | null,
  jkt: string,
): Promise<Person | null> {
  if (token === null) return null;
  const person = await personOfAgency(deps, agency, token, jkt);
  if (!person) throw new OAuthError('invalid_request', tokenTexts.actorUnknown);
  return person;
}
