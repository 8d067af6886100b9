/** All casework of a subject at once, whatever its kind: for erasure and merge. Both may be repeated. */
import { asSubjectId, type SubjectId } from '../../ids.ts';
import { deleteItem, type Item, putItem, queryAll, swap, type Table } from '../../store/table.ts';
import { OUTCOME } from './statuses.ts';

export async function deleteCasework(table: Table, subject: SubjectId): Promise<void> {
  for (const { item } of await itemsOf(table, subject)) {
    if (item) await deleteItem(table, { subject: { S: subject }, item });
  }
}

/**
 * Copies the casework of one subject to another, so that a consent or a freeze of either counts for both. An item that
 * has a version never replaces a later one: a withdrawal may have reached the other subject first. Outcomes of
 * verifications are not copied: each serves to revoke its own proof.
 */
export async function copyCasework(table: Table, from: SubjectId, to: SubjectId): Promise<void> {
  const known = await itemsOf(table, to);
  for (const item of await itemsOf(table, from)) {
    if (item['item']?.S?.startsWith(`${OUTCOME}#`)) continue;
    const there = known.find((one) => one['item']?.S === item['item']?.S);
    await copyItem(table, { ...item, subject: { S: to } }, there);
  }
}

async function copyItem(table: Table, item: Item, there: Item | undefined): Promise<void> {
  const version = versionOf(item);
  if (version === null) return putItem(table, item);
  if (there && (versionOf(there) ?? 0) >= version) return;
  const swapped = there?.['document']
    ? swap(table, item, '#document = :there', { ':there': there['document'] })
    : swap(table, item, 'attribute_not_exists(#document)');
  if (await swapped) return;
  const now = await itemsOf(table, asSubjectId(item['subject']?.S ?? ''));
  const current = now.find((one) => one['item']?.S === item['item']?.S);
  await copyItem(table, item, current);
}

function itemsOf(table: Table, subject: SubjectId): Promise<Item[]> {
  return queryAll(table, 'subject = :subject', { subject });
}

function versionOf({ document }: Item): number | null {
  const { version } = JSON.parse(document?.S ?? '{}') as { version?: unknown };
  return typeof version === 'number' ? version : null;
}
