/** The acts that merge into a subject or undo that, by the survivor. */

import { hash } from 'node:crypto';
import type { SubjectId } from '../../ids.ts';
import { getItem, type Item, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/** One row a survivor: a scan would read every act and job. It holds no id of a person. */
function intoKey(kind: string, subject: SubjectId): Item {
  return { job: { S: `into:${hash('sha256', JSON.stringify([kind, subject]), 'base64url')}` } };
}

/** Seconds for which a survivor's acts are named after they could be requested: longer than any of them waits. */
const NAMED_SECONDS = 400 * 86_400;

/** Names an act before it is stored. */
export async function nameInto(
  table: Table,
  kind: string,
  subject: SubjectId,
  act: string,
  expires: number,
): Promise<void> {
  const update = newUpdate();
  update.add('acts', { SS: [act] });
  update.set('expires', { N: String(expires + NAMED_SECONDS) });
  await update.send(table, intoKey(kind, subject));
}

/** @returns the names of merges into this subject, or of their undoing, done and expired ones included */
export async function actsInto(table: Table, kind: 'merge' | 'part', subject: SubjectId): Promise<string[]> {
  const item = await getItem(table, intoKey(kind, subject));
  return item?.['acts']?.SS ?? [];
}
