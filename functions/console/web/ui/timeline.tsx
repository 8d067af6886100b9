/** The entries about one person over time, one lane an office. */
import { useRef } from 'preact/hooks';
import { officeName, purposeName } from '../gateway/reference.ts';
import type { LogEntry } from '../log/entries.ts';
import { type Mark, timelineOf } from '../log/timeline.ts';
import { number, t, time, visible } from '../text.ts';
import { fitting, moveAmongMarks, narrow, pictureWidth, seriesOf } from './marks.ts';

/** The name of an office stands next to its lane, and on a narrow page above it. */
const WIDE = { side: 230, lane: 30, line: 15, ticks: 4, fits: 32 };
const NARROW = { side: 0, lane: 48, line: 34, ticks: 2, fits: 34 };
/** The room of a mark at both ends of a lane. */
const END = 12;

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
  const { side, lane: tall, line, ticks, fits } = narrow.value ? NARROW : WIDE;
  const width = pictureWidth();
  const height = lanes.length * tall;
  const xOf = (share: number) => side + END + share * (width - side - 2 * END);
  const anchorOf = (tick: number) => (tick === 0 ? '' : tick === ticks - 1 ? 'end' : 'middle');
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
      <svg
        ref={box}
        class="timeline"
        viewBox={`0 0 ${width} ${height + 24}`}
        role="group"
        aria-label={title}
        onKeyDown={(event) => moveAmongMarks(event, box.current)}
      >
        {lanes.map((agency, lane) => {
          const name = fitting(visible(officeName(agency)) || inquiry.gateway, fits);
          const y = lane * tall + line;
          return (
            <g key={agency}>
              <line x1={side} x2={width} y1={y} y2={y} />
              <text x={Math.max(0, side - 10)} y={side > 0 ? y + 4 : y - 16} class={side > 0 ? 'end' : ''}>
                {name}
              </text>
            </g>
          );
        })}
        {Array.from({ length: ticks }, (_, at) => (
          <text key={at} x={xOf(at / (ticks - 1))} y={height + 16} class={`faint ${anchorOf(at)}`}>
            {time(from + ((to - from) * at) / (ticks - 1), 'short')}
          </text>
        ))}
        {marks.map((mark, at) => {
          const size = Math.min(12, 4 + 2 * Math.log2(mark.ids.length));
          const [x, y] = [xOf(mark.at), mark.lane * tall + line];
          const look = mark.purpose === '' ? 'series s8' : seriesOf(purposes, mark.purpose);
          const agency = lanes[mark.lane] ?? '';
          return (
            <a
              key={mark.ids[0]}
              href={linkOf(mark, agency)}
              tabindex={at === 0 ? 0 : -1}
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
    </figure>
  );
}
