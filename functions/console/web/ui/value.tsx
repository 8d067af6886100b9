/** A field's value in words, parts below one another. */
import type { FieldForm } from '../../../../shared/contract/office.ts';
import type { Json } from '../../../../shared/json.ts';
import { fieldName } from '../gateway/reference.ts';
import { label, t, visible } from '../text.ts';

/** The words of a field's members and closed values. */
export type Words = Pick<FieldForm, 'members' | 'values'>;

/** The digest of a file says nothing to a reader. */
const FILE = /^file:sha256-[0-9a-f]{64}$/;

export function Value({ of, words = {} }: { of: Json; words?: Words | undefined }) {
  if (typeof of !== 'object' || of === null) return <>{visible(inWords(of, words))}</>;
  const parts = Array.isArray(of) ? of.map((one) => [null, one] as const) : Object.entries(of);
  return (
    <>
      {parts.map(([name, value], at) => (
        <span key={at} class="part">
          {name !== null && `${visible(wordOf(words.members, name, fieldName(name)))}: `}
          <Value of={value} words={words} />
        </span>
      ))}
    </>
  );
}

const wordOf = (words: Words['values'] = {}, code: string, otherwise = code) =>
  Object.hasOwn(words, code) ? label({ label: words[code] }, code) : otherwise;

function inWords(value: Exclude<Json, object>, { values }: Words): string {
  const { answers, fileKept } = t().asking;
  if (typeof value === 'boolean') return answers[value ? 'YES' : 'NO'] as string;
  if (value === null) return '–';
  return FILE.test(String(value)) ? fileKept : wordOf(values, String(value));
}
