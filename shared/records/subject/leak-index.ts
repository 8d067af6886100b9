/**
 * The people under a token of found texts, in the index table: members of a set, each a sealed subject and the owner
 * of the sheet with the value. Two sheets of one person may hold the same value.
 */

import { deleteIf, getItems, type Item, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/**
 * Most people under a token. A value that more people have identifies none of them, and their item would be full one day:
 * it is marked as common, and people who come later are not listed. The mark stays when people leave.
 */
export const MOST_PEOPLE = 200;

/** Begins the key of every token. */
export const LEAK = 'leak.';

interface LeakMember {
  /** Of `LeakTokens.member`. */
  sealed: string;
  owner: string;
}

const keyOf = (token: string) => ({ index: { S: token } });
const textOf = ({ sealed, owner }: LeakMember) => `${sealed}.${owner}`;

/** May be repeated. */
export async function addLeak(table: Table, token: string, member: LeakMember): Promise<void> {
  const update = newUpdate();
  const one = textOf(member);
  update.add('people', { SS: [one] });
  const [people, most, known] = [
    update.name('people'),
    update.value({ N: String(MOST_PEOPLE) }),
    update.value({ S: one }),
  ];
  const room = `attribute_not_exists(${people}) OR size(${people}) < ${most} OR contains(${people}, ${known})`;
  if (await update.send(table, keyOf(token), room)) return;
  const full = newUpdate();
  full.set('common', { BOOL: true });
  await full.send(table, keyOf(token));
}

/** May be repeated. A token without people stays until a sweep, and a common one stays. */
export async function dropLeak(table: Table, token: string, member: LeakMember): Promise<void> {
  const update = newUpdate();
  update.take('people', { SS: [textOf(member)] });
  await update.send(table, keyOf(token));
}

/** Removes the token if no person is under it. */
export async function dropUnused(table: Table, token: string): Promise<boolean> {
  return deleteIf(table, keyOf(token), 'attribute_not_exists(people) AND attribute_not_exists(common)', {});
}

/** Whether no person is under a token, as far as its item tells. */
export const isUnused = (item: Item) => !item['people'] && !item['common'];

/** @returns the members under each of the tokens that has some, `'common'` for too many; strongly consistent */
export async function readLeaks(
  table: Table,
  tokens: readonly string[],
): Promise<Map<string, LeakMember[] | 'common'>> {
  const items = await getItems(table, [...new Set(tokens)].map(keyOf));
  return new Map(
    items.map((item) => [
      item['index']?.S ?? '',
      item['common']?.BOOL ? 'common' : (item['people']?.SS ?? []).map(memberFrom),
    ]),
  );
}

function memberFrom(text: string): LeakMember {
  const at = text.indexOf('.');
  return { sealed: text.slice(0, at), owner: text.slice(at + 1) };
}
