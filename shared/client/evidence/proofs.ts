/** Checks the proof of a verification in the same way as any later verifier. */

import { clockSkew } from 'oauth4webapi';
import { checkAttestation, readKeys } from '../../attestation/check.ts';
import { AttestationInvalid } from '../../attestation/invalid.ts';
import type { Jwk } from '../../attestation/jwt.ts';
import type { Wire } from '../wire/call.ts';
import { FieldgateError } from '../wire/errors.ts';
import { send } from '../wire/send.ts';
import type { Session } from '../wire/session.ts';
import type { ProofState } from '../wire/types.ts';

/**
 * The issuer's keys, fetched once for each connection. Fetched again if a proof does not verify, because they
 * may have changed.
 */
const known = new WeakMap<Session, Promise<readonly Jwk[]>>();

/**
 * @param said the answer without the proof, and the requesting agency
 * @returns `checked`, or `unchecked` if the issuer's keys are unavailable
 * @throws FieldgateError `PROOF_INVALID` for a proof that is not the gateway's or differs from the answer
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
      // By the gateway's clock, if this machine's clock is known to be wrong.
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
    ...{ to: url, safety: 'repeatable', retry, timeout },
  });
  if (answer.status !== 200) throw new TypeError('no keys');
  return readKeys(answer.text, session.base);
}
