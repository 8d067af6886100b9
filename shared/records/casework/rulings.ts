/**
 * Rulings on requests whose stated texts hold a stop word: one item of the table of claims for an agency, purpose and
 * what was stated. Its name is a digest and reveals none of it.
 */

import { hash } from 'node:crypto';
import type { ClientId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

export const RULINGS = ['approved', 'refused'] as const;
export type Ruling = (typeof RULINGS)[number];

/** Begins the name of every ruling. */
export const RULING = 'stated:';

/** What a request states of itself. */
export interface Stated {
  purpose: string;
  officer?: string;
  reason?: string;
  case?: string;
  activity?: string;
  instrument?: string;
}

/** Width, case and whitespace of the words do not change it. */
export function rulingName(agency: ClientId, stated: Stated): string {
  const { purpose, officer, reason, case: number, activity, instrument } = stated;
  const words = [officer, reason, number, activity, instrument].map(fold);
  return RULING + hash('sha256', JSON.stringify([agency, purpose, words]), 'base64url');
}

function fold(word: string | undefined): string {
  return (word ?? '').normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
}

/** Seconds for which an item without a ruling is kept. */
const KEPT = 86_400;

/**
 * One update, so that a role that may only count can read it.
 * @param now epoch milliseconds
 * @returns `null` without a ruling, or after its end
 */
export async function readRuling(table: Table, name: string, now: number): Promise<Ruling | null> {
  const update = newUpdate();
  update.setOnce('expires', { N: String(Math.ceil(now / 1000) + KEPT) });
  update.add('asked', 1);
  const item = await update.read(table, { claim: { S: name } }, 'ALL_NEW');
  if (Number(item?.['until']?.N ?? 0) <= now / 1000) return null;
  return RULINGS.find((one) => one === item?.['ruling']?.S) ?? null;
}

/** May be repeated. @param until epoch second */
export async function writeRuling(table: Table, name: string, ruling: Ruling, until: number): Promise<void> {
  const update = newUpdate();
  update.set('ruling', { S: ruling });
  update.set('until', { N: String(Math.ceil(until)) });
  update.set('expires', { N: String(Math.ceil(until) + KEPT) });
  await update.send(table, { claim: { S: name } });
}
