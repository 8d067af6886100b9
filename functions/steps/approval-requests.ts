/** What is shown of a request: to the office that sent it, and to those who answer it. */

import { Problem } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import type { References } from '../../shared/keys/references.ts';
import { type Deciders, decidersOf, inLine, mayDecide } from '../../shared/policy/decide/approvals.ts';
import {
  type Asked,
  endsAt,
  type FieldState,
  fieldState,
  type RequestRecord,
  type RequestState,
  stateOf,
} from '../../shared/policy/decide/requests.ts';
import { endOf } from '../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { readRequest, type StoredRequest } from '../../shared/records/casework/requests.ts';
import type { Deps } from '../deps.ts';

export interface FieldView {
  state: FieldState;
  /** The department asked, and until when it may answer. */
  of: string;
  answerBy: string;
  /** Answered: who and when, and the log entry. Approved: until when it can be collected. */
  by?: string;
  at?: string;
  entry?: string;
  until?: string;
}

interface View {
  id: string;
  state: RequestState;
  purpose: string;
  collection: string;
  agency: string;
  case?: string;
  instrument?: string;
  activity?: string;
  officer: string;
  reason: string;
  at: string;
  once: boolean;
  fields: Record<string, FieldView>;
  collections: number;
  collectedAt?: string;
}

/** How many children it is about; which ones, the sender has written itself. A reference would tell who is known. */
export type SentRequest = View & { subjects: number };
/** The children by the viewer's own references, and the fields that the viewer may answer for. */
export type ReceivedRequest = View & { refs: string[]; mine: string[] };

export function sentView(record: RequestRecord, now: number): SentRequest {
  return { ...viewOf(record, now), subjects: record.asked.subjects.length };
}

export function receivedView(
  pack: Pack,
  record: RequestRecord,
  viewer: { caller: Caller; references: References },
  now: number,
): ReceivedRequest {
  const { caller, references } = viewer;
  return {
    ...viewOf(record, now),
    refs: record.asked.subjects.map((subject) => references.toRef(subject)),
    mine: decidableBy(pack, record.asked, caller),
  };
}

/** The fields of a request that this office may answer for; none where it stands in the requester's line. */
export function decidableBy(pack: Pack, asked: Asked, caller: Caller): string[] {
  const { agency: clientId, departments } = asked;
  if (inLine({ clientId, departments }, caller)) return [];
  const purpose = pack.purposes.get(asked.purpose);
  return Object.keys(asked.fields).filter((field) => {
    const deciders: Deciders | null = purpose ? decidersOf(pack, purpose, field, departments) : null;
    return deciders !== null && mayDecide(pack, caller, deciders, asked.county);
  });
}

function viewOf(record: RequestRecord, now: number): View {
  const { id, asked, collections, collectedAt } = record;
  const at = new Date(now).toISOString();
  const fields: Record<string, FieldView> = {};
  for (const [field, { of, answerBy }] of Object.entries(asked.fields)) {
    const ruling = Object.hasOwn(record.rulings, field) ? record.rulings[field] : undefined;
    fields[field] = {
      state: fieldState(record, field, at),
      of,
      answerBy,
      ...(ruling && { by: ruling.agency, at: ruling.at, entry: ruling.entry }),
      ...(ruling?.until !== undefined && {
        until: (collections > 0 ? ruling.until : ruling.collectBy) ?? '',
      }),
    };
  }
  return {
    ...{ id, state: stateOf(record, at), purpose: asked.purpose, collection: asked.collection },
    agency: asked.agency,
    ...(asked.case !== undefined && { case: asked.case }),
    ...(asked.instrument !== undefined && { instrument: asked.instrument }),
    ...(asked.activity !== undefined && { activity: asked.activity }),
    ...{ officer: asked.officer, reason: asked.reason, at: asked.at, once: asked.once, fields, collections },
    ...(collectedAt !== null && { collectedAt }),
  };
}

/* Requests for approval, from the store to the policy's record of them. */

/** Settings for those who read requests, to be part of each app's own. */
export const REQUESTS_ENV = ['requestsTable'] as const;
type RequestDeps = Pick<Deps<'requestsTable'>, 'dynamo' | 'env'>;

/** A request as read: what a change of it is measured against, and what it says. */
export interface Filed {
  stored: StoredRequest;
  record: RequestRecord;
}

/** Form of a request's id. */
export const REQUEST_ID = /^[\w-]{22}$/;

/** @returns `null` where there is none. @throws the store's error, or Problem INTEGRITY_FAULT */
export async function findRequest({ dynamo, env }: RequestDeps, id: string): Promise<Filed | null> {
  const stored = REQUEST_ID.test(id) ? await readRequest(dynamo, env.requestsTable, id) : null;
  return stored && { stored, record: recordOf(stored) };
}

/** What owners and requester have said since; the rest of the record is counted by attributes of their own. */
export function saidOf({ rulings, withdrawn }: Pick<RequestRecord, 'rulings' | 'withdrawn'>): Json {
  return { rulings, withdrawn } as unknown as Json;
}

export function recordOf({ id, asked, said, collections, collectedAt }: StoredRequest): RequestRecord {
  const { rulings = {}, withdrawn = null } = (said ?? {}) as unknown as Partial<RequestRecord>;
  return { id, asked: asked as unknown as Asked, rulings, withdrawn, collections, collectedAt };
}

/** The epoch second from which a request may be forgotten; the log keeps that it was, and what was said. */
export function forgottenAt(record: Pick<RequestRecord, 'asked' | 'rulings'>): number {
  return endsAt(record) / 1000 + KEPT * 86_400;
}

/** Days that a request which is over can still be looked at. */
const KEPT = 90;

/** The departments asked, each with its fields, in the order of the pack. */
export function askedDepartments(pack: Pack, { fields }: Asked): Map<string, string[]> {
  const departments = new Map<string, string[]>();
  for (const field of pack.fields.keys()) {
    const asked = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (asked) departments.set(asked.of, [...(departments.get(asked.of) ?? []), field]);
  }
  return departments;
}

/** When a task that is opened now is due, and when it is reminded of. @throws Problem INTERNAL for an unknown kind */
export function timesOf(
  pack: Pack,
  kind: string,
  opened: number,
): { opened: string; due: string; remind?: string } {
  const known = pack.tasks.get(kind);
  if (!known) throw new Problem('INTERNAL', { detail: 'The policy knows no such kind of task.' });
  const at = (instant: number) => new Date(instant).toISOString();
  return {
    opened: at(opened),
    due: at(endOf(pack.calendar, known.within, opened)),
    ...(known.remind && { remind: at(endOf(pack.calendar, known.remind, opened)) }),
  };
}
