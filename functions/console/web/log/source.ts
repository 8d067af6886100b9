/**
 * Where the rows of the log come from. Without a filter a row is a leaf of the tree, so the list has every row of the
 * log from the beginning, and reads only those in sight. With a filter it has the pages that were read so far.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { followed, pause, read, untilAnswered } from '../gateway/api.ts';
import { asRow, filterIn, type LogEntry } from './entries.ts';

export interface Source {
  state: 'loading' | 'ready' | 'more';
  error: unknown;
  count: number;
  /** Whether `count` is that of all there are. */
  whole: boolean;
  /** `null` for a leaf of the log itself; `undefined` while it is being read. */
  at(index: number): LogEntry | null | undefined;
  /** When the hour or day of a row begins, also of one that is not read yet; epoch milliseconds. */
  timeAt?(index: number): number | null;
  /** Called with the rows in sight. */
  onSight(first: number, last: number): void;
}

interface Reads {
  /** Readings of this page: each is an entry of the log too. */
  owned: { current: number };
  /** Grows when the list is to be read again. */
  turn: number;
}

/** Leaves of the tree. @throws ApiError */
export const sizeOnce = async (): Promise<number> =>
  Number(new TextDecoder().decode(await followed('checkpoint')).split('\n')[1]);

/** Repeats until the gateway answers. */
export const treeSize = (): Promise<number> => untilAnswered(sizeOnce).catch(() => 0);

const PAGE = 100;

/** @param about the filter as a query */
export function usePages(on: boolean, about: string, { owned, turn }: Reads): Source {
  const entries = useSignal<LogEntry[]>([]);
  const cursor = useSignal<string | null>(null);
  const state = useSignal<Source['state']>('loading');
  const error = useSignal<unknown>(null);
  const fetchPage = async (from: string | null, signal?: AbortSignal) => {
    owned.current += 1;
    const query = { ...filterIn(about), limit: PAGE, view: 'row', cursor: from ?? undefined } as const;
    return read('GET /v1/log/entries', { query }, signal);
  };
  useEffect(() => {
    if (!on) return undefined;
    const stop = new AbortController();
    state.value = 'loading';
    error.value = null;
    entries.value = [];
    fetchPage(null, stop.signal).then(
      (page) => {
        entries.value = page.entries.map(asRow);
        cursor.value = page.cursor ?? null;
        state.value = 'ready';
      },
      (failure) => {
        if (!stop.signal.aborted) error.value = failure;
      },
    );
    return () => stop.abort();
  }, [on, about, turn]);
  return {
    ...{ state: state.value, error: error.value, count: entries.value.length, whole: cursor.value === null },
    at: (index) => entries.value[index],
    onSight(_, last) {
      if (!on || state.value !== 'ready' || cursor.value === null || last < entries.value.length - 20) return;
      state.value = 'more';
      fetchPage(cursor.value).then(
        (page) => {
          entries.value = [...entries.value, ...page.entries.map(asRow)];
          cursor.value = page.cursor ?? null;
          state.value = 'ready';
        },
        (failure) => {
          error.value = failure;
        },
      );
    },
  };
}

/** Leaves that one call reads. */
const BLOCK = 50;
/** Blocks that are kept, the newest looks. */
const KEPT = 60;
/** Milliseconds for which the list must stand before rows are read, so that a drag reads nothing on its way. */
const STILL = 120;

/** The newest block, which may have a single leaf, and the one before. */
function topOf(size: number): number[] {
  const top = Math.floor(Math.max(0, size - 1) / BLOCK);
  return top === 0 ? [0] : [top, top - 1];
}

/** @param size leaves of the tree, the newest of which is the first row */
export function useTree(size: number, { owned, turn }: Reads): Source {
  const blocks = useRef(new Map<number, (LogEntry | null)[]>());
  const wanted = useRef<readonly number[]>([]);
  const busy = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const seen = useSignal(0);
  const error = useSignal<unknown>(null);
  const stop = useRef(new AbortController());
  useEffect(() => {
    error.value = null;
    // The last block may have been read before it was full.
    blocks.current.delete(Math.floor((size - 1) / BLOCK));
    blocks.current.delete(Math.floor((size - 1) / BLOCK) - 1);
    stop.current = new AbortController();
    if (size > 0) {
      wanted.current = topOf(size);
      void pump(stop.current.signal);
    }
    return () => {
      stop.current.abort();
      clearTimeout(timer.current);
    };
  }, [size, turn]);
  const readBlock = async (block: number, signal: AbortSignal) => {
    owned.current += 1;
    const end = Math.min(size, (block + 1) * BLOCK);
    const query = { since: block * BLOCK, limit: BLOCK, view: 'row' } as const;
    const page = await read('GET /v1/log/entries', { query }, signal);
    const rows: (LogEntry | null)[] = Array.from({ length: end - block * BLOCK }, () => null);
    for (const row of page.entries) {
      const index = Number(row['index']);
      if (index < end) rows[index - block * BLOCK] = asRow(row);
    }
    blocks.current.set(block, rows);
    for (const old of blocks.current.keys()) {
      if (blocks.current.size <= KEPT) break;
      blocks.current.delete(old);
    }
    seen.value += 1;
  };
  const pump = async (signal: AbortSignal) => {
    if (busy.current) return;
    busy.current = true;
    try {
      for (;;) {
        const next = wanted.current.find((block) => !blocks.current.has(block));
        if (next === undefined || signal.aborted) return;
        await readBlock(next, signal);
        await pause(0);
      }
    } catch (failure) {
      if (!signal.aborted) error.value = failure;
    } finally {
      busy.current = false;
    }
  };
  const isThere = seen.value > 0 && topOf(size).every((block) => blocks.current.has(block));
  const shown = useRef(false);
  shown.current ||= isThere;
  return {
    ...{ state: shown.current ? 'ready' : 'loading', error: error.value, count: size, whole: true },
    at(index) {
      const leaf = size - 1 - index;
      return blocks.current.get(Math.floor(leaf / BLOCK))?.[leaf % BLOCK];
    },
    onSight(first, last) {
      if (size === 0) return;
      const blockOf = (index: number) =>
        Math.floor(Math.max(0, Math.min(size - 1, size - 1 - index)) / BLOCK);
      // Those in sight first, then one at either side, so that keys move on without a wait.
      const [low, high] = [blockOf(last), blockOf(first)];
      const inSight = Array.from({ length: high - low + 1 }, (_, i) => low + i);
      wanted.current = [...inSight, high + 1, low - 1].filter((block) => block >= 0 && block * BLOCK < size);
      clearTimeout(timer.current);
      const missing = inSight.some((block) => !blocks.current.has(block));
      const { signal } = stop.current;
      timer.current = setTimeout(() => void pump(signal), missing ? STILL : 0);
    },
  };
}
