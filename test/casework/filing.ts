/** The court's requests about one child: filed, answered and collected over HTTP. */
import { expect } from 'vitest';
import type { Desk } from './desk.ts';

export const FIELDS = ['name', 'residence_address', 'schooling_status'];
export type Match = { id_number: string };

export function filing(desk: Desk) {
  /** A release under J1 by the court, which files the request in its place. */
  async function file(match: Match, fields = FIELDS, more: object = {}) {
    const answer = await desk.release('court-county', 'J1', { subjects: [{ match }], fields }, more);
    expect(answer.status, answer.text).toBe(202);
    return answer.json;
  }
  const collect = (match: Match, request: string, fields?: string[], more: object = {}) =>
    desk.release(
      'court-county',
      'J1',
      { subjects: [{ match }], ...(fields && { fields }) },
      { request, ...more },
    );
  const answer = (
    agency: string,
    id: string,
    what: 'approve' | 'refuse',
    fields?: string[],
    officer = 'boss',
  ) =>
    desk.act(agency, `${officer}.${agency}`, 'POST', `/v1/requests/${id}/${what}`, {
      ...(fields && { fields }),
    });
  return { file, collect, answer };
}
