/** What a page shows is chosen by links, of which one is current, or from a list. */

export type Chip = readonly [href: string, text: string, current: boolean];

export function Chips({ of }: { of: readonly Chip[] }) {
  return of.map(([href, text, current], at) => (
    <a key={at} class="chip" href={href} aria-current={current ? 'true' : undefined}>
      {text}
    </a>
  ));
}

interface Props {
  label: string;
  value: string;
  /** The text of no choice. */
  any?: string;
  options: readonly (readonly [value: string, text: string])[];
  onPick(value: string): void;
  look?: 'chip';
}

export function Select({ label, value, any, options, onPick, look }: Props) {
  return (
    <select
      class={look}
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => onPick(currentTarget.value)}
    >
      {any !== undefined && <option value="">{any}</option>}
      {options.map(([code, text]) => (
        <option key={code} value={code}>
          {text}
        </option>
      ))}
    </select>
  );
}
