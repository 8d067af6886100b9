/**
 * Runs that began to compare a span and neither ended nor failed: their time or memory was used up. Each one makes the next span
 * shorter. After some the shortest is passed over, with an alert: one span must not hide what all later ones would prove.
 */
import type { Table } from '../../shared/store/table.ts';
import { recall, remember } from './state.ts';

const PLACE = { part: 'cursor', item: 'span' };
/** Deaths at one place after which its shortest span is passed over. */
export const MOST_DEATHS = 10;
/** Deaths after which a span is the shortest, and late files wait for a calmer one. */
export const PATIENCE = 4;

/** Counts a run that begins at this place. @returns how many died there */
export async function beginAt(state: Table, from: number): Promise<number> {
  const known = await recall(state, PLACE);
  const died = known?.['from']?.S === String(from) ? Number(known['runs']?.N) : 0;
  await noteDeaths(state, from, died + 1);
  return died;
}

/** Says how many runs died at a place, before one begins there. */
export function noteDeaths(state: Table, from: number, died: number): Promise<void> {
  return remember(state, PLACE, { from: { S: String(from) }, runs: { N: String(died) } });
}
