/** The entries of a filter over time by outcome, and their exact number. A part of it becomes the span of the list. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Query } from '../../../../shared/contract/api.ts';
import { useKeys } from '../frame/keys.ts';
import { hashOf, setQuery } from '../frame/route.ts';
import { filterIn, outcomeName } from '../log/entries.ts';
import { dayOfMonth, number, offsetAt, t, time } from '../text.ts';
import { DAY, HOUR, startOf } from '../units.ts';
import { put } from './kept.ts';
import { moveAmongMarks } from './marks.ts';

/** Longer spans are shown by day. */
const HOURLY = 3 * DAY;
export const STANDARD = 31 * DAY;
const [WIDTH, HEIGHT] = [960, 48];
/** Pixels of a pointer from which it is a drag. */
const DRAG = 6;

export interface Stats {
  entries: number;
  buckets: { from: string; counts: Record<string, number> }[];
}

/** What the gateway is asked for. */
export function statsQuery(filter: URLSearchParams): Query<'GET /v1/log/stats'> {
  const { from, to } = spanOf(filter);
  return { ...filterIn(filter.toString()), by: 'kind,outcome', bucket: to - from > HOURLY ? 'day' : 'hour' };
}

export function spanOf(filter: URLSearchParams): { from: number; to: number } {
  const to = Date.parse(filter.get('to') ?? '') || Date.now();
  return { from: Date.parse(filter.get('from') ?? '') || to - STANDARD, to };
}

interface Column {
  at: number;
  parts: { outcome: string; count: number }[];
}

function columnsOf({ buckets }: Pick<Stats, 'buckets'>, from: number, to: number, step: number): Column[] {
  const byStart = new Map(buckets.map((one) => [Date.parse(one.from), one.counts]));
  const columns: Column[] = [];
  for (let at = startOf(from, step, offsetAt(from)); at < to; at += step) {
    const counts = Object.entries(byStart.get(at) ?? {});
    const sum = (kind: boolean) =>
      counts.reduce((all, [name, n]) => all + (name.startsWith('kind:') === kind ? n : 0), 0);
    const parts = counts.flatMap(([name, count]) =>
      name.startsWith('outcome:') ? [{ outcome: name.slice(8), count }] : [],
    );
    const rest = sum(true) - sum(false);
    columns.push({ at, parts: rest > 0 ? [...parts, { outcome: '', count: rest }] : parts });
  }
  return columns;
}

/** Without counts, while they are counted, it has no bars. Its span can be taken all the same. */
export function Histogram({ filter, stats }: { filter: URLSearchParams; stats: Stats | null }) {
  const { log } = t();
  const box = useRef<SVGSVGElement>(null);
  const dragged = useSignal<{ from: number; to: number } | null>(null);
  const { from, to } = spanOf(filter);
  const step = to - from > HOURLY ? DAY : HOUR;
  const columns = columnsOf(stats ?? { buckets: [] }, from, to, step);
  const width = WIDTH / Math.max(1, columns.length);
  const most = Math.max(1, ...columns.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0)));
  const narrow = (first: number, last: number) => {
    const [low, high] = [columns[Math.min(first, last)], columns[Math.max(first, last)]];
    if (!low || !high) return;
    const iso = (at: number) => new Date(at).toISOString();
    setQuery({ from: iso(low.at), to: iso(high.at + step), e: undefined }, false);
  };
  useKeys({
    'Shift+ArrowRight': { label: log.laterFrom, run: () => narrow(1, columns.length - 1) },
    'Shift+ArrowLeft': { label: log.earlierTo, run: () => narrow(0, columns.length - 2) },
  });
  /** The column under a pointer. */
  const under = ({ clientX }: PointerEvent) => {
    const { left = 0, width: all = 1 } = box.current?.getBoundingClientRect() ?? {};
    const place = Math.floor(((clientX - left) / all) * columns.length);
    return Math.max(0, Math.min(columns.length - 1, place));
  };
  const start = useRef<{ x: number; at: number } | null>(null);
  const labelOf = (at: number) =>
    step === HOUR ? t().today.fromTo(time(at, 'short'), time(at + step, 'hour')) : dayOfMonth(at);
  let first = true;
  return (
    <svg
      ref={box}
      class="strip"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="group"
      aria-label={stats ? `${log.counted(number(stats.entries))}. ${log.narrow}` : log.narrow}
      aria-busy={!stats}
      onKeyDown={(event) => event.shiftKey || moveAmongMarks(event, box.current)}
      onPointerDown={(event) => {
        start.current = { x: event.clientX, at: under(event) };
      }}
      onPointerMove={(event) => {
        if (!start.current || Math.abs(event.clientX - start.current.x) < DRAG) return;
        dragged.value = { from: start.current.at, to: under(event) };
      }}
      onPointerUp={() => {
        const { from: a, to: b } = dragged.value ?? {};
        start.current = null;
        if (a !== undefined && b !== undefined) narrow(a, b);
        // The click that ends a drag follows no link.
        setTimeout(() => put(dragged, null));
      }}
      onClick={(event) => dragged.value && event.preventDefault()}
      onDragStart={(event) => event.preventDefault()}
    >
      <title>{log.narrow}</title>
      {columns.map(({ at, parts }, index) => {
        let y = HEIGHT;
        return parts.map(({ outcome, count }) => {
          const height = Math.max(1, (count / most) * HEIGHT);
          y -= height;
          const tab = first ? 0 : -1;
          first = false;
          const window = { from: new Date(at).toISOString(), to: new Date(at + step).toISOString() };
          const href = hashOf('log', { ...Object.fromEntries(filter), ...window, outcome });
          const name = outcome === '' ? log.noOutcome : outcomeName(outcome);
          return (
            <a
              key={`${at} ${outcome}`}
              href={href}
              tabindex={tab}
              aria-label={`${name}, ${labelOf(at)}, ${number(count)}`}
            >
              <title>{`${name}\n${labelOf(at)}: ${number(count)}`}</title>
              <rect
                class={`part ${outcome}`}
                x={index * width + 0.5}
                y={y}
                width={Math.max(1, width - 1)}
                height={height}
              />
            </a>
          );
        });
      })}
      {dragged.value && (
        <rect
          class="drag"
          x={Math.min(dragged.value.from, dragged.value.to) * width}
          y={0}
          width={(Math.abs(dragged.value.to - dragged.value.from) + 1) * width}
          height={HEIGHT}
        />
      )}
    </svg>
  );
}
