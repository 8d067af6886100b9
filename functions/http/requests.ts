/** Requests for approval, from the store to the policy's record of them. */

import type { Json } from '../../shared/json.ts';
import { type Asked, endsAt, type RequestRecord } from '../../shared/policy/decide/requests.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { readRequest, type StoredRequest } from '../../shared/records/casework/requests.ts';
import type { Deps } from '../deps.ts';

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
