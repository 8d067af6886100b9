/** Numbers of an office's own people and of their households, as tokens, in the watch's table: casework writes them, the watch compares. */

import type { ClientId, EntryId, LogId, SubjectId } from '../../ids.ts';
import { type Item, putIf, type Table } from '../../store/table.ts';
import { RECUSALS } from '../../tables.ts';
import { readPart } from './watch-marks.ts';

export interface Recusal {
  /** Random; the tokens are hidden under a key of it. */
  id: SubjectId;
  entry: EntryId;
  agency: ClientId;
  /** Whose number it is, or whose household's, by the name that the office uses. */
  of: string;
  /** Hidden tokens of the number, newest first. */
  tokens: readonly string[];
  /** Log ids of the person of that number, and of people whom that person represents. */
  people: readonly LogId[];
  /** RFC 3339. */
  since: string;
  until: string;
  /** When the people were last looked up, epoch milliseconds; 0: not yet. */
  looked: number;
}

const CREATED = 'attribute_not_exists(#part)';
const THERE = 'attribute_exists(#part)';

/** Ends by itself. @param known whether it is there, and is stored again. @returns `false` if it is there, or has ended */
export function putRecusal(table: Table, { id, ...said }: Recusal, known: boolean): Promise<boolean> {
  const expires = { N: String(Math.ceil(Date.parse(said.until) / 1000)) };
  const item: Item = {
    part: { S: RECUSALS },
    item: { S: id },
    document: { S: JSON.stringify(said) },
    expires,
  };
  return putIf(table, item, known ? THERE : CREATED);
}

/** @param now epoch milliseconds: the store removes what has ended some days later */
export async function listRecusals(table: Table, now: number): Promise<Recusal[]> {
  const items = await readPart(table, RECUSALS);
  const all = items.map(
    ({ item, document }) => ({ id: item?.S, ...JSON.parse(document?.S ?? '') }) as Recusal,
  );
  return all.filter(({ until }) => Date.parse(until) > now);
}
