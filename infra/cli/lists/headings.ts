/** Headings by which people are named: names, the policy's words for them in any language, and usual words for the same. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { CollectionSchema } from '../../../shared/contract/office.ts';
import type { Text } from '../../../shared/language.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import type { ListFile } from './file.ts';
import { type Naming, namingOf, OWN_KEY } from './people.ts';

const { people: t } = await texts('lists');

/** Without what a form adds to a heading: blanks, a star, a colon, whether it is required. */
export const folded = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s*:_]|\.$|\((必填|选填|required|optional)\)$/g, '');

const RESIDENT = `公民身份号码 公民身份证号码 居民身份证号 居民身份证号码 身份证号 身份证号码 身份证件号 身份证件号码 身份证 身份号码
  证件号 证件号码 ID_number ID_no ID_card ID_card_number ID_card_no resident_ID_number resident_identity_number identity_number
  identity_card_number citizen_ID_number`;
const OWN = `${OWN_KEY} local_number own_number 本单位编号 本部门编号 单位自编号 部门自编号 自编号 内部编号`;

/** Words for one thing. A key that is called by one of them is called by any. */
const SAME = [RESIDENT, OWN].map((words) => new Set(words.split(/\s+/).map(folded)));

/** Words for a key besides its own, folded. */
export function otherWordsFor(name: string, label: Text = {}): string[] {
  const own = [name, ...Object.values(label)].map(folded);
  return SAME.filter((words) => own.some((word) => words.has(word))).flatMap((words) => [...words]);
}

/** What a heading says of a key: nothing, a usual word, the policy's own, or what the caller told. */
const PLAIN = { usual: 1, own: 2, told: 3 };

/**
 * Of several columns that one key may be called by, the plainest word counts. The others hold numbers of people, too.
 * @param told headings, and the keys that they stand for
 * @throws UsageError if two are as plain, or a key is none
 */
export async function namingIn(
  { columns }: ListFile,
  gate: Pick<Fieldgate, 'matchKeys' | 'schema'>,
  told: readonly (readonly [string, string])[] = [],
): Promise<Naming> {
  const keys = namingOf(gate.matchKeys);
  if (columns === null) return new Map(keys.map((name) => [name, name]));
  const wrong = told.find(([, name]) => !keys.includes(name));
  if (wrong) throw new UsageError(t.noKey(wrong[1], keys.join(', ')));
  const { fields } = await gate.schema();
  const found = columns.flatMap((head) => {
    const all = keys.map((name) => ({ head, name, plain: plainness(head, name, fields, new Map(told)) }));
    const [best, next] = all.filter(({ plain }) => plain > 0).sort((a, b) => b.plain - a.plain);
    return best && best.plain !== next?.plain ? [best] : [];
  });
  const isUsed = ({ name, plain }: (typeof found)[number]) =>
    found.every((other) => other.name !== name || other.plain <= plain);
  const used = found.filter(isUsed);
  const twice = used.find(({ name }, at) => used.findIndex((other) => other.name === name) < at);
  if (twice) throw new UsageError(t.twoColumns(twice.name, twice.head));
  return new Map(found.map((one) => [one.head, isUsed(one) ? one.name : null]));
}

function plainness(
  head: string,
  name: string,
  fields: CollectionSchema['fields'],
  told: ReadonlyMap<string, string>,
): number {
  const label = fields[name]?.label ?? {};
  if (told.has(head)) return told.get(head) === name ? PLAIN.told : 0;
  if (head === name || Object.values(label).some((word) => folded(word) === folded(head))) return PLAIN.own;
  return otherWordsFor(name, label).includes(folded(head)) ? PLAIN.usual : 0;
}
