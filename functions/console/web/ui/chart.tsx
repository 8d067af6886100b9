/** Stacked bars whose parts link to their entries. The chart is one Tab stop; arrow keys move between the parts. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { number, t } from '../text.ts';
import { Button } from './button.tsx';
import { put } from './kept.ts';
import { moveAmongMarks, narrow, pictureWidth } from './marks.ts';

export interface Bar {
  label: string;
  /** Said of its parts instead of the label. */
  said?: string;
  parts: { key: string; label: string; count: number; href: string }[];
}

const HEIGHT = 180;
/** The room of the numbers at the left. */
const SIDE = 44;

/** The least room of a bar that has its number above it. */
const WIDE = 24;
const widthOf = (step: number) => Math.max(2, Math.min(56, step - 3));
const totalOf = ({ parts }: Bar) => parts.reduce((sum, { count }) => sum + count, 0);

/** The first of 1, 2, 5, 10, 20, … that is not below. */
export function niceTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= most) ?? most;
}

export function Bars({
  title,
  bars,
  keys,
}: {
  title: string;
  bars: readonly Bar[];
  keys: readonly { key: string; label: string }[];
}) {
  const { list } = t();
  const table = useSignal(false);
  const box = useRef<SVGSVGElement>(null);
  const width = pictureWidth();
  const top = niceTop(Math.max(1, ...bars.map(totalOf)));
  const step = (width - SIDE) / Math.max(1, bars.length);
  // As many labels as fit next to each other.
  const every = Math.ceil(bars.length / (narrow.value ? 5 : 12));
  let first = true;
  return (
    <figure>
      <figcaption class="row">
        <b>{title}</b> <span class="faint">{number(bars.reduce((sum, bar) => sum + totalOf(bar), 0))}</span>
        <Button kind="quiet" onClick={() => put(table, !table.value)}>
          {table.value ? list.asChart : list.asTable}
        </Button>
        {keys.map(({ key, label }, at) => (
          <span key={key} class="legend">
            <svg width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" fill={`url(#hatch-${at % 9})`} />
            </svg>{' '}
            {label}
          </span>
        ))}
      </figcaption>
      {table.value ? (
        <table>
          <tbody>
            {bars.flatMap(({ label, said, parts }) =>
              parts.map((part) => (
                <tr key={label + part.key}>
                  <td>{said ?? label}</td>
                  <td>{part.label}</td>
                  <td class="number">
                    <a href={part.href}>{number(part.count)}</a>
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      ) : (
        <svg
          ref={box}
          class="bars"
          viewBox={`0 -18 ${width} ${HEIGHT + 38}`}
          role="group"
          aria-label={title}
          onKeyDown={(event) => moveAmongMarks(event, box.current)}
        >
          <Hatches count={keys.length} />
          {[0, top / 2, top].filter(Number.isInteger).map((n) => {
            const y = HEIGHT - (n / top) * HEIGHT;
            return (
              <g key={n}>
                <line x1={SIDE} x2={width} y1={y} y2={y} />
                <text x={SIDE - 6} y={y + 4} class="end">
                  {number(n)}
                </text>
              </g>
            );
          })}
          {bars.map((bar, at) => {
            const { label, said, parts } = bar;
            const total = totalOf(bar);
            let y = HEIGHT;
            return (
              <g key={label}>
                {parts.map((part) => {
                  const height = (part.count / top) * HEIGHT;
                  y -= height;
                  const tab = first ? 0 : -1;
                  first = false;
                  return (
                    <a
                      key={part.key}
                      href={part.href}
                      tabindex={tab}
                      aria-label={`${part.label}, ${said ?? label}, ${number(part.count)}`}
                    >
                      <title>{`${part.label}\n${said ?? label}: ${number(part.count)} / ${number(total)}`}</title>
                      <rect
                        x={SIDE + at * step + 1}
                        y={y}
                        width={widthOf(step)}
                        height={Math.max(1, height)}
                        class="part"
                        fill={`url(#hatch-${keys.findIndex(({ key }) => key === part.key) % 9})`}
                      />
                    </a>
                  );
                })}
                {total > 0 && step > WIDE && (
                  <text class="total middle" x={SIDE + at * step + 1 + widthOf(step) / 2} y={y - 4}>
                    {number(total)}
                  </text>
                )}
                {at % every === 0 && (
                  <text x={SIDE + at * step + 2} y={HEIGHT + 15}>
                    {label}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </figure>
  );
}

/** The lines on the colour of each series, so that parts differ in print and for colour-blind people. */
const LINES = [
  '',
  'M0 8 8 0',
  'M0 0 8 8',
  'M0 4H8',
  'M4 0V8',
  'M0 8 8 0M0 0 8 8',
  'M0 4H8M4 0V8',
  'M2 2H3M6 6H7',
  'M0 2H8M0 6H8',
] as const;

function Hatches({ count }: { count: number }) {
  return (
    <defs>
      {LINES.slice(0, count).map((lines, at) => (
        <pattern key={lines} id={`hatch-${at}`} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect width="8" height="8" class={`series s${at}`} />
          <path d={lines} class="hatch" />
        </pattern>
      ))}
    </defs>
  );
}
