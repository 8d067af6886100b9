/** Names by their counts, the largest first, each with a bar and a link to its entries. */
import { number, t, visible } from '../text.ts';

export interface RankedRow {
  key: string;
  label: string;
  count: number;
  href: string;
  /** How it compares with what is usual. */
  note?: string | undefined;
}

export function Ranked({
  title,
  rows,
  most = 10,
}: {
  title: string;
  rows: readonly RankedRow[];
  most?: number;
}) {
  const sorted = [...rows].sort((a, b) => b.count - a.count).slice(0, most);
  const top = sorted[0]?.count ?? 1;
  return (
    <section>
      <h2>{title}</h2>
      {sorted.length === 0 && <p class="faint">{t().states.nothing}</p>}
      <table>
        <tbody>
          {sorted.map(({ key, label, count, href, note }) => (
            <tr key={key}>
              <td>
                <a href={href}>{visible(label)}</a>
              </td>
              <td class="number">{number(count)}</td>
              <td>
                <meter min={0} max={top} value={count} aria-hidden="true" />
              </td>
              {note !== undefined && <td class="faint">{note}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
