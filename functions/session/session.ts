import type { ActName } from '../../shared/acts.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { HttpSignature } from '../../shared/identity/agencies/http-signature.ts';
import type { Grant } from '../../shared/identity/details.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import type { SealingKey } from '../../shared/identity/tokens/access-token.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import type { RequestVariables } from '../http/app.ts';
import type { Weak } from './factors.ts';

/** The context of an app that authenticates its callers. */
export interface SessionVariables extends RequestVariables {
  /** Set by `authenticate`. To read it on a route without that is a bug. */
  session: Session;
}

/** The act that a route serves, under the policy in force when it was called. */
interface RouteAct {
  name: ActName;
  pack: Pack;
  /** Whether the handler has stated the caller's relation to the matter. */
  asked: boolean;
  /** Whether the age of the login has been looked at. */
  fresh: boolean;
}

/**
 * Reads the register, once.
 * @throws Error that `asRegistered` catches, if the record has changed or is gone; the store's error
 */
export type Confirm = () => Promise<Agency>;

/** Of a session that rests on a remembered record. */
export interface Unconfirmed {
  confirm: Confirm;
  /** The session by the register. @throws Problem as `authenticate` */
  again(): Promise<Session>;
}

/** The caller and the rights of the token. */
export interface Session {
  caller: Caller;
  /** The act of the route, by which the pack's table of acts decides. */
  act: RouteAct;
  agency: Agency;
  /** The person who has logged in; `null` if the agency itself calls, and its officer is only a claim. */
  person: Person | null;
  /** Set if the person's token lacks the second factor that is demanded. */
  weak?: Weak | undefined;
  /** Set while the session rests on a record that the register has not confirmed: see `confirm.ts`. */
  unconfirmed?: Unconfirmed;
  issuer: string;
  grant: Grant;
  /** Set in a session of a person at the console; `enc`: the page's key for answers with values. */
  page: { enc: SealingKey | null } | null;
  /** The access token's id; `''` for a person. */
  jti: string;
  /** Thumbprint of the key that the token is bound to; `''` if it is bound to none. */
  jkt: string;
  /** See `AccessToken`. */
  unwrap?: string;
  /** Seconds by which the caller's clock is ahead of this one, from its proof. */
  clockSkew: number;
  /** The verified message signature of this request; `null` if it is not signed. */
  evidence: HttpSignature | null;
  replay: {
    /**
     * Claims the proof, once, counts the request by its subjects, and checks that the agency has not been suspended meanwhile. A
     * person's token has no proof to claim.
     * @param officer the officer that the request names; used if the token names none.
     * @throws Problem DPOP_REPLAYED, AGENCY_SUSPENDED, RATE_LIMITED, or the store's error. Then the request must not be
     * answered otherwise.
     */
    claim(officer?: string, subjects?: number): Promise<void>;
    /** Claims the proof unless that has begun: no answer leaves before, not even a refusal. @throws as `claim` */
    ensure(): Promise<void>;
    /** Counts subjects beyond the first, once, for a route whose proof was claimed before its body was read. */
    charge(subjects: number): Promise<void>;
    /**
     * Before the entry of an act that is done once, such as the confirmation of a request: of several calls at once one goes on, so
     * that the others leave no entry. If the call fails, the next one may do it, and after the death of its process in a minute.
     * @param what the act, and the entry that it is about
     * @throws Problem CONFLICT if another call does it, or did it in the last minute
     */
    alone(what: string): Promise<void>;
    /**
     * As `alone`, until the call ends: a repeat that arrives meanwhile is refused, and a later one finds what was done.
     * @throws Problem CONFLICT
     */
    oneAtATime(what: string): Promise<void>;
    /** Lets other calls go on. @param done whether the call succeeded, so that what it did alone stays done */
    leave(done: boolean): Promise<void>;
  };
}
