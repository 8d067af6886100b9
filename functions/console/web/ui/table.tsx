/** A table that scrolls by itself if it is wider than the page, becomes cards on a narrow one, and says so if it is empty. */
import type { ComponentChildren } from 'preact';
import { t } from '../text.ts';

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
