import { useLayoutEffect } from 'preact/hooks';
import { route, setQuery } from '../frame/route.ts';

/**
 * The step of a form. The address has it, and no value, so that the browser's own Back leads to the step before. An address that is
 * opened later begins at the first, because nothing was typed.
 * @param isBlank whether nothing was typed
 */
export function useStep(first: number, isBlank: () => boolean): { value: number } {
  useLayoutEffect(() => setQuery({ step: undefined }), []);
  return {
    get value() {
      const at = route.value.query.get('step');
      return at === null || isBlank() ? first : Number(at);
    },
    set value(to) {
      setQuery({ step: to === first ? undefined : to }, false);
    },
  };
}

/** The steps of a form, with the one that is at hand marked. What is done can be changed. */
export function Steps({
  names,
  at: now,
  to,
}: {
  names: readonly string[];
  at: number;
  to(step: number): void;
}) {
  return (
    <ol class="steps">
      {names.map((name, at) => (
        <li key={name} aria-current={at === now ? 'step' : undefined}>
          {at < now ? (
            <button type="button" class="link" onClick={() => to(at)}>
              ✓ {name}
            </button>
          ) : (
            name
          )}
        </li>
      ))}
    </ol>
  );
}
