/**
 * The people under a token of found texts, in the index table: members of a set, each a sealed subject and the owner
 * of the sheet with the value. Two sheets of one person may hold the same value.
 */

import { deleteIf, getItems, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/** Begins the key of every token. */
export const LEAK = 'leak.';

export interface LeakMember {
  /** Of `LeakTokens.member`. */
  sealed: string;
  owner: string;
}

const keyOf = (token: string) => ({ index: { S: token } });
const textOf = ({ sealed, owner }: LeakMember) => `${sealed}.${owner}`;

/** May be repeated. */
export async function addLeak(table: Table, token: string, member: LeakMember): Promise<void> {
  const update = newUpdate();
  update.add('people', { SS: [textOf(member)] });
  await update.send(table, keyOf(token));
}

/** May be repeated. A token without people stays until a sweep. */
export async function dropLeak(table: Table, token: string, member: LeakMember): Promise<void> {
  const update = newUpdate();
  update.take('people', { SS: [textOf(member)] });
  await update.send(table, keyOf(token));
}

/** Removes the token if no person is under it. */
export async function dropUnused(table: Table, token: string): Promise<boolean> {
  return deleteIf(table, keyOf(token), 'attribute_not_exists(people)', {});
}

/** @returns the members under each of the tokens that has some; strongly consistent */
export async function readLeaks(table: Table, tokens: readonly string[]): Promise<Map<string, LeakMember[]>> {
  const items = await getItems(table, [...new Set(tokens)].map(keyOf));
  return new Map(
    items.map((item) => [
      item['index']?.S ?? '',
      (item['people']?.SS ?? []).map((text) => {
        const at = text.indexOf('.');
        return { sealed: text.slice(0, at), owner: text.slice(at + 1) };
      }),
    ]),
  );
}
