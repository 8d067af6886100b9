/** `verify list --submit` and `--collect`: the gateway works the list off by itself. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ListState, SubmittedList } from '../../../shared/client/submitted-lists.ts';
import type { ListResult } from '../../../shared/client/verify-list.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import {
  dropSubmitted,
  keepSubmitted,
  newSubmitted,
  readSubmitted,
  type Submitted,
} from '../lists/submitted.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { verifyList: t } = await texts('lists');

export interface Row {
  key: string;
  content: unknown;
}

interface Place {
  gate: Fieldgate;
  folder: string;
  /** Under which the list is submitted, without its name. */
  request: Omit<SubmittedList, 'id'>;
}

/**
 * Submits the rows without an answer. Repeated, it submits the same list again, under the token of now.
 * @param all rows of the list by their keys
 */
export async function submitRows(
  { gate, folder, request }: Place,
  todo: readonly Row[],
  all: ReadonlyMap<string, unknown>,
): Promise<ListState | null> {
  const before = readSubmitted(folder);
  if (!before && todo.length === 0) return null;
  const list =
    before ??
    newSubmitted(
      folder,
      todo.map(({ key }) => key),
    );
  if (!list.keys.every((key) => all.has(key))) throw new UsageError(t.otherRows(folder));
  const subjects = list.keys.map((key) => all.get(key) as Subject);
  const of = { ...request, id: list.id };
  try {
    return await gate.submittedLists.submit({ ...of, subjects });
  } catch (error) {
    // Of a list that was refused no row rests at the gateway.
    if (!before && isRefusal(error)) {
      await gate.submittedLists.end(of).catch(() => {});
      dropSubmitted(folder);
    }
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof FieldgateError && error.status !== null && error.status < 500;
}

/**
 * Keeps the results that are there, and ends the list once all of them are kept.
 * @returns how far the list is; `null` if none is submitted. @throws UsageError if the gateway has deleted it
 */
export async function collectRows(
  { gate, folder, request }: Place,
  keep: (key: string, result: ListResult) => void,
): Promise<ListState | null> {
  const list = readSubmitted(folder);
  if (!list) return null;
  const of = { ...request, id: list.id };
  const state = await gate.submittedLists.state(of).catch((error) => {
    if (!isMissing(error)) throw error;
    dropSubmitted(folder);
    throw new UsageError(t.gone);
  });
  for (let part = 0; part < state.parts; part++) {
    if (list.collected.includes(part)) continue;
    if (!(await collectPart(gate, { ...of, part }, list, keep))) continue;
    list.collected.push(part);
    keepSubmitted(folder, list);
  }
  if (state.state === 'open') return state;
  // What was not checked is open in the journal, and goes into the next list.
  await gate.submittedLists.end(of);
  dropSubmitted(folder);
  return state;
}

/** @returns `false` if the part has no results yet */
async function collectPart(
  gate: Fieldgate,
  of: SubmittedList & { part: number },
  { keys }: Submitted,
  keep: (key: string, result: ListResult) => void,
): Promise<boolean> {
  try {
    for (const result of await gate.submittedLists.results(of))
      if (!('stopped' in result)) keep(keys[result.row] ?? '', result);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof FieldgateError && error.code === 'NOT_FOUND';
}
