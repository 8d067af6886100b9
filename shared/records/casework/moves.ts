/** All casework of a subject at once, whatever its kind: for erasure and merge. Both may be repeated. */
import { asSubjectId, type SubjectId } from '../../ids.ts';
import { deleteItem, type Item, putItem, queryAll, swap, type Table } from '../../store/table.ts';
import { CASE } from './cases.ts';
import { FLAGS } from './casework.ts';
import { OUTCOME } from './statuses.ts';

export async function deleteCasework(table: Table, subject: SubjectId): Promise<void> {
  await deleteWhere(table, subject, () => true);
}

/** Outcomes of verifications, whose proofs were revoked. */
export async function dropOutcomes(table: Table, subject: SubjectId): Promise<void> {
  await deleteWhere(table, subject, isOutcome);
}

/** All but the outcomes, which name proofs that may not be revoked yet. */
export async function deleteFiled(table: Table, subject: SubjectId): Promise<void> {
  await deleteWhere(table, subject, (item) => !isOutcome(item));
}

async function deleteWhere(
  table: Table,
  subject: SubjectId,
  which: (item: string) => boolean,
): Promise<void> {
  for (const { item } of await itemsOf(table, subject)) {
    if (item?.S !== undefined && which(item.S)) await deleteItem(table, { subject: { S: subject }, item });
  }
}

function isOutcome(item: string): boolean {
  return item.startsWith(`${OUTCOME}#`);
}

/**
 * Gives back to a double what is filed under its name, in its present state: what was copied to the survivor, and what was
 * filed since then by a name of the double.
 * @param both the kinds of which each of the two records keeps a document
 */
export async function partCasework(
  table: Table,
  survivor: SubjectId,
  double: SubjectId,
  both: ReadonlySet<string>,
): Promise<void> {
  const own = await itemsOf(table, double);
  for (const there of await itemsOf(table, survivor)) {
    const { item } = there;
    const mine = own.find((one) => one['item']?.S === item?.S);
    // Either stays in the cases that it was in.
    if (!item || !mine || item.S?.startsWith(`${CASE}#`)) continue;
    await copyItem(table, { ...there, subject: { S: double } }, mine);
    if (!both.has(item.S?.split('#')[0] ?? '')) await deleteItem(table, { subject: { S: survivor }, item });
  }
}

/**
 * Copies the casework of one subject to another, so that a consent or a freeze of either counts for both. An item that
 * has a version never replaces a later one: a withdrawal may have reached the other subject first. Outcomes of
 * verifications are not copied: each serves to revoke its own proof.
 * @param except kinds that are not copied
 */
export async function copyCasework(
  table: Table,
  from: SubjectId,
  to: SubjectId,
  except: ReadonlySet<string> = new Set(),
): Promise<void> {
  const known = await itemsOf(table, to);
  for (const item of await itemsOf(table, from)) {
    const kind = item['item']?.S?.split('#')[0] ?? '';
    if (kind === OUTCOME || except.has(kind)) continue;
    const there = known.find((one) => one['item']?.S === item['item']?.S);
    // The end of a conflict, and the flag, count from the later one on.
    if (there && FLAGS.has(kind) && atOf(there) >= atOf(item)) continue;
    // A person has one case of an office and purpose.
    if (there && kind === CASE) continue;
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

const atOf = ({ document }: Item) => (JSON.parse(document?.S ?? '{}') as { at?: string }).at ?? '';

function versionOf({ document }: Item): number | null {
  const { version } = JSON.parse(document?.S ?? '{}') as { version?: unknown };
  return typeof version === 'number' ? version : null;
}
