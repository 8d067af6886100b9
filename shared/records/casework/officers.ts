/** The people of an office who have logged in at casework, so that the name of an officer means one of them. */

import { asSubjectId, type ClientId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { putCasework, queryCasework } from './casework.ts';

export interface KnownOfficer {
  name: string;
  /** As the issuer of people calls the person. */
  subject: string;
  /** The word of the person: a digest of issuer and subject. */
  person: string;
}

/** Cannot collide with a subject: no subject id contains a colon. */
const partitionOf = (agency: ClientId) => asSubjectId(`people:${agency}`);

export async function officersOf(table: Table, agency: ClientId): Promise<KnownOfficer[]> {
  return (await queryCasework(table, partitionOf(agency))).map(({ document }) => document as KnownOfficer);
}

/** May be repeated. @param before the same person as it was stored, perhaps by another name */
export async function noteOfficer(
  table: Table,
  agency: ClientId,
  one: KnownOfficer,
  before: KnownOfficer | null,
): Promise<void> {
  if (before?.name === one.name) return;
  await putCasework(table, partitionOf(agency), { kind: 'officer', id: one.person, document: one }, before);
}
