/** Published counts of people, and programmes that wait to be counted. No item is about one person. */

import { deleteItem, type Item, putItem, queryAll, readDocument, type Table } from '../../store/table.ts';
import { ASKED } from '../../tables.ts';

/** One dimension of one county, as published by the job of this instant. */
export interface StoredCohort<Cell> {
  county: string;
  /** RFC 3339. */
  at: string;
  cells: readonly Cell[];
}

/** Whether a programme fits enough people, as the last count found. */
interface StoredProgramme {
  digest: string;
  fits: boolean;
  at: string;
}

const PROGRAMMES = 'programme';

const keyOf = (cohort: string, item: string) => ({ cohort: { S: cohort }, item: { S: item } });

/** Partition of a dimension. No other partition has this prefix. */
function partitionOf(dimension: string): string {
  return `by:${dimension}`;
}

/** @param area prefix of the counties' codes; `''` for all */
export async function readCohorts<Cell>(
  table: Table,
  dimension: string,
  area: string,
): Promise<StoredCohort<Cell>[]> {
  const items = await partition(table, partitionOf(dimension), area);
  return items.map(({ document }) => JSON.parse(document?.S ?? '') as StoredCohort<Cell>);
}

export function putCohort<Cell>(table: Table, dimension: string, cohort: StoredCohort<Cell>): Promise<void> {
  return put(table, partitionOf(dimension), cohort.county, cohort);
}

/** @returns `null` for a programme that was not counted */
export function readProgramme(table: Table, digest: string): Promise<StoredProgramme | null> {
  return readDocument<StoredProgramme>(table, keyOf(PROGRAMMES, digest));
}

export function putProgramme(table: Table, programme: StoredProgramme): Promise<void> {
  return put(table, PROGRAMMES, programme.digest, programme);
}

/** Asks the next job to count the programmes of a pack. @param hash the pack, stored as published ones are */
export function askForCounts(table: Table, hash: string): Promise<void> {
  return put(table, ASKED, hash, { hash });
}

/** Undoes `askForCounts`. */
export function stopAsking(table: Table, hash: string): Promise<void> {
  return deleteItem(table, keyOf(ASKED, hash));
}

/** @returns hashes of the packs whose programmes are to be counted */
export async function askedForCounts(table: Table): Promise<string[]> {
  return (await partition(table, ASKED)).map(({ item }) => item?.S ?? '');
}

function put(table: Table, cohort: string, item: string, document: object): Promise<void> {
  return putItem(table, { ...keyOf(cohort, item), document: { S: JSON.stringify(document) } });
}

function partition(table: Table, cohort: string, start = ''): Promise<Item[]> {
  return start === ''
    ? queryAll(table, 'cohort = :cohort', { cohort })
    : queryAll(table, 'cohort = :cohort AND begins_with(#item, :start)', { cohort, start });
}
