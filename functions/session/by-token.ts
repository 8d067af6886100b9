/** A session by an access token of the gateway, whatever header brings it. */

import { defined } from '../../shared/defined.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import type { AccessToken, TokenPerson } from '../../shared/identity/tokens/access-token.ts';
import type { Proof } from '../../shared/identity/tokens/dpop.ts';
import type { Deps } from '../deps.ts';
import { type claimingOnce, replayOf } from './replay.ts';
import type { Session } from './session.ts';

/** A session before its act. */
export type Caught = Omit<Session, 'act' | 'caller'>;

type Replay = Parameters<typeof replayOf>;

/** @param of.claim what the call uses up, once */
export function byToken(
  deps: Replay[0] & Pick<Deps<'publicUrl'>, 'env'>,
  {
    evidence,
    claim,
    ...of
  }: Replay[1] & Pick<Caught, 'evidence'> & { claim: ReturnType<typeof claimingOnce> },
  token: AccessToken,
  proof: Proof,
): Caught {
  const { grant, jti, jkt, unwrap } = token;
  const person = token.person ? personIn(token.person, token) : actorIn(token);
  return {
    agency: of.agency,
    evidence,
    person,
    grant,
    jti,
    jkt,
    ...defined({ unwrap }),
    issuer: deps.env.publicUrl,
    page: token.person ? { enc: token.person.enc ?? null } : null,
    clockSkew: Math.round(proof.skew),
    replay: replayOf(deps, of, claim, { officer: grant.officer, person }),
  };
}

/** The person of a console session, as if the request had a token of the issuer. */
function personIn(
  { iss, sub, roles = [], enc: _, ...known }: TokenPerson,
  { clientId, grant }: AccessToken,
): Person {
  return { ...known, issuer: iss, subject: sub, office: clientId, actions: grant.actions, roles };
}

/** The token endpoint checked the person's token and put the result into ours. */
function actorIn({ actor, grant, clientId }: AccessToken): Person | null {
  if (!actor) return null;
  return { ...actor, name: grant.officer ?? actor.subject, office: clientId, actions: grant.actions };
}
