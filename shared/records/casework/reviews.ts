/**
 * Reviews that an agency must make: a row for each release that a second person must review, put before anything is
 * opened for it and removed once the review is made. The rows share the table of requests, sorted by due time.
 */
import type { ClientId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import { deleteItem, getItem, putItem, type Table } from '../../store/table.ts';

export interface ReviewDue {
  /** The agency that made the release. */
  agency: ClientId;
  /** RFC 3339. */
  due: string;
  /** The log entry of the attempt, which the decision names. */
  about: string;
  /** The facts that the reviewer needs, in codes and ids. */
  details: Json;
}

type ReviewKey = Pick<ReviewDue, 'agency' | 'due' | 'about'>;

const inboxOf = (agency: ClientId) => `review:${agency}`;
const keyOf = ({ agency, due, about }: ReviewKey) => ({
  part: { S: inboxOf(agency) },
  item: { S: `${due}#${about}` },
});

/** May be repeated. */
export function recordReviewDue(table: Table, review: ReviewDue): Promise<void> {
  return putItem(table, { ...keyOf(review), details: { S: JSON.stringify(review.details) } });
}

/** @returns the row, or `null` if it was reviewed, or was never due */
export async function readReview(table: Table, { agency, due, about }: ReviewKey): Promise<ReviewDue | null> {
  const item = await getItem(table, keyOf({ agency, due, about }));
  return item && { agency, due, about, details: JSON.parse(item['details']?.S ?? 'null') };
}

/** May be repeated. */
export function closeReview(table: Table, review: ReviewKey): Promise<void> {
  return deleteItem(table, keyOf(review));
}
