/** The steps of a form, with the one that is at hand marked. */
export function Steps({ names, at: now }: { names: readonly string[]; at: number }) {
  return (
    <ol class="steps">
      {names.map((name, at) => (
        <li key={name} aria-current={at === now ? 'step' : undefined}>
          {at < now ? '✓ ' : ''}
          {name}
        </li>
      ))}
    </ol>
  );
}
