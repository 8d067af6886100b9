/** A table that scrolls by itself if it is wider than the page, and says so if it is empty. */
import type { ComponentChildren } from 'preact';
import { t } from '../text.ts';

export function Table({
  title,
  heads,
  rows,
}: {
  title: string;
  heads: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
}) {
  if (rows.length === 0) return <p>{t().states.nothing}</p>;
  return (
    <div class="wide-table" role="region" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, at) => (
            <tr key={at}>
              {cells.map((cell, column) => (
                <td key={heads[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
