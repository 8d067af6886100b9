/** Checks whether a person is eligible for a programme, and gets a proof instead of details. */

import type { Answer } from '../contract/api.ts';
import { purposeOf } from './defaults.ts';
import { checkProof } from './evidence/proofs.ts';
import { checkReceipts } from './evidence/receipts.ts';
import { justificationOf } from './release.ts';
import { bodyOf, call, get, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import type { Grant } from './wire/tokens.ts';
import type { Justification, Subject, Verification } from './wire/types.ts';

export interface VerifyRequest extends Partial<Justification> {
  /** A programme that the policy defines. */
  programme: string;
  /** By match keys, by reference, or by a representative's one-time code. */
  subject: Subject | { code: string };
  /** Signs the request with the agency's registered key (RFC 9421); the log keeps the signature as evidence. */
  signed?: boolean;
  signal?: AbortSignal;
}

/**
 * Never sent twice if the first attempt may have been carried out. `NOT_CONFIRMED` covers no, unknown, no
 * consent and refused.
 * @throws FieldgateError: `ANSWER_LOST`, the gateway's refusals, `ANSWER_INVALID`, `PROOF_INVALID`,
 * `RECEIPT_INVALID`.
 * @throws TypeError if there is no purpose: none is named, and the policy has none for verifications.
 */
export async function verify(wire: Wire, request: VerifyRequest): Promise<Verification> {
  const { programme, subject, signal } = request;
  const purpose = purposeOf(wire.session, 'verifications', request.purpose);
  const grant = {
    actions: ['verify'],
    ...justificationOf({ ...request, purpose }, wire.session.officer),
  };
  const answer = await call(wire, {
    method: 'POST',
    path: '/v1/verifications',
    grant,
    body: { programme, subject },
    safety: 'once',
    signed: request.signed ?? false,
    signal,
  });
  return verificationOf(wire, grant, programme, bodyOf(answer));
}

/** The answer to a check, with its proof and receipt checked. @throws FieldgateError as `verify` */
export async function verificationOf(
  wire: Wire,
  grant: Grant,
  programme: string,
  body: Record<string, unknown>,
): Promise<Verification> {
  const { outcome, attestation, validUntil, receipt } = body;
  const decided = outcome === 'YES' || outcome === 'NOT_CONFIRMED';
  // Rejects an answer to another request.
  const asked = body['programme'] === programme;
  if (!decided || !asked || typeof attestation !== 'string' || typeof validUntil !== 'string') {
    throw new FieldgateError('ANSWER_INVALID', 'The answer is not one to a verification');
  }
  const proof = await checkProof(wire, attestation, { outcome, programme });
  return {
    ...(body as unknown as Verification),
    proof,
    receipts: await checkReceipts(wire, grant, [receipt]),
  };
}

/** `left`: checks, and answers that confirm nothing, that are left today; absent if this agency may not check it. */
export type Programme = Answer<'GET /v1/programmes'>['programmes'][number];

export async function programmesOf(wire: Wire, named?: string): Promise<Programme[]> {
  const purpose = purposeOf(wire.session, 'verifications', named);
  const grant = { actions: ['verify'], purpose };
  return (await get<{ programmes: Programme[] }>(wire, grant, '/v1/programmes')).programmes;
}
