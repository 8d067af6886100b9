/** Counts by weekday and hour of the zone: when an office works, and when it does not. One Tab stop; arrow keys move. */
import { useRef } from 'preact/hooks';
import { number, t, weekday, weekHour } from '../text.ts';
import { HOUR } from '../units.ts';
import { moveAmongMarks } from './marks.ts';

interface Count {
  /** The instant at which an hour begins. */
  at: number;
  count: number;
}

const HOURS = [...Array(24).keys()];
const SHADES = 4;

/** @param linkOf the address of one hour: of a square, its last that has any */
export function Heat({
  title,
  counts,
  linkOf,
}: {
  title: string;
  counts: readonly Count[];
  linkOf(from: number, to: number): string;
}) {
  const box = useRef<HTMLTableElement>(null);
  const cells = new Map<number, { count: number; last: number }>();
  for (const { at, count } of counts) {
    const cell = cells.get(weekHour(at)) ?? { count: 0, last: 0 };
    cells.set(weekHour(at), { count: cell.count + count, last: Math.max(cell.last, at) });
  }
  const most = Math.max(1, ...[...cells.values()].map(({ count }) => count));
  let first = true;
  return (
    <>
      <h2>{title}</h2>
      <div class="wide-table" role="region" aria-label={title} tabIndex={0}>
        <table ref={box} class="heat" onKeyDown={(event) => moveAmongMarks(event, box.current)}>
          <thead>
            <tr>
              <td />
              {HOURS.map((hour) => (
                <th key={hour} scope="col">
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[1, 2, 3, 4, 5, 6, 0].map((day) => (
              <tr key={day}>
                <th scope="row">{weekday(day)}</th>
                {HOURS.map((hour) => {
                  const cell = cells.get(day * 24 + hour);
                  if (!cell) return <td key={hour} />;
                  const tab = first ? 0 : -1;
                  first = false;
                  const said = `${weekday(day)} ${hour}:00–${hour + 1}:00: ${number(cell.count)}`;
                  return (
                    <td key={hour} class={`h${Math.ceil((cell.count / most) * SHADES)}`}>
                      <a
                        href={linkOf(cell.last, cell.last + HOUR)}
                        tabIndex={tab}
                        title={said}
                        aria-label={`${said}. ${t().flows.lastHour}`}
                      >
                        {number(cell.count)}
                      </a>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
