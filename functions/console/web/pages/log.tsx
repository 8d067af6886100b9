import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { file, read } from '../api.ts';
import { fieldsInShort, kindName, type LogEntry, outcomeName } from '../entries.ts';
import { useKeys } from '../keys.ts';
import { prefs } from '../prefs.ts';
import { loadReference, officeName, purposeName } from '../reference.ts';
import { hashOf, route, setQuery } from '../route.ts';
import { number, t, time, visible } from '../text.ts';
import { Button } from '../ui/button.tsx';
import { EntryPane } from '../ui/entry-pane.tsx';
import { FILTERS, Filters } from '../ui/filters.tsx';
import { Histogram } from '../ui/histogram.tsx';
import { List } from '../ui/list.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';

const PAGE = 100;
const TAIL = 3000;
/** Counts about one person or officer are not given: they would be readings without an entry. */
const UNCOUNTED = ['subject', 'officer', 'about'];
/** Minimum time between automatic readings, because each reading is an entry of the log. */
const FOLLOW = 15_000;

export function Log() {
  const { log } = t();
  const entries = useSignal<LogEntry[]>([]);
  const cursor = useSignal<string | null>(null);
  const state = useSignal<'loading' | 'ready' | 'more'>('loading');
  const error = useSignal<unknown>(null);
  const selected = useSignal(0);
  const turn = useSignal(0);
  const owned = useRef(0);
  const follow = useSignal(false);
  const counted = useSignal(false);
  const query = route.value.query;
  const filter = new URLSearchParams(
    FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])),
  );
  const about = filter.toString();
  const open = query.get('e');
  const countable = !UNCOUNTED.some((name) => filter.has(name));

  const fetchPage = async (from: string | null, signal?: AbortSignal) => {
    const asked = new URLSearchParams(filter);
    owned.current += 1;
    asked.set('limit', String(PAGE));
    if (from) asked.set('cursor', from);
    return (await read(`/v1/log/entries?${asked}`, signal ? { signal } : {})) as {
      entries: LogEntry[];
      cursor?: string;
    };
  };
  useEffect(() => {
    const stop = new AbortController();
    state.value = 'loading';
    error.value = null;
    entries.value = [];
    void loadReference();
    fetchPage(null, stop.signal).then(
      (page) => {
        entries.value = page.entries;
        cursor.value = page.cursor ?? null;
        selected.value = 0;
        state.value = 'ready';
      },
      (failure) => {
        if (!stop.signal.aborted) error.value = failure;
      },
    );
    return () => stop.abort();
  }, [about, turn.value]);
  // A reading is an entry too. So new entries are counted by the tree, and read only on demand.
  const grown = useTail(about, owned);
  const take = () => {
    grown.value = 0;
    turn.value += 1;
  };
  const onSight = (_: number, last: number) => {
    if (state.value !== 'ready' || cursor.value === null || last < entries.value.length - 20) return;
    state.value = 'more';
    fetchPage(cursor.value).then(
      (page) => {
        entries.value = [...entries.value, ...page.entries];
        cursor.value = page.cursor ?? null;
        state.value = 'ready';
      },
      (failure) => {
        error.value = failure;
      },
    );
  };
  useEffect(() => {
    if (!follow.value || grown.value === 0) return undefined;
    const timer = setTimeout(take, FOLLOW);
    return () => clearTimeout(timer);
  }, [follow.value, grown.value > 0]);
  useKeys({
    '.': {
      label: log.follow,
      run: () => {
        follow.value = !follow.value;
      },
    },
    '#': {
      label: log.count,
      run: () => {
        counted.value = !counted.value;
      },
    },
  });
  const show = (index: number) => setQuery({ e: entries.value[index]?.id }, open !== null);
  const { columns } = log;
  const names = Object.entries(columns);
  const narrow = innerWidth < 700;
  const rowHeight = narrow ? 56 : prefs.value.density === 'compact' ? 26 : 32;
  return (
    <div class={open ? 'split' : ''}>
      <div class="left">
        <Filters />
        <p class="row result">
          <span role="status">
            {(cursor.value ? log.atLeast : log.exactly)(number(entries.value.length))}
            {state.value === 'more' ? ' …' : ''}
          </span>
          <Button
            kind="quiet"
            kbd="."
            pressed={follow.value}
            onClick={() => {
              follow.value = !follow.value;
            }}
          >
            {follow.value ? log.following : log.follow}
          </Button>
          {countable && (
            <Button
              kind="quiet"
              kbd="#"
              pressed={counted.value}
              onClick={() => {
                counted.value = !counted.value;
              }}
            >
              {log.count}
            </Button>
          )}
          {grown.value > 0 && <Button onClick={take}>{log.fresh(grown.value)}</Button>}
        </p>
        {counted.value && countable && <Histogram key={about} filter={filter} />}
        {error.value ? (
          <Failure error={error.value} />
        ) : state.value === 'loading' ? (
          <Skeleton rows={12} />
        ) : entries.value.length === 0 ? (
          <p class="empty">
            {log.empty} <a href={hashOf('log')}>{log.wider}</a>
          </p>
        ) : (
          <List
            label={t().pages.log}
            count={entries.value.length}
            rowHeight={rowHeight}
            selected={selected.value}
            onSelect={(index) => {
              selected.value = index;
              if (open) show(index);
            }}
            onOpen={show}
            onSight={onSight}
            header={
              <div class="list-head" aria-hidden="true">
                {names.map(([name, text]) => (
                  <span key={name} class={`c-${name}`}>
                    {text}
                  </span>
                ))}
              </div>
            }
            row={(index) => <Row entry={entries.value[index] as LogEntry} />}
          />
        )}
      </div>
      {open && (
        <EntryPane
          id={open}
          key={open}
          onClose={() => {
            setQuery({ e: undefined }, false);
            focusList();
          }}
        />
      )}
    </div>
  );
}

function focusList(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.list')?.focus());
}

function Row({ entry }: { entry: LogEntry }) {
  const { log } = t();
  const { handler, words, obligations = [] } = entry;
  const marks = [
    ...(obligations.includes('REVIEW_24H') ? (['emergency'] as const) : []),
    ...(entry.erased ? (['erased'] as const) : []),
    ...(entry.mismatched ? (['mismatched'] as const) : []),
  ];
  return (
    <>
      <span role="gridcell" class="c-time">
        {time(entry.time ?? '')}
      </span>
      <span role="gridcell" class="c-kind">
        {kindName(entry.kind)}
      </span>
      <span role="gridcell" class="c-office">
        {visible(officeName(handler?.agency))}
      </span>
      <span role="gridcell" class="c-purpose">
        {entry.purpose} {purposeName(entry.purpose)}
      </span>
      <span role="gridcell" class="c-officer">
        {visible(words?.officer ?? '')}
        {handler?.officerBy === 'claimed' && words?.officer && (
          <span title={log.marks.claimed}>
            <span aria-hidden="true">°</span>
            <span class="hidden">{log.marks.claimed}</span>
          </span>
        )}
      </span>
      <span role="gridcell" class={`c-outcome ${entry.outcome ?? ''}`}>
        {outcomeName(entry.outcome, entry.kind)} {entry.rule}
        {marks.map((mark) => (
          <span key={mark} class={`mark ${mark}`}>
            {log.marks[mark]}
          </span>
        ))}
      </span>
      <span role="gridcell" class="c-fields">
        {fieldsInShort(entry)}
      </span>
    </>
  );
}

/** The number of entries of other parties in the tree since the list was read, while the tab is visible. */
function useTail(about: string, owned: { current: number }): Signal<number> {
  const grown = useSignal(0);
  useEffect(() => {
    let size = 0;
    const look = async () => {
      if (document.hidden) return;
      const note = new TextDecoder().decode(await file('/log/checkpoint', { cache: 'no-store' }));
      const now = Number(note.split('\n')[1]);
      const more = size === 0 ? 0 : now - size;
      const own = Math.min(more, owned.current);
      owned.current -= own;
      size = now;
      if (more > own) grown.value += more - own;
    };
    // The next poll finds out whether the gateway is back.
    const timer = setInterval(() => void look().catch(() => {}), TAIL);
    return () => clearInterval(timer);
  }, [about]);
  return grown;
}
