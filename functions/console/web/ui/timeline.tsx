/** The entries about one person over time, one lane an office. */
import { useRef } from 'preact/hooks';
import type { LogEntry } from '../entries.ts';
import { officeName, purposeName } from '../reference.ts';
import { number, t, time, visible } from '../text.ts';
import { type Mark, timelineOf } from '../timeline.ts';
import { moveAmongMarks, seriesOf } from './marks.ts';

const WIDTH = 960;
const SIDE = 230;
const LANE = 30;
const TICKS = 4;
const TICK_ANCHORS = ['', 'middle', 'middle', 'end'];
const FITS = 32;

export function Timeline({
  title,
  entries,
  linkOf,
}: {
  title: string;
  entries: readonly LogEntry[];
  linkOf(mark: Mark, agency: string): string;
}) {
  const { inquiry } = t();
  const box = useRef<SVGSVGElement>(null);
  const { lanes, from, to, marks } = timelineOf(entries);
  const purposes = [...new Set(marks.map(({ purpose }) => purpose).filter(Boolean))];
  const height = lanes.length * LANE;
  const xOf = (share: number) => SIDE + share * (WIDTH - SIDE - 20);
  if (marks.length === 0) return null;
  return (
    <figure>
      <figcaption class="row">
        <b>{title}</b>
        {purposes.slice(0, 8).map((code) => (
          <span key={code} class="legend">
            <svg width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" class={seriesOf(purposes, code)} />
            </svg>{' '}
            {code} {purposeName(code)}
          </span>
        ))}
        <span class="legend">{inquiry.shapes}</span>
      </figcaption>
      <div class="wide-picture">
        <svg
          ref={box}
          class="timeline"
          viewBox={`0 0 ${WIDTH} ${height + 24}`}
          role="group"
          aria-label={title}
          onKeyDown={(event) => moveAmongMarks(event, box.current)}
        >
          {lanes.map((agency, lane) => {
            const name = visible(officeName(agency)) || inquiry.gateway;
            return (
              <g key={agency}>
                <line x1={SIDE} x2={WIDTH} y1={lane * LANE + 15} y2={lane * LANE + 15} />
                <text x={SIDE - 10} y={lane * LANE + 19} class="end">
                  {name.length > FITS ? `${name.slice(0, FITS - 1)}…` : name}
                </text>
              </g>
            );
          })}
          {Array.from({ length: TICKS }, (_, at) => (
            <text
              key={at}
              x={xOf(at / (TICKS - 1))}
              y={height + 16}
              class={`faint ${TICK_ANCHORS[at] ?? ''}`}
            >
              {time(from + ((to - from) * at) / (TICKS - 1), 'short')}
            </text>
          ))}
          {marks.map((mark, at) => {
            const size = Math.min(12, 4 + 2 * Math.log2(mark.ids.length));
            const [x, y] = [xOf(mark.at), mark.lane * LANE + 15];
            const look = mark.purpose === '' ? 'series s8' : seriesOf(purposes, mark.purpose);
            const agency = lanes[mark.lane] ?? '';
            return (
              <a
                key={mark.ids[0]}
                href={linkOf(mark, agency)}
                tabIndex={at === 0 ? 0 : -1}
                aria-label={inquiry.mark(
                  visible(officeName(agency)) || inquiry.gateway,
                  purposeName(mark.purpose),
                  time(mark.from, 'short'),
                  number(mark.ids.length),
                  mark.refused,
                )}
              >
                {mark.refused ? (
                  <rect x={x - size} y={y - size} width={2 * size} height={2 * size} class={look} />
                ) : (
                  <circle cx={x} cy={y} r={size} class={look} />
                )}
              </a>
            );
          })}
        </svg>
      </div>
    </figure>
  );
}
