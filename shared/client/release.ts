/** Requests the fields that a purpose allows about named people. */

import type { ApprovalRequest } from '../contract/requests.ts';
import { defined } from '../defined.ts';
import { checkReceipts } from './evidence/receipts.ts';
import { bodyOf, call, type Wire } from './wire/call.ts';
import { FieldgateError, parseObject } from './wire/errors.ts';
import { isSealed, sealedForm } from './wire/media.ts';
import { noKey, openSealed } from './wire/sealed.ts';
import type { Grant } from './wire/tokens.ts';
import type { Fields, Justification, ReleaseAnswer, Subject } from './wire/types.ts';

export interface ReleaseRequest extends Justification {
  subjects: Subject[];
  /** Absent: every field that the purpose allows. */
  fields?: string[];
  /** Values to compare with the stored ones, for purposes that answer yes or no. */
  compare?: Fields;
  /**
   * Other parts of the justification that a purpose may need: `instrument`, `activity`, `request` (an
   * approved one), …
   */
  context?: Fields;
  collection?: string;
  /** Requests an answer encrypted to this agency's key. Restricted fields are always encrypted. */
  sealed?: boolean;
  /** Signs the request with the agency's registered key (RFC 9421); the log keeps the signature as evidence. */
  signed?: boolean;
  signal?: AbortSignal;
}

/**
 * Never sent twice if the first attempt may have been carried out: see `ANSWER_LOST`.
 *
 * @returns the answer; a sealed one is opened and verified.
 * @throws FieldgateError: `ANSWER_LOST`, the gateway's refusals, `ANSWER_INVALID`, `ANSWER_REPLAYED`, `NO_ENCRYPTION_KEY`,
 * `RECEIPT_INVALID`, `APPROVAL_PENDING` if owners have to approve it first.
 */
export async function release(wire: Wire, request: ReleaseRequest): Promise<ReleaseAnswer> {
  const { subjects, fields, compare, context, collection, sealed = false, signal } = request;
  const { enc, hybrid } = wire.session;
  if (sealed && !enc && !hybrid) throw noKey();
  const grant = { actions: ['release'], ...justificationOf(request, wire.session.officer) };
  const answer = await call(wire, {
    method: 'POST',
    path: '/v1/releases',
    grant,
    headers: { accept: sealed ? sealedForm(wire.session) : 'application/json' },
    body: { collection, subjects, fields, compare, context },
    safety: 'once',
    signed: request.signed ?? false,
    signal,
  });
  if (answer.status === 202) throw pending(bodyOf(answer));
  if (!isSealed(answer)) {
    if (sealed) throw invalid('The answer was asked for sealed and came in clear');
    return checked(wire, grant, bodyOf(answer), request);
  }
  const opened = await openSealed(wire.session, answer);
  return checked(wire, grant, parseObject(opened), request);
}

/** The contents of the token: the request's own words, or the connection's officer. */
export function justificationOf(request: Justification, officer: string | undefined): Justification {
  const { purpose, case: caseNumber, reason } = request;
  const named = request.officer ?? officer;
  return {
    purpose,
    ...defined({ case: caseNumber, officer: named, reason }),
  };
}

/** Rejects an answer to another request. */
async function checked(
  wire: Wire,
  grant: Grant,
  body: Record<string, unknown> | null,
  { purpose, subjects }: ReleaseRequest,
): Promise<ReleaseAnswer> {
  const { release, results } = body ?? {};
  const answers =
    Array.isArray(results) && results.length === subjects.length && body?.['purpose'] === purpose;
  if (typeof release !== 'string' || !answers) throw invalid('The answer is not one to this release');
  const receipts = await checkReceipts(
    wire,
    grant,
    results.map((result) => result?.receipt),
  );
  return { ...(body as unknown as ReleaseAnswer), receipts };
}

/** A request to the owners was filed instead. */
function pending(body: Record<string, unknown>): FieldgateError {
  const filed = body as unknown as ApprovalRequest;
  if (typeof filed.id !== 'string') return invalid('The answer is not one to this release');
  return new FieldgateError('APPROVAL_PENDING', 'The owners have to approve it first', {
    status: 202,
    filed,
  });
}

function invalid(message: string): FieldgateError {
  return new FieldgateError('ANSWER_INVALID', message);
}
