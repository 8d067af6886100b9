/** Tables, and lists of facts. */
import { type ComponentChildren, Fragment } from 'preact';
import { t, visible } from '../text.ts';

/** Scrolls by itself if it is wider than the page, becomes cards on a narrow one, and says so if it is empty. */
export function Table({
  title,
  heads,
  rows,
  numeric = [],
}: {
  title: string;
  heads: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
  /** Columns of numbers. */
  numeric?: readonly number[];
}) {
  if (rows.length === 0) return <p>{t().states.nothing}</p>;
  const look = (column: number) => (numeric.includes(column) ? 'number' : undefined);
  return (
    <div class="wide-table cards" role="region" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((name, column) => (
              <th key={name} scope="col" class={look(column)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, at) => (
            <tr key={at}>
              {cells.map((cell, column) => (
                <td key={heads[column]} class={look(column)} data-head={heads[column]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What is known of one thing. A name without a text is left out. */
export type Fact = readonly [name: string | undefined, text: ComponentChildren];

/** The items of a list that has further ones. */
export function FactRows({ rows }: { rows: readonly Fact[] }) {
  return (
    <>
      {rows.map(
        ([name, text]) =>
          text && (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{typeof text === 'string' ? visible(text) : text}</dd>
            </Fragment>
          ),
      )}
    </>
  );
}

export function Facts({ rows }: { rows: readonly Fact[] }) {
  return (
    <dl>
      <FactRows rows={rows} />
    </dl>
  );
}
