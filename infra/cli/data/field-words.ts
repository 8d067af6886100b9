/** The policy's words for fields, their members and values, and for duties and departments. JSON keeps the names. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Catalogue } from '../../../shared/contract/office.ts';
import type { Json } from '../../../shared/json.ts';
import type { Text } from '../../../shared/language.ts';
import { inWords } from '../../../shared/messages/value-words.ts';
import { language, spoken } from '../messages/language.ts';
import { inLine } from '../terminal/table.ts';

export type FieldWords = Pick<Catalogue, 'fields' | 'obligations' | 'departments'>;

/** Without them the names stand: what was released must be shown. */
export const wordsOf = (gate: Fieldgate): Promise<FieldWords> =>
  gate
    .catalogue()
    .then(async ({ collection, obligations, departments }) => {
      // A field that is withheld may be in no purpose of the caller's.
      const { fields } = await gate.call('GET /v1/schema/:collection', { collection });
      return { fields, obligations, departments };
    })
    .catch(() => ({ fields: {}, obligations: {}, departments: {} }));

/** What the policy calls a field, or `field.member`; its name, if two are called the same. */
export function headingOf(fields: Catalogue['fields'], name: string, member?: string): string {
  const wordOf = (one: string) => spoken(fields[one]?.label ?? {});
  const word = wordOf(name);
  const isOne = word !== '' && Object.keys(fields).every((one) => one === name || wordOf(one) !== word);
  const whole = isOne ? word : name;
  return member === undefined ? whole : `${whole}.${spoken(fields[name]?.members?.[member] ?? {}) || member}`;
}

export function valueInWords(fields: Catalogue['fields'], name: string, value: Json): string {
  const { members = {}, values = {} } = fields[name] ?? {};
  const find = (from: Readonly<Record<string, Text>>) => (part: string) =>
    Object.hasOwn(from, part) ? spoken(from[part] as Text) : part;
  return inLine(inWords(value, { lang: language, member: find(members), code: find(values) }));
}
