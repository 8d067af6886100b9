/**
 * All rows of a filter, of which those in sight are read: the counts of its hours say in which hour a row is, so the list
 * has its whole length from the beginning, and its thumb stands for a time.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { pause, read } from '../../gateway/api.ts';
import { asRow, filterIn, type LogEntry } from '../../log/entries.ts';
import { type Bucket, bucketsOf, placeOf, rowsOf, stepOf } from '../../log/filtered-rows.ts';
import type { Source } from '../../log/source.ts';
import { useLoad } from '../../ui/state.tsx';

/** Rows of a call, at least and at most. An hour is read from its newest row on. */
const [PAGE, MOST] = [200, 1000];
/** Milliseconds for which the list must stand before rows are read, so that a drag reads nothing on its way. */
const STILL = 120;

interface Rows {
  rows: LogEntry[];
  /** Where the rest of the hour begins; `null` at its end, empty if only the first page of the list is known. */
  cursor: string | null;
}

/** The rows of the first page in their hours; `null` if one is in no hour that was counted. */
function placed(pages: Source, buckets: readonly Bucket[]): Map<number, Rows> | null {
  const known = new Map<number, Rows>();
  for (let index = 0; index < pages.count; index++) {
    const row = pages.at(index);
    const time = Date.parse(row?.time ?? '');
    const at = buckets.findIndex(({ from, to }) => from <= time && time < to);
    if (!row || at < 0) return null;
    const before = [...known.keys()].at(-1);
    // An older row says that the hour before is complete.
    if (before !== undefined && before !== at)
      known.set(before, { rows: known.get(before)?.rows ?? [], cursor: null });
    known.set(at, { rows: [...(known.get(at)?.rows ?? []), row], cursor: '' });
  }
  return known;
}

interface Asked {
  /** Whether the gateway counts entries of this filter without reading each. */
  on: boolean;
  filter: URLSearchParams;
  span: { from: number; to: number };
  owned: { current: number };
  turn: number;
}

/** @param pages the rows that were read from the newest on, which are shown until the counts are there */
export function useFiltered(pages: Source, { on, filter, span, owned, turn }: Asked): Source {
  const about = filter.toString();
  const wanted = on && pages.state === 'ready' && !pages.whole;
  const buckets = useRef<Bucket[]>([]);
  const known = useRef(new Map<number, Rows>());
  const sight = useRef<[number, number]>([0, 0]);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const busy = useRef(false);
  const seen = useSignal(0);
  const error = useSignal<unknown>(null);
  const stop = useRef(new AbortController());
  const step = stepOf(span);
  const loaded = useLoad(
    async (signal) => {
      if (!wanted) return null;
      const bucket = step === stepOf({ from: 0, to: 0 }) ? 'hour' : 'day';
      const query = { ...filterIn(about), by: 'kind', bucket } as const;
      const stats = await read('GET /v1/log/stats', { query }, signal);
      return { about, stats };
    },
    [about, wanted, turn],
  );
  const stats = wanted && loaded.value?.about === about ? loaded.value.stats : null;
  useEffect(() => {
    const counted = stats ? bucketsOf(stats.buckets, step) : [];
    const first = placed(pages, counted);
    buckets.current = first ? counted : [];
    known.current = first ?? new Map();
    for (const [at, { rows, cursor }] of known.current) if (cursor === null) fitTo(at, rows.length);
    error.value = null;
    stop.current = new AbortController();
    seen.value += 1;
    return () => {
      stop.current.abort();
      clearTimeout(timer.current);
    };
  }, [stats]);
  /** An hour has as many rows as were read, if some came late or were counted meanwhile. */
  const fitTo = (at: number, count: number) => {
    const one = buckets.current[at];
    if (one) buckets.current[at] = { ...one, count };
  };
  // What came after the first row was read is not among the rows.
  const newest = pages.at(0)?.time;
  const readMore = async (at: number, need: number, signal: AbortSignal) => {
    const one = buckets.current[at];
    if (!one) return;
    const kept = known.current.get(at);
    const before = kept?.cursor === '' ? undefined : kept;
    const last = newest === undefined ? one.to : Math.min(one.to, Date.parse(newest) + 1);
    const query = {
      ...filterIn(about),
      from: new Date(Math.max(one.from, Date.parse(filter.get('from') ?? '') || 0)).toISOString(),
      to: new Date(Math.min(last, Date.parse(filter.get('to') ?? '') || last)).toISOString(),
      limit: Math.min(MOST, Math.max(PAGE, need - (before?.rows.length ?? 0))),
      view: 'row',
      cursor: before?.cursor ?? undefined,
    } as const;
    owned.current += 1;
    const page = await read('GET /v1/log/entries', { query }, signal);
    const rows = [...(before?.rows ?? []), ...page.entries.map(asRow)];
    const cursor: string | null = page.cursor ?? null;
    known.current.set(at, { rows, cursor });
    if (cursor === null) fitTo(at, rows.length);
    seen.value += 1;
  };
  /** The first hour in sight of which a row is still to be read, and the rows up to that one. */
  const missing = (): [at: number, need: number] | null => {
    for (let row = sight.current[0]; row <= sight.current[1]; row++) {
      const place = placeOf(buckets.current, row);
      if (place === null) return null;
      const rows = known.current.get(place.bucket);
      if (!rows || (rows.cursor !== null && rows.rows.length <= place.offset))
        return [place.bucket, place.offset + PAGE / 2];
    }
    return null;
  };
  const pump = async (signal: AbortSignal) => {
    if (busy.current) return;
    busy.current = true;
    try {
      for (let at = missing(); at !== null && !signal.aborted; at = missing()) {
        await readMore(...at, signal);
        await pause(0);
      }
    } catch (failure) {
      if (!signal.aborted) error.value = failure;
    } finally {
      busy.current = false;
    }
  };
  void seen.value;
  if (!stats || buckets.current.length === 0) return pages;
  return {
    ...{ state: 'ready', error: error.value, count: rowsOf(buckets.current), whole: true },
    at(index) {
      const place = placeOf(buckets.current, index);
      return place ? known.current.get(place.bucket)?.rows[place.offset] : undefined;
    },
    timeAt(index) {
      const place = placeOf(buckets.current, index);
      return place ? (buckets.current[place.bucket]?.from ?? null) : null;
    },
    onSight(first, last) {
      sight.current = [first, last];
      clearTimeout(timer.current);
      const { signal } = stop.current;
      timer.current = setTimeout(() => void pump(signal), STILL);
    },
  };
}
