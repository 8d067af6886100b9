/** Fields of a form that name one person, and the document that is shown, as the gateway's bodies take them. */

import type { Named } from '../gateway/asking.ts';
import { fieldName, matchFields, policy, purposeName } from '../gateway/reference.ts';
import { label, t } from '../text.ts';
import type { Field } from './field.tsx';

export function whomFields(): [by: Field, value: Field] {
  const { whom } = t();
  const ways = matchFields();
  return [
    { name: 'by', label: whom.by, options: [...ways, [OWN, whom.ref]], value: ways[0]?.[0] ?? OWN },
    { name: 'value', label: whom.value, hint: whom.valueHint, path: '/subject' },
  ];
}

/** The way that names a person by the office's own reference. */
const OWN = '-';

export const wayName = (by: string) => (by === OWN ? t().whom.ref : fieldName(by));

export type Person = Exclude<Named, { code: string }>;

export function subjectOf({ by = OWN, value = '' }: Record<string, string>): Person {
  const text = value.trim();
  return by === OWN ? { ref: text } : { match: { [by]: text } };
}

/** People whom lines of a text name in the same way. */
export function subjectsOf(lines: string, by: string | undefined): Person[] {
  const way = by ?? matchFields()[0]?.[0] ?? OWN;
  const named = lines.split('\n').filter((line) => line.trim() !== '');
  return named.map((value) => subjectOf({ by: way, value }));
}

/** Names with commas between them. */
export const wordsIn = (text = '') =>
  text
    .split(/[,，]/)
    .map((one) => one.trim())
    .filter(Boolean);

export function documentFields(hint: string, optional = false): Field[] {
  const { whom } = t();
  return [
    {
      ...{ name: 'document', label: whom.documentKind, path: '/document/kind', optional },
      options: optionsOf(policy.value?.desk.documents),
    },
    { name: 'number', label: whom.documentNumber, hint, path: '/document/number', optional },
  ];
}

export function documentOf({ document: kind, number }: Record<string, string>) {
  return kind && number ? { document: { kind, number: number.trim() } } : {};
}

type Words = Readonly<Record<string, Parameters<typeof label>[0]>>;

/** The words of a closed list as the policy calls them. */
export const optionsOf = (words: Words = {}) =>
  Object.entries(words).map(([word, one]) => [word, label(one, word)] as const);

export const purposeField = (codes: readonly string[], value = ''): Field => ({
  ...{ name: 'purpose', label: t().log.columns.purpose, value },
  options: codes.map((code) => [code, `${code} ${purposeName(code)}`]),
});

export const fieldOptions = () =>
  Object.keys(policy.value?.fields ?? {}).map((name) => [name, fieldName(name)] as const);

export const giverName = (word: string) => label(policy.value?.givers[word], word);
