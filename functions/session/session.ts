import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { HttpSignature } from '../../shared/identity/agencies/http-signature.ts';
import type { Grant } from '../../shared/identity/details.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import type { Caller } from '../../shared/policy/types.ts';
import type { RequestVariables } from '../http/app.ts';

/** What an app that authenticates finds in its context. */
export interface SessionVariables extends RequestVariables {
  /** Set by `authenticate`; reading it on a route without that is a bug. */
  session: Session;
}

/** Who calls and what the token grants. */
export interface Session {
  caller: Caller;
  agency: Agency;
  /** The person who has logged in; `null` where the office itself calls, and names its officer as it likes. */
  person: Person | null;
  issuer: string;
  grant: Grant;
  /** The access token's id; `''` for a person. */
  jti: string;
  /** Thumbprint of the key that the token is bound to; `''` where there is none. */
  jkt: string;
  /** Seconds by which the caller's clock is ahead of ours, from its proof. */
  clockSkew: number;
  /** The message signature of this request, which holds; `null` where it is not signed. */
  evidence: HttpSignature | null;
  replay: {
    /**
     * Claims the proof, once, counts the request, and looks whether the agency was suspended meanwhile. A person's
     * token makes no proof; the rest holds.
     * @param officer whom the request names, where the token names none.
     * @throws Problem DPOP_REPLAYED, AGENCY_SUSPENDED, RATE_LIMITED, or the store's error: then nothing may be answered.
     */
    claim(officer?: string): Promise<void>;
  };
}
