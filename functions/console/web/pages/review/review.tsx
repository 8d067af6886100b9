import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Answer } from '../../../../../shared/contract/api.ts';
import type { ReviewGroup } from '../../../../../shared/contract/reviews.ts';
import { useKeys } from '../../frame/keys.ts';
import { hashOf, route } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { loadReference, officeName, openAlerts, purposeName } from '../../gateway/reference.ts';
import { kindName, outcomeName } from '../../log/entries.ts';
import { dotted, number, t, time, visible } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { EntryPane } from '../../ui/entry-pane.tsx';
import { put } from '../../ui/kept.ts';
import { heightOf, List } from '../../ui/list.tsx';
import { narrow } from '../../ui/marks.ts';
import { Failure, Skeleton } from '../../ui/state.tsx';
import { Consequences } from '../log/entry-acts.tsx';
import { enqueue, flush, undo } from '../outbox.ts';
import { Alike } from './alike.tsx';
import { Figures } from './coverage.tsx';
import { useMarks } from './marks.ts';
import { SecondLooks, useSecondLooks } from './second-looks.tsx';
import { Outbox, useAsking, Verdicts, verdictKeys } from './verdicts.tsx';

interface Totals
  extends Pick<Answer<'GET /v1/log/reviews/queue'>, 'open' | 'reviewed' | 'alerts' | 'lastAt' | 'next'> {}
const NOTHING: Totals = { open: 0, reviewed: 0, alerts: { open: 0, reviewed: 0 } };

export default function Review() {
  const { review, entry: entryText } = t();
  const groups = useSignal<ReviewGroup[] | null>(null);
  const totals = useSignal<Totals>(NOTHING);
  const error = useSignal<unknown>(null);
  const at = useSignal(0);
  const mine = useSignal({ count: 0, since: Date.now() });
  const figures = useSignal(route.value.query.has('figures'));
  const looks = useSecondLooks();
  const { query } = route.value;
  const only = query.get('only');
  const window = { from: query.get('from') || undefined, to: query.get('to') || undefined };

  const look = () =>
    Promise.all([read('GET /v1/log/reviews/queue', { query: window }), loadReference()]).then(
      ([queue]) => {
        openAlerts.value = queue.alerts.open;
        groups.value = only ? queue.groups.filter(({ kind }) => kind === only) : queue.groups;
        totals.value = queue;
      },
      (failure) => put(error, failure),
    );
  useEffect(() => {
    void look();
    return flush;
  }, [only, window.from, window.to]);
  const list = groups.value ?? [];
  const index = Math.min(at.value, Math.max(0, list.length - 1));
  const group = list[index];
  const marks = useMarks(group?.ids ?? []);
  const nothing = useRef<HTMLParagraphElement>(null);
  // With the last group its pane goes, which had the focus.
  useEffect(() => {
    if (mine.value.count > 0) nothing.current?.focus();
  }, [group === undefined]);

  const asking = useAsking(group?.kind === 'alert', (given, text) => {
    if (!group) return;
    const chosen = marks.chosen();
    const verdicts = chosen.map((about) => ({ about, ...given }));
    const left = group.ids.filter((id) => !chosen.includes(id));
    const rest = { ...group, ids: left, count: group.count - chosen.length };
    groups.value = list.flatMap((one) => (one !== group ? one : left.length > 0 ? rest : []));
    mine.value = { ...mine.value, count: mine.value.count + verdicts.length };
    if (group.second) looks.given(chosen[0] ?? '', given.verdict);
    enqueue(verdicts, review.verdict(verdicts.length, text), () => void look());
  });
  const takeBack = () => {
    const ids = undo();
    if (ids.length === 0) return;
    mine.value = { ...mine.value, count: mine.value.count - ids.length };
    looks.takenBack(ids);
    void look();
  };
  const later = () => {
    if (group) groups.value = [...list.filter((one) => one !== group), group];
  };
  const toFigures = () => put(figures, !figures.value);
  useKeys({
    ...verdictKeys(asking),
    ...marks.keys,
    h: { label: review.later, run: later },
    u: { label: review.undo, run: takeBack },
    f: { label: review.figures, run: toFigures },
  });
  if (error.value)
    return (
      <Failure
        error={error.value}
        again={() => {
          error.value = null;
          void look();
        }}
      />
    );
  if (groups.value === null) return <Skeleton rows={10} />;
  const minutes = Math.max(1, Math.round((Date.now() - mine.value.since) / 60_000));
  const { open, reviewed, alerts, lastAt, next } = totals.value;
  const several = (group?.ids.length ?? 0) > 1;
  return (
    <>
      <p class="row">
        <span>{review.progress(number(reviewed + mine.value.count), number(open + reviewed))}</span>
        <span>{review.alerts(number(alerts.reviewed), number(alerts.open + alerts.reviewed))}</span>
        <span class="faint">{review.mine(number(mine.value.count), number(minutes))}</span>
        {(only || window.from || window.to) && (
          <a class="chip" href={hashOf('review')}>
            {only ? kindName(only) : spanName(query)} ✕ <span class="hidden">{review.showAll}</span>
          </a>
        )}
        <Button kind="quiet" kbd="f" onClick={toFigures}>
          {review.figures}
        </Button>
      </p>
      {next !== undefined && (
        <p class="faint">
          {review.newest(time(next, 'short'))}{' '}
          <a href={hashOf('review', { ...window, only: only ?? undefined, to: next })}>{review.older}</a>
        </p>
      )}
      <Outbox onUndo={takeBack} />
      <SecondLooks of={looks.told.value} />
      {figures.value && <Figures />}
      {!group ? (
        <p class="empty" ref={nothing} tabIndex={-1}>
          {review.empty} {lastAt !== undefined && review.lastAt(time(lastAt, 'short'))}
        </p>
      ) : (
        <div class="split both">
          <div class="left">
            <List
              label={t().pages.review}
              count={list.length}
              rowHeight={heightOf(narrow.value ? 3 : 2)}
              selected={index}
              onSelect={(to) => put(at, to)}
              onOpen={(to) => put(at, to)}
              row={(to) => <GroupRow group={list[to] as ReviewGroup} />}
            />
            <p class="faint">{entryText.ownOffice}</p>
          </div>
          <EntryPane
            id={group.ids[0] as string}
            key={group.ids[0]}
            blind={group.second === true}
            acts={(entry) => <Consequences of={entry} />}
            onRead={group.second ? looks.read : undefined}
            onClose={() => document.querySelector<HTMLElement>('.list')?.focus()}
          >
            <Verdicts
              asking={asking}
              count={marks.chosen().length}
              more={
                <>
                  {several && (
                    <Button kbd="*" pressed={marks.all} onClick={marks.toggleAll}>
                      {review.all}
                    </Button>
                  )}
                  <Button kind="quiet" kbd="h" onClick={later}>
                    {review.later}
                  </Button>
                </>
              }
            />
            {group.second && <p class="faint">{review.secondHint}</p>}
            {several && (
              <Alike
                ids={group.ids}
                count={group.count}
                at={marks.at}
                marked={marks.marked}
                onMark={marks.toggle}
              />
            )}
          </EntryPane>
        </div>
      )}
    </>
  );
}

function spanName(query: URLSearchParams): string {
  const [from, to] = ['from', 'to'].map((name) => query.get(name));
  return t().today.fromTo(from ? time(from, 'short') : '…', to ? time(to, 'short') : '…');
}

/** From this rank on a group is urgent, or worth a look. */
const URGENT = 200;
const NOTABLE = 60;

function GroupRow({ group }: { group: ReviewGroup }) {
  const { review } = t();
  const { rank, due } = group;
  const why = (one: string) =>
    one === 'REVIEW_OWED' && due !== undefined ? review.owedBy(time(due, 'short')) : (review.why[one] ?? one);
  return (
    <span role="gridcell" class="group">
      <span>
        <span class={rank >= URGENT ? 'bad' : ''} title={review.rank(number(rank))}>
          <span aria-hidden="true">{rank >= URGENT ? '▲' : rank >= NOTABLE ? '●' : '○'}</span>
          <span class="hidden">{review.rank(number(rank))}</span>
        </span>{' '}
        <b>{review.alike(group.count)}</b>{' '}
        {dotted(
          kindName(group.kind),
          visible(officeName(group.agency)),
          group.purpose === null ? '' : `${group.purpose} ${purposeName(group.purpose)}`,
          visible(group.officer ?? ''),
          `${outcomeName(group.outcome ?? undefined)} ${group.rule ?? ''}`,
        )}
      </span>
      <span class="whys">
        {group.why.map((one) => (
          <span key={one} class="mark why">
            {why(one)}
          </span>
        ))}
      </span>
    </span>
  );
}
