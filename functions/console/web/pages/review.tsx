import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ReviewGroup } from '../../../../shared/contract/reviews.ts';
import { read } from '../api.ts';
import { kindName, outcomeName } from '../entries.ts';
import { useKeys } from '../keys.ts';
import { enqueue, flush, undo } from '../outbox.ts';
import { loadReference, officeName, openAlerts, purposeName } from '../reference.ts';
import { hashOf, route } from '../route.ts';
import { dotted, number, t, visible } from '../text.ts';
import { Button } from '../ui/button.tsx';
import { EntryPane } from '../ui/entry-pane.tsx';
import { List } from '../ui/list.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { Figures } from './coverage.tsx';
import { Outbox, useAsking, Verdicts, verdictKeys } from './review-parts.tsx';

export function Review() {
  const { review } = t();
  const groups = useSignal<ReviewGroup[] | null>(null);
  const totals = useSignal({ open: 0, reviewed: 0 });
  const error = useSignal<unknown>(null);
  const at = useSignal(0);
  const mine = useSignal({ count: 0, since: Date.now() });
  const figures = useSignal(false);
  const only = route.value.query.get('only');

  const look = () =>
    Promise.all([read('/v1/log/reviews/queue'), loadReference()]).then(
      ([queue]) => {
        const all = queue.groups as ReviewGroup[];
        openAlerts.value = all.reduce((sum, one) => sum + (one.kind === 'alert' ? one.count : 0), 0);
        groups.value = only ? all.filter(({ kind }) => kind === only) : all;
        totals.value = { open: queue.open, reviewed: queue.reviewed };
      },
      (failure) => {
        error.value = failure;
      },
    );
  useEffect(() => {
    void look();
    return flush;
  }, [only]);
  const list = groups.value ?? [];
  const index = Math.min(at.value, Math.max(0, list.length - 1));
  const group = list[index];
  const nothing = useRef<HTMLParagraphElement>(null);
  // With the last group its pane goes, which had the focus.
  useEffect(() => {
    if (mine.value.count > 0) nothing.current?.focus();
  }, [group === undefined]);

  const asking = useAsking(group?.kind === 'alert', (given, text) => {
    if (!group) return;
    const verdicts = group.ids.map((about) => ({ about, ...given }));
    groups.value = list.filter((one) => one !== group);
    mine.value = { ...mine.value, count: mine.value.count + verdicts.length };
    enqueue(verdicts, review.verdict(verdicts.length, text), () => void look());
  });
  const takeBack = () => {
    const ids = undo();
    if (ids.length === 0) return;
    mine.value = { ...mine.value, count: mine.value.count - ids.length };
    void look();
  };
  const later = () => {
    if (group) groups.value = [...list.filter((one) => one !== group), group];
  };
  useKeys({
    ...verdictKeys(asking),
    h: { label: review.later, run: later },
    u: { label: review.undo, run: takeBack },
    f: {
      label: review.figures,
      run: () => {
        figures.value = !figures.value;
      },
    },
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
  const done = totals.value.reviewed + mine.value.count;
  return (
    <>
      <p class="row">
        <span>{review.progress(number(done), number(totals.value.open + totals.value.reviewed))}</span>
        <span class="faint">{review.mine(number(mine.value.count), number(minutes))}</span>
        {only && (
          <a class="chip" href={hashOf('review')}>
            {kindName(only)} ✕ <span class="hidden">{review.showAll}</span>
          </a>
        )}
        <Button
          kind="quiet"
          kbd="f"
          onClick={() => {
            figures.value = !figures.value;
          }}
        >
          {review.figures}
        </Button>
      </p>
      <Outbox onUndo={takeBack} />
      {figures.value && <Figures />}
      {!group ? (
        <p class="empty" ref={nothing} tabIndex={-1}>
          {review.empty}
        </p>
      ) : (
        <div class="split both">
          <div class="left">
            <List
              label={t().pages.review}
              count={list.length}
              rowHeight={58}
              selected={index}
              onSelect={(to) => {
                at.value = to;
              }}
              onOpen={(to) => {
                at.value = to;
              }}
              row={(to) => <GroupRow group={list[to] as ReviewGroup} />}
            />
          </div>
          <EntryPane
            id={group.ids[0] as string}
            key={group.ids[0]}
            onClose={() => document.querySelector<HTMLElement>('.list')?.focus()}
          >
            <Verdicts
              asking={asking}
              count={group.ids.length}
              more={
                <Button kind="quiet" kbd="h" onClick={later}>
                  {review.later}
                </Button>
              }
            />
          </EntryPane>
        </div>
      )}
    </>
  );
}

function GroupRow({ group }: { group: ReviewGroup }) {
  const { review } = t();
  return (
    <span role="gridcell" class="group">
      <b>{review.alike(group.count)}</b>{' '}
      {dotted(
        kindName(group.kind),
        visible(officeName(group.agency)),
        group.purpose === null ? '' : `${group.purpose} ${purposeName(group.purpose)}`,
        visible(group.officer ?? ''),
        `${outcomeName(group.outcome ?? undefined)} ${group.rule ?? ''}`,
      )}
      <br />
      {group.why.map((why) => (
        <span key={why} class="mark why">
          {review.why[why] ?? why}
        </span>
      ))}
    </span>
  );
}
