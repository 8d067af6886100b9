/** Attributes of a record that functions may set without permission to change the rest of it. */

import type { ClientId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';
import { uncache } from './agencies.ts';

/**
 * Suspends an agency without permission to change the rest of its record. The mark is a separate attribute
 * that reads as `suspended`. It is removed when a steward puts the record with `suspended: false`. The mark
 * changes the revision, so it conflicts with a concurrent change of the record.
 */
export async function lockAgency(table: Table, clientId: ClientId): Promise<void> {
  const update = newUpdate();
  update.set('locked', { BOOL: true });
  update.add('revision', 1);
  const known = `attribute_exists(${update.name('clientId')})`;
  if (!(await update.send(table, { clientId: { S: clientId } }, known))) throw new Error('no such agency');
  uncache(table, clientId);
}

/**
 * Keeps in mind that an answer was sealed to a hybrid key of this address: see `hybrid`. Another address begins without. The first
 * mark changes the revision, so that no change that was proposed before puts a record without it.
 */
export async function markHybrid(table: Table, clientId: ClientId, jwksUri: string): Promise<void> {
  const update = newUpdate();
  const uri = update.set('hybrid', { S: jwksUri });
  update.add('revision', 1);
  const mark = update.name('hybrid');
  const fresh = `(attribute_not_exists(${mark}) OR ${mark} <> ${uri})`;
  await update.send(
    table,
    { clientId: { S: clientId } },
    `attribute_exists(${update.name('clientId')}) AND ${fresh}`,
  );
  uncache(table, clientId);
}
