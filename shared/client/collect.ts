/** Collects an approved request of many people in pieces, for example a payment run. It can stop and go on later. */

import type { ApprovalRequest } from '../contract/requests.ts';
import { defined } from '../defined.ts';
import { release } from './release.ts';
import type { Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import type { ReleaseAnswer, Subject } from './wire/types.ts';

export interface Collection {
  /** The people in the order in which they were requested. */
  subjects: readonly Subject[];
  officer?: string;
  reason?: string;
  sealed?: boolean;
}

export interface CollectedPiece {
  /** Position in the request of the first person of the answer. */
  from: number;
  answer: ReleaseAnswer;
}

/** Most people of one release. */
const PIECE = 100;

/**
 * Keep each piece before you take the next: a person is collected once, and an answer that is lost is not given again.
 * @param request as its sender sees it at present; what it lists as collected is left out
 * @throws RangeError if the people are not as many as requested; FieldgateError `NO_APPROVAL` before any is given,
 * otherwise as `release`
 */
export async function* collect(
  wire: Wire,
  request: ApprovalRequest,
  { subjects, officer, reason, sealed }: Collection,
): AsyncGenerator<CollectedPiece> {
  if (subjects.length !== request.subjects)
    throw new RangeError('Name the same people in the same order as the request.');
  const { id, purpose, collection, instrument, activity, basis } = request;
  const fields = Object.entries(request.fields).flatMap(([name, { state }]) =>
    state === 'approved' ? [name] : [],
  );
  if (fields.length === 0)
    throw new FieldgateError('NO_APPROVAL', 'No field of this request is approved', { status: 403 });
  for (const { from, count } of leftOf(request)) {
    const answer = await release(wire, {
      purpose,
      collection,
      fields,
      subjects: subjects.slice(from, from + count),
      context: { request: id, from, ...defined({ instrument, activity, basis }) },
      ...defined({ case: request.case, officer, reason, sealed }),
    });
    yield { from, answer };
  }
}

/** The positions that were not collected, in pieces of at most a hundred. */
export function leftOf({ subjects, pieces = [] }: Pick<ApprovalRequest, 'subjects' | 'pieces'>): Piece[] {
  const left: Piece[] = [];
  const known = [...pieces].sort((a, b) => a.from - b.from);
  let from = 0;
  for (const taken of [...known, { from: subjects, count: 0 }]) {
    for (; from < taken.from; from += PIECE) left.push({ from, count: Math.min(PIECE, taken.from - from) });
    from = taken.from + taken.count;
  }
  return left;
}

type Piece = NonNullable<ApprovalRequest['pieces']>[number];
