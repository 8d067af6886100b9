/** A field's value as text, parts below one another. A part is called as the field of its name, if there is one. */
import type { Json } from '../../../../shared/json.ts';
import type { Text } from '../../../../shared/language.ts';
import { fieldName } from '../gateway/reference.ts';
import { label, visible } from '../text.ts';

/** The words of a field's closed values. */
export type Words = Readonly<Record<string, Text>>;

export function Value({ of, words = {} }: { of: Json; words?: Words | undefined }) {
  if (Array.isArray(of)) {
    return (
      <>
        {of.map((one, at) => (
          <span key={at} class="part">
            <Value of={one} words={words} />
          </span>
        ))}
      </>
    );
  }
  if (typeof of !== 'object' || of === null) {
    const text = String(of);
    return <>{visible(Object.hasOwn(words, text) ? label({ label: words[text] }, text) : text)}</>;
  }
  return (
    <>
      {Object.entries(of).map(([name, value]) => (
        <span key={name} class="part">
          {visible(fieldName(name))}: <Value of={value} words={words} />
        </span>
      ))}
    </>
  );
}
