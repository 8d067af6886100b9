/** Checks the proof that comes with a verification, as anybody whom it is shown to will. */

import { clockSkew } from 'oauth4webapi';
import { checkAttestation, readKeys } from '../../attestation/check.ts';
import { AttestationInvalid } from '../../attestation/invalid.ts';
import type { Jwk } from '../../attestation/jwt.ts';
import type { Wire } from '../wire/call.ts';
import { FieldgateError } from '../wire/errors.ts';
import { send } from '../wire/send.ts';
import type { Session } from '../wire/session.ts';
import type { ProofState } from '../wire/types.ts';

/** The issuer's keys, got once a connection; got again where a proof does not verify, for they may have changed. */
const known = new WeakMap<Session, Promise<readonly Jwk[]>>();

/**
 * @param said what the answer says beside the proof, and the agency that asked
 * @returns `checked`, or `unchecked` where the issuer's keys can't be had now
 * @throws FieldgateError `PROOF_INVALID` for a proof that is not the gateway's, or says something else
 */
export async function checkProof(
  { session }: Wire,
  proof: string,
  said: { outcome: string; programme: string },
): Promise<ProofState> {
  for (const fresh of [false, true]) {
    const keys = await keysOf(session, fresh);
    if (keys === null) return 'unchecked';
    try {
      // By the gateway's clock, where this machine's is known to run wrong.
      const now = Date.now() + (session.agency?.client[clockSkew] ?? 0) * 1000;
      const shown = await checkAttestation(proof, { issuer: session.base, keys, now, status: null });
      const own = shown.recipient === session.agency?.client.client_id;
      if (own && shown.outcome === said.outcome && shown.programme === said.programme) return 'checked';
      break;
    } catch (error) {
      if (!(error instanceof AttestationInvalid)) throw error;
      if (error.fault !== 'SIGNATURE') break;
    }
  }
  throw new FieldgateError('PROOF_INVALID', 'The proof is not one of this gateway, or says something else');
}

async function keysOf(session: Session, fresh: boolean): Promise<readonly Jwk[] | null> {
  const keys = (fresh ? undefined : known.get(session)) ?? fetchKeys(session);
  known.set(session, keys);
  try {
    return await keys;
  } catch {
    known.delete(session);
    return null;
  }
}

async function fetchKeys(session: Session): Promise<readonly Jwk[]> {
  const url = `${session.base}/.well-known/jwt-vc-issuer`;
  const { retry, timeout } = session;
  const answer = await send((signal) => session.fetch(url, { signal, redirect: 'error' }), {
    ...{ safety: 'repeatable', retry, timeout },
  });
  if (answer.status !== 200) throw new TypeError('no keys');
  return readKeys(answer.text, session.base);
}
