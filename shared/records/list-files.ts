/**
 * The files of lists: rows that wait, sealed; results, encrypted to the agency; and markers. No name leads to a person, and
 * all files are deleted a day later, whatever happens to the list.
 */

import { hash } from 'node:crypto';
import type { ClientId } from '../ids.ts';

export interface ListFiles {
  /** Replaces what is there. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  read(path: string): Promise<Uint8Array | null>;
  /** Names of the files under a path that ends with a slash, without it. */
  names(path: string): Promise<string[]>;
  remove(path: string): Promise<void>;
}

/** Path of a list. An agency can name none but its own. */
export function pathOf(clientId: ClientId, id: string): string {
  return `lists/${hash('sha256', clientId, 'hex').slice(0, 32)}/${id}`;
}

/** The marker whose put starts the work on a list: the stack's state machine, or the local gateway. */
export const STARTS = 'starts/';

export const startOf = (list: string): string => STARTS + list;

/** @returns the list that a marker starts; `null` for any other path */
export function startedBy(path: string): string | null {
  return /^starts\/(lists\/[0-9a-f]{32}\/[\w-]{22})$/.exec(path)?.[1] ?? null;
}

export const headOf = (list: string): string => `${list}/head`;
/** A marker that ends the work, with the code of the refusal. */
export const stopOf = (list: string): string => `${list}/stop`;
export const rowsOf = (list: string): string => `${list}/rows/`;
export const resultsOf = (list: string): string => `${list}/results/`;
