/** Lists of checks that the gateway works off by itself: submit, look, collect, end. */

import type { ListRowResult, ListState } from '../contract/lists.ts';
import { defined } from '../defined.ts';
import { purposeOf } from './defaults.ts';
import { justificationOf } from './release.ts';
import { type VerifyRequest, verificationOf } from './verify.ts';
import { aboutSubject, type ListResult } from './verify-list.ts';
import { bodyOf, call, get, type Wire } from './wire/call.ts';
import { FieldgateError, parseObject } from './wire/errors.ts';
import { openKept } from './wire/sealed.ts';
import type { Subject } from './wire/types.ts';

export type { ListState } from '../contract/lists.ts';

export interface SubmittedList extends Omit<VerifyRequest, 'subject'> {
  /** 22 characters of base64url, at random: the list's name, under which a repeat is the same list. */
  id: string;
}

export interface ListSubmission extends SubmittedList {
  subjects: readonly Subject[];
}

/** Rows of a part, as the gateway takes them. */
const PART_ROWS = 50;

function grantOf(wire: Wire, request: SubmittedList) {
  const purpose = purposeOf(wire.session, 'verifications', request.purpose);
  return { actions: ['verify'], ...justificationOf({ ...request, purpose }, wire.session.officer) };
}

const pathOf = ({ id }: SubmittedList) => `/v1/lists/${encodeURIComponent(id)}`;

/**
 * Sends the rows, and then submits them. May be repeated, also under a later token, which renews the list's authority.
 * @throws FieldgateError as `verify`; `NO_ENCRYPTION_KEY` if the results could not be sealed; `CONFLICT` for another list
 * under the same id
 */
async function submitList(wire: Wire, request: ListSubmission): Promise<ListState> {
  const { programme, subjects, signal, signed = false } = request;
  const grant = grantOf(wire, request);
  const common = { grant, safety: 'repeatable', signal } as const;
  const parts = Math.ceil(subjects.length / PART_ROWS);
  for (let part = 0; part < parts; part++) {
    const rows = subjects.slice(part * PART_ROWS, (part + 1) * PART_ROWS);
    const path = `${pathOf(request)}/rows/${part}`;
    try {
      await call(wire, { ...common, method: 'PUT', path, body: { rows } });
    } catch (error) {
      // It was submitted, and the answer was lost.
      if (error instanceof FieldgateError && error.code === 'CONFLICT') break;
      throw error;
    }
  }
  const body = { programme, parts, rows: subjects.length };
  return bodyOf(
    await call(wire, { ...common, method: 'POST', path: pathOf(request), body, signed }),
  ) as never;
}

/** How far a list is. @throws FieldgateError `NOT_FOUND` */
function listState(wire: Wire, request: SubmittedList): Promise<ListState> {
  return get(wire, grantOf(wire, request), pathOf(request));
}

/** A row by its place in the submission; `stopped` if the list was stopped before it. */
export type CollectedRow = ListResult | { row: number; stopped: string };

/** The results of one part, each checked as the answer to a single check. @throws FieldgateError as `verify` */
async function listResults(wire: Wire, request: SubmittedList & { part: number }): Promise<CollectedRow[]> {
  const { programme, part } = request;
  const grant = grantOf(wire, request);
  const path = `${pathOf(request)}/results/${part}`;
  const { text } = await call(wire, { method: 'GET', path, grant, safety: 'repeatable' });
  const results = JSON.parse(await openKept(wire.session, text)) as ListRowResult[];
  return Promise.all(
    results.map(async (one, i): Promise<CollectedRow> => {
      const row = part * PART_ROWS + i;
      if ('stopped' in one) return { row, stopped: one.stopped };
      if ('invalid' in one) return { row, invalid: one.invalid.map(aboutSubject) };
      const body = parseObject(one.verification);
      if (!body) throw new FieldgateError('ANSWER_INVALID', 'A row of the results is not an answer');
      return { row, verification: await verificationOf(wire, grant, programme, body) };
    }),
  );
}

/** Ends the work and deletes rows and results; the log keeps what was checked. May be repeated. */
async function endList(wire: Wire, request: SubmittedList): Promise<void> {
  await call(wire, {
    ...{ method: 'DELETE', path: pathOf(request), grant: grantOf(wire, request), safety: 'repeatable' },
    ...defined({ signal: request.signal }),
  });
}

export type SubmittedLists = ReturnType<typeof submittedListsOf>;

export const submittedListsOf = (wire: Wire) => ({
  submit: (request: ListSubmission) => submitList(wire, request),
  state: (request: SubmittedList) => listState(wire, request),
  /** Needs the agency's `enc`. */
  results: (request: SubmittedList & { part: number }) => listResults(wire, request),
  end: (request: SubmittedList) => endList(wire, request),
});
