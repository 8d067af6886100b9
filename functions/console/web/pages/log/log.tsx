import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useKeys } from '../../frame/keys.ts';
import { prefs } from '../../frame/prefs.ts';
import { hashOf, route, setQuery } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { ApiError } from '../../gateway/problems.ts';
import { loadReference } from '../../gateway/reference.ts';
import { type Source, sizeOnce, treeSize, usePages, useTree } from '../../log/source.ts';
import { number, t, time, zone } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { EntryPane } from '../../ui/entry-pane.tsx';
import { FILTERS } from '../../ui/filter-values.ts';
import { Filters } from '../../ui/filters.tsx';
import { Histogram, spanOf, statsQuery } from '../../ui/histogram.tsx';
import { put } from '../../ui/kept.ts';
import { List } from '../../ui/list.tsx';
import { cards } from '../../ui/marks.ts';
import { Failure, Skeleton, useLoad } from '../../ui/state.tsx';
import { DAY } from '../../units.ts';
import { flush } from '../outbox.ts';
import { EntryActs } from './entry-acts.tsx';
import { useFiltered } from './filtered-source.ts';
import { MarkedActs, useRowMarks } from './marks.tsx';
import { Row } from './row.tsx';

const TAIL = 10_000;
/** Counts about one person or officer are not given: they would be readings without an entry. */
const UNCOUNTED = ['subject', 'ref', 'officer', 'about', 'reviewed'];
/** Without counted hours. */
const ONE_BY_ONE = ['field', 'code'];
/** Minimum time between automatic readings, because each reading is an entry of the log. */
const FOLLOW = 15_000;

export default function Log() {
  const { log } = t();
  const selected = useSignal(0);
  const turn = useSignal(0);
  const owned = useRef(0);
  const follow = useSignal(false);
  const query = route.value.query;
  const filter = new URLSearchParams(
    FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])),
  );
  const about = filter.toString();
  const open = query.get('e');

  const reads = { owned, turn: turn.value };
  const size = useSignal<number | null>(null);
  const awaited = useRef<number | null>(null);
  const sight = useRef([0, 0] as [number, number]);
  useEffect(() => {
    // The row of an entry that an address opens is found once it is in sight.
    selected.value = open === null ? 0 : -1;
    awaited.current = null;
    void loadReference();
  }, [about]);
  useEffect(() => {
    if (about !== '') return;
    void treeSize().then((now) => put(size, now));
  }, [about === '', turn.value]);
  // A log whose first entries are in no tree yet has pages only.
  const byTree = about === '' && (size.value ?? 0) > 0;
  const pages = usePages(about !== '' || size.value === 0, about, reads);
  const tree = useTree(byTree ? (size.value ?? 0) : 0, reads);
  const { stats, slow, counting, count, countable } = useCounts(filter, turn.value);
  const filtered = useFiltered(pages, {
    ...{ on: about !== '' && countable && !slow, filter, span: spanOf(filter) },
    ...{ owned, turn: turn.value },
  });
  const source: Source = byTree ? tree : filtered;
  const marks = useRowMarks(source, selected, about);
  // A reading is an entry too. So new entries are counted by the tree, and read only on demand.
  const grown = useTail(about, owned);
  const take = () => {
    grown.value = 0;
    turn.value += 1;
  };
  useEffect(() => {
    if (!follow.value || grown.value === 0) return undefined;
    const timer = setTimeout(take, FOLLOW);
    return () => clearTimeout(timer);
  }, [follow.value, grown.value > 0]);
  const lastDay = () => setQuery({ from: new Date(Date.now() - DAY).toISOString(), to: undefined }, false);
  useKeys({
    ...marks.keys,
    '.': {
      label: log.follow,
      run: () => put(follow, !follow.value),
    },
    ...(slow && stats === null && { '#': { label: log.count, run: count } }),
    ...(source.state === 'ready' && source.count === 0 && { h: { label: log.lastDay, run: lastDay } }),
  });
  // A verdict that still waits goes when the page is left.
  useEffect(() => flush, []);
  const show = (index: number) => {
    const entry = source.at(index);
    // A row that is chosen before it was read opens as soon as it is there.
    awaited.current = entry === undefined ? index : null;
    if (entry !== undefined) setQuery({ e: entry?.id }, open !== null);
  };
  useEffect(() => {
    if (awaited.current !== null && source.at(awaited.current) !== undefined) show(awaited.current);
  });
  const onSight = (first: number, until: number) => {
    source.onSight?.(first, until);
    sight.current = [first, until];
  };
  useEffect(() => {
    if (selected.value >= 0) return;
    const [first, until] = sight.current;
    for (let at = first; at < until; at++) if (source.at(at)?.id === open) selected.value = at;
  });
  const { columns } = log;
  const names = Object.entries({ ...columns, time: `${columns.time} (${zone()})` });
  const rowHeight = cards.value ? 78 : prefs.value.density === 'compact' ? 26 : 32;
  const from = filter.get('from');
  const since = from === null ? '' : dayOrTime(from);
  // What is loaded is no number of entries: only the end of the pages is, or the gateway's count.
  const known = source.whole ? source.count : (stats?.entries ?? null);
  const oldest = source.whole && !byTree ? source.at(source.count - 1)?.time : undefined;
  return (
    <div class={open ? 'split' : ''}>
      <div class="left">
        <Filters wrong={wrongIn(source.error)} />
        {(stats || counting) && <Histogram filter={filter} stats={stats} />}
        <p class="row result">
          <span role="status">
            {known === null ? log.atLeast(number(source.count), since) : log.exactly(number(known), since)}
            {source.state === 'more' ? ' …' : ''}
          </span>
          <Button kind="quiet" kbd="." pressed={follow.value} onClick={() => put(follow, !follow.value)}>
            {follow.value ? log.following : log.follow}
          </Button>
          {slow && stats === null && (
            <Button kind="quiet" kbd="#" onClick={count}>
              {log.count}
            </Button>
          )}
          {about !== '' && <a href={hashOf('log')}>{log.everything}</a>}
          {grown.value > 0 && <Button onClick={take}>{log.fresh(grown.value)}</Button>}
        </p>
        <MarkedActs marks={marks} open={open !== null} />
        {source.error ? (
          <Failure error={source.error} again={take} />
        ) : source.state === 'loading' ? (
          <Skeleton rows={12} />
        ) : source.count === 0 ? (
          <p class="empty">
            {log.empty(since, dayOrTime(filter.get('to') ?? ''))}{' '}
            <Button kbd="h" onClick={lastDay}>
              {log.lastDay}
            </Button>{' '}
            <a href={hashOf('log')}>{log.wider}</a>
          </p>
        ) : (
          <>
            <List
              label={t().pages.log}
              count={source.count}
              rowHeight={rowHeight}
              selected={selected.value}
              onSelect={(index) => {
                selected.value = index;
                awaited.current = null;
                if (open) show(index);
              }}
              onOpen={show}
              isMarked={(index) => marks.marked.has(source.at(index)?.id ?? '')}
              onSight={onSight}
              timeAt={source.timeAt}
              columns={names}
              header={
                <div class="list-head" aria-hidden="true">
                  {names.map(([name, text]) => (
                    <span key={name} class={`c-${name}`}>
                      {text}
                    </span>
                  ))}
                </div>
              }
              row={(index) => <Row entry={source.at(index)} />}
            />
            {oldest !== undefined && <p class="faint">{t().states.end(time(oldest, 'short'))}</p>}
          </>
        )}
      </div>
      {open && (
        <EntryPane
          id={open}
          key={open}
          acts={(entry, again) => <EntryActs entry={entry} again={again} />}
          onClose={() => {
            setQuery({ e: undefined }, false);
            focusList();
          }}
        />
      )}
    </div>
  );
}

const dayOrTime = (instant: string) => (instant === '' ? '' : time(instant, 'short'));

/** The filters that the gateway rejects. */
function wrongIn(error: unknown): ReadonlySet<string> {
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return new Set(errors.map(({ path }) => path.split('/')[1] ?? ''));
}

/** The exact number of entries over time. Where the gateway would read each one to count it, only on demand. */
function useCounts(filter: URLSearchParams, turn: number) {
  const about = filter.toString();
  const countable = !UNCOUNTED.some((name) => filter.has(name));
  const slow = countable && ONE_BY_ONE.some((name) => filter.has(name));
  const asked = useSignal<string | null>(null);
  const wanted = countable && (!slow || asked.value === about);
  const loaded = useLoad(
    async (signal) =>
      wanted
        ? { about, stats: await read('GET /v1/log/stats', { query: statsQuery(filter) }, signal) }
        : null,
    [about, wanted, turn],
  );
  const stats = wanted && loaded.value?.about === about ? loaded.value.stats : null;
  const count = () => put(asked, about);
  return { stats, slow, countable, counting: wanted && loaded.error === null, count };
}

function focusList(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.list')?.focus());
}

/** The number of entries of other parties in the tree since the list was read, while the tab is visible. */
function useTail(about: string, owned: { current: number }): Signal<number> {
  const grown = useSignal(0);
  useEffect(() => {
    let size = 0;
    const look = async () => {
      if (document.hidden) return;
      const now = await sizeOnce();
      if (now === 0) return;
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
