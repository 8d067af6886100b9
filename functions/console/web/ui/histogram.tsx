/** The entries of a filter by time and kind, and their exact number. */
import { read } from '../api.ts';
import { kindName } from '../entries.ts';
import { hashOf } from '../route.ts';
import { dayOfMonth, number, t, time } from '../text.ts';
import { type Bar, Bars } from './chart.tsx';
import { Shown, useLoad } from './state.tsx';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Longer spans are shown by day. */
const HOURLY = 3 * DAY;
const STANDARD = 31 * DAY;

interface Stats {
  entries: number;
  buckets: { from: string; counts: Record<string, number> }[];
}

export function Histogram({ filter }: { filter: URLSearchParams }) {
  const { log } = t();
  const to = Date.parse(filter.get('to') ?? '') || Date.now();
  const from = Date.parse(filter.get('from') ?? '') || to - STANDARD;
  const unit = to - from > HOURLY ? 'day' : 'hour';
  const loaded = useLoad<Stats>(
    (signal) => read(`/v1/log/stats?by=kind&bucket=${unit}&${filter}`, { signal }),
    [],
  );
  return (
    <Shown of={loaded} rows={3}>
      {({ entries, buckets }) => {
        const kinds = [...new Set(buckets.flatMap(({ counts }) => Object.keys(counts)))].slice(0, 8);
        return (
          <Bars
            title={log.counted(number(entries))}
            bars={barsOf(buckets, unit === 'day' ? DAY : HOUR, filter)}
            keys={kinds.map((kind) => ({ key: kind, label: kindName(kind) }))}
          />
        );
      }}
    </Shown>
  );
}

function barsOf(buckets: Stats['buckets'], step: number, filter: URLSearchParams): Bar[] {
  return buckets.map(({ from, counts }) => ({
    label: step === HOUR ? time(from, 'short') : dayOfMonth(from),
    parts: Object.entries(counts).map(([kind, count]) => ({
      ...{ key: kind, label: kindName(kind), count },
      href: hashOf('log', {
        ...Object.fromEntries(filter),
        ...{ from, to: new Date(Date.parse(from) + step).toISOString(), kind },
      }),
    })),
  }));
}
