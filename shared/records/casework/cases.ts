/**
 * Cases as stored: all of an agency in one partition, which is its list, and with each person, and each name, the case
 * that it belongs to. The item is one per agency and purpose, so that no person has two cases at once.
 */

import { hash } from 'node:crypto';
import { asSubjectId, type ClientId, type SubjectId } from '../../ids.ts';
import { queryAll, type Table } from '../../store/table.ts';
import { type CaseworkItem, putCasework, queryCasework } from './casework.ts';

export const CASE = 'case';

/** What every stored case has; the rest is the policy's record of it. */
interface StoredCase {
  id: string;
  version: number;
  agency: ClientId;
  purpose: string;
}

/** Cannot collide with a subject: no subject id contains a colon. */
const partitionOf = (agency: string) => asSubjectId(`cases:${agency}`);

/** The agency, and a digest of the purpose and the number without regard to width, case and blanks. */
export function caseId(agency: ClientId, purpose: string, number: string): string {
  const folded = number.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  return `${agency}.${hash('sha256', JSON.stringify(['case', purpose, folded]), 'base64url').slice(0, 22)}`;
}

/** One strongly consistent query for one item. @returns `null` if there is none */
export async function readCase<Case extends StoredCase>(table: Table, id: string): Promise<Case | null> {
  const subject = partitionOf(id.slice(0, Math.max(0, id.lastIndexOf('.'))));
  const where = 'subject = :subject AND #item = :item';
  const [item] = await queryAll(table, where, { subject, item: `${CASE}#${id}` });
  return item ? (JSON.parse(item['document']?.S ?? '') as Case) : null;
}

/** All cases of an agency, in no order. */
export async function casesOf<Case extends StoredCase>(table: Table, agency: ClientId): Promise<Case[]> {
  return (await queryCasework(table, partitionOf(agency))).map(({ document }) => document as Case);
}

/** @returns whether `previous` (`null`: none) was there and is replaced */
export function putCase<Case extends StoredCase>(
  table: Table,
  record: Case,
  previous: Case | null,
): Promise<boolean> {
  const item = { kind: CASE, id: record.id, document: record };
  return putCasework(table, partitionOf(record.agency), item, previous);
}

/**
 * A name has a claim of its own: by it the office learns that it has a case about the name. What holds a release is the
 * claim of the person, of which it learns nothing.
 */
export type Of = 'name' | 'person';

/** Which case of an agency and purpose a name or a person belongs to. */
export interface Claim {
  version: number;
  case: string;
}

/** The id of the item with the person or the name. */
function claimId(agency: ClientId, purpose: string, of: Of): string {
  return hash('sha256', JSON.stringify([of, agency, purpose]), 'base64url').slice(0, 22);
}

/** @param casework of the person or the name */
export function claimIn(
  casework: readonly CaseworkItem[],
  agency: ClientId,
  purpose: string,
  of: Of,
): Claim | null {
  const id = claimId(agency, purpose, of);
  const found = casework.find((one) => one.kind === CASE && one.id === id);
  return found ? (found.document as Claim) : null;
}

/** @returns whether the claim was still `previous`. */
export function putClaim(
  table: Table,
  subject: SubjectId,
  { agency, purpose, id }: Pick<StoredCase, 'agency' | 'purpose' | 'id'>,
  previous: Claim | null,
  of: Of,
): Promise<boolean> {
  const document: Claim = { version: (previous?.version ?? 0) + 1, case: id };
  return putCasework(table, subject, { kind: CASE, id: claimId(agency, purpose, of), document }, previous);
}
