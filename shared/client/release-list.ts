/** Releases about more people than a purpose allows in one request, in as many requests as it takes. */

import type { Catalogue } from '../contract/office.ts';
import type { ReleaseResult } from '../contract/release.ts';
import type { ApprovalRequest } from '../contract/requests.ts';
import { type ReleaseRequest, release } from './release.ts';
import type { ListRow } from './verify-list.ts';
import { get, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import { patiently } from './wire/patiently.ts';
import type { ReleaseAnswer } from './wire/types.ts';

export type ReleaseListResult =
  | { row: number; result: ReleaseResult; release: string }
  /** A row that the gateway rejects for any person, such as a wrong check digit: the place and the fault. */
  | { row: number; invalid: { path: string; message: string }[] }
  /** Nothing was released: the owners have to approve the request that was filed for the rows of one request. */
  | { row: number; filed: ApprovalRequest };

export interface ReleaseListRequest extends Omit<ReleaseRequest, 'subjects' | 'signal'> {
  rows: Iterable<ListRow>;
  /** Called before a request is sent, with its rows. If the answer is lost, these may have been released. */
  before?(rows: readonly ListRow[]): void | Promise<void>;
  /** Called with the results of one request. They are kept when the promise resolves. A rejection stops the job. */
  keep(results: readonly ReleaseListResult[]): void | Promise<void>;
  /** Stops the job before its next request. The one that is under way is answered and kept: otherwise it might be lost. */
  signal?: AbortSignal;
}

/** @returns the most people of one request for a purpose */
export type Batch = (purpose: string) => Promise<number>;

/** Most people of one release, whatever the purpose allows. */
const MOST = 100;

/** Reads the limit of each purpose once. */
export function batchesOf(wire: Wire): Batch {
  const known = new Map<string, number>();
  return async (purpose) => {
    const limit = known.get(purpose);
    if (limit !== undefined) return limit;
    const { purposes } = await get<Catalogue>(wire, { actions: ['release'], purpose }, '/v1/catalogue');
    for (const { code, batch } of purposes) known.set(code, Math.min(batch, MOST));
    return known.get(purpose) ?? MOST;
  };
}

/**
 * One request after the other. A row of the wrong form stops no other, and if the budget of the day has no room for all rows
 * of a request, those for which it has are asked for alone.
 * @throws FieldgateError as `release`; what was answered before has been kept
 */
export async function releaseList(wire: Wire, batch: Batch, request: ReleaseListRequest): Promise<void> {
  const { rows, before, keep, signal, ...rest } = request;
  const most = await batch(rest.purpose);
  const send = async (piece: readonly ListRow[]): Promise<void> => {
    if (piece.length === 0) return;
    signal?.throwIfAborted();
    await before?.(piece);
    let answer: ReleaseAnswer;
    try {
      const asked = { ...rest, subjects: piece.map(({ subject }) => subject) };
      answer = await patiently(() => release(wire, asked), signal);
    } catch (error) {
      return sendRest(piece, error);
    }
    const { release: id, results } = answer;
    await keep(piece.map(({ row }, at) => ({ row, release: id, result: results[at] as ReleaseResult })));
  };
  const sendRest = async (piece: readonly ListRow[], error: unknown): Promise<void> => {
    if (!(error instanceof FieldgateError)) throw error;
    const { code, filed } = error;
    if (code === 'APPROVAL_PENDING' && filed) return keep(piece.map(({ row }) => ({ row, filed })));
    if (code === 'BUDGET_SPENT' && piece.length > 1) {
      const half = Math.ceil(piece.length / 2);
      await send(piece.slice(0, half));
      return send(piece.slice(half));
    }
    const faults = faultsOf(error);
    if (faults.size === 0) throw error;
    const invalid = [...faults].map(([at, errors]) => ({ row: piece[at]?.row ?? 0, invalid: errors }));
    await send(piece.filter((_, at) => !faults.has(at)));
    await keep(invalid.sort((a, b) => a.row - b.row));
  };
  let piece: ListRow[] = [];
  for (const row of rows) {
    piece.push(row);
    if (piece.length < most) continue;
    await send(piece);
    piece = [];
  }
  await send(piece);
}

/** The faults of people by their position; none if the error is about anything else too. */
function faultsOf(error: unknown): Map<number, { path: string; message: string }[]> {
  const faults = new Map<number, { path: string; message: string }[]>();
  if (!(error instanceof FieldgateError) || error.code !== 'INVALID_REQUEST') return faults;
  for (const { path, message } of error.errors) {
    const [, at, rest = ''] = /^\/subjects\/(\d+)(\/.*)?$/.exec(path) ?? [];
    if (at === undefined) return new Map();
    faults.set(Number(at), [...(faults.get(Number(at)) ?? []), { path: rest, message }]);
  }
  return faults;
}

/**
 * As `release`, for any number of people: above the limit of the purpose in several requests, whose results are joined
 * under the id of the first.
 * @throws FieldgateError as `release`. If an earlier request was answered, `partial` has its results.
 */
export async function releaseAny(wire: Wire, batch: Batch, request: ReleaseRequest): Promise<ReleaseAnswer> {
  try {
    return await release(wire, request);
  } catch (error) {
    const tooMany =
      error instanceof FieldgateError && (error.code === 'BATCH_LIMIT' || error.code === 'TOO_LARGE');
    const most = tooMany ? await batch(request.purpose) : 0;
    if (!tooMany || request.subjects.length <= most) throw error;
    return inPieces(wire, request, most);
  }
}

async function inPieces(wire: Wire, request: ReleaseRequest, most: number): Promise<ReleaseAnswer> {
  const answers: ReleaseAnswer[] = [];
  for (let from = 0; from < request.subjects.length; from += most) {
    const subjects = request.subjects.slice(from, from + most);
    try {
      answers.push(await release(wire, { ...request, subjects }));
    } catch (error) {
      if (error instanceof FieldgateError && answers.length > 0) error.partial = joined(answers);
      throw error;
    }
  }
  return joined(answers);
}

function joined(answers: readonly ReleaseAnswer[]): ReleaseAnswer {
  const [first] = answers as [ReleaseAnswer];
  return {
    ...first,
    results: answers.flatMap(({ results }) => results),
    receipts: answers.find(({ receipts }) => receipts === 'unchecked')?.receipts ?? first.receipts,
  };
}
