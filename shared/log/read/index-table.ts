/** Reads the index of the log. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LogId } from '../../ids.ts';
import {
  deleteItem,
  getItem,
  type Item,
  putItem,
  queryPages,
  queryStep,
  type Table,
} from '../../store/table.ts';
import { readEpochKeys, type SecretTable } from '../write/secret-table.ts';
import { withoutErased } from './erased-rows.ts';
import type { Found, Source } from './found.ts';
import { type Indexed, minuteOf, parseIndexed } from './index-rows.ts';

export interface IndexTable {
  dynamo: DynamoDBClient;
  indexTable: string;
}

const tableOf = ({ dynamo, indexTable }: IndexTable): Table => ({ client: dynamo, name: indexTable });

/** Key of the one item that states how far the index reaches. */
export const POSITION = { key: { S: 'position' }, place: { S: 'position' } };

/** The extent of the index. */
export interface IndexPosition {
  /** Leaves of the tree in the index. */
  size: number;
  /**
   * Everything stored before this instant (epoch milliseconds) is in the index; 0 while a lost index is made again. It stands
   * still while an index that was restored, or that missed a step, catches up with the tree.
   */
  until: number;
}

/** @returns `null` if there is no index yet, or one that counts no hours and has to be made again. */
export async function readPosition(index: IndexTable): Promise<IndexPosition | null> {
  const item = await getItem(tableOf(index), POSITION);
  return item?.['hours'] === undefined
    ? null
    : { size: Number(item['size']?.N), until: Number(item['until']?.N) };
}

/**
 * Row limits of the first and of further queries. The rows of a busy key name many entries each, those of a
 * child one. DynamoDB stops at 1 MB anyway.
 */
const ROWS = { first: 16, most: 256 };

/** The index entries of a key. @param from earlier entries are not searched */
export function indexSource(index: IndexTable, key: string, from: string): Source {
  let rows = ROWS.first;
  const where = '#key = :key AND #place BETWEEN :from AND :until';
  const query = (until: string, after: Item | null) => {
    const span = { key, from: minuteOf(from), until: `${minuteOf(until)}~` };
    return queryStep(tableOf(index), where, span, { backwards: true, limit: rows, consistent: false, after });
  };
  return {
    async back(until) {
      const indexed: Indexed[] = [];
      let start: Item | null = null;
      let after: string | null;
      if (until < from) return { found: [], after: null };
      do {
        const page = await query(until, start);
        rows = Math.min(2 * rows, ROWS.most);
        for (const { place, entries } of page.items) {
          indexed.push(...parseIndexed(place?.S?.split('#')[0] ?? '', entries?.S ?? ''));
        }
        start = page.last;
        // Rows of the last minute may be missing, so that minute is not complete yet.
        after = start ? `${start['place']?.S?.split('#')[0]}:59.999Z` : null;
      } while (after !== null && after >= until);
      const told = indexed.filter(({ at }) => at <= until && at >= from && (after === null || at > after));
      return { found: told.map(asFound), after };
    },
  };
}

function asFound({ at, writer, seq, leaf }: Indexed): Found {
  return { at, writer, seq, leaves: [leaf] };
}

/**
 * Removes the places of forgotten entries from the rows of a subject. Entries that stay, as those of an erasure do, stay in the
 * index. May be repeated.
 */
export async function dropErased(index: IndexTable & SecretTable, logId: LogId): Promise<void> {
  const table = tableOf(index);
  const secrets = (epochs: Iterable<string>) => readEpochKeys(index, epochs);
  const key = `subject:${logId}`;
  // Strongly consistent: a row that is not seen here stays.
  for await (const page of queryPages(table, '#key = :key', { key })) {
    const rows = page.map(({ place, entries }) => ({
      key,
      place: place?.S ?? '',
      entries: entries?.S ?? '',
    }));
    for (const { place, entries } of await withoutErased(rows, secrets)) {
      const row = { key: { S: key }, place: { S: place } };
      if (entries === '') await deleteItem(table, row);
      else await putItem(table, { ...row, entries: { S: entries } });
    }
  }
}
