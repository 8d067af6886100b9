/** A field's value as text, parts below one another. */
import type { Json } from '../../../../shared/json.ts';
import { visible } from '../text.ts';

export function Value({ of }: { of: Json }) {
  if (Array.isArray(of)) {
    return (
      <>
        {of.map((one, at) => (
          <span key={at} class="part">
            <Value of={one} />
          </span>
        ))}
      </>
    );
  }
  if (typeof of !== 'object' || of === null) return <>{visible(String(of))}</>;
  return (
    <>
      {Object.entries(of).map(([name, value]) => (
        <span key={name} class="part">
          {visible(name)}: <Value of={value} />
        </span>
      ))}
    </>
  );
}
