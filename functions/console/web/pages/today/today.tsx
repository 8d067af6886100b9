/** Whether anything is on fire, what happened, and how far the review is. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Answer } from '../../../../../shared/contract/api.ts';
import { useKeys } from '../../frame/keys.ts';
import { hashOf, route, setQuery } from '../../frame/route.ts';
import { read, treeUntil } from '../../gateway/api.ts';
import { loadReference, officeName, openAlerts, purposeName } from '../../gateway/reference.ts';
import { clockSkew } from '../../gateway/session.ts';
import { readWaiting } from '../../gateway/waiting.ts';
import { kindName } from '../../log/entries.ts';
import { treeSize } from '../../log/source.ts';
import { ago, number, offsetAt, percent, t, time, visible } from '../../text.ts';
import { useIntegrity } from '../../ui/integrity.tsx';
import { put } from '../../ui/kept.ts';
import { SPANS, type SpanName, Spans, spanIn } from '../../ui/spans.tsx';
import { Failure, Shown, useLoad } from '../../ui/state.tsx';
import { DAY, HOUR, spanTo } from '../../units.ts';
import { Figures, type Period, windowOf } from './figures.tsx';

type ReviewQueue = Answer<'GET /v1/log/reviews/queue'>;

/** Milliseconds after which an open page reads again. */
const AGAIN = 60_000;

function periodOf(span: SpanName): Period {
  const bucket = span === '24h' ? 'hour' : 'day';
  const now = Date.now();
  return { ...spanTo(now, SPANS[span], bucket === 'hour' ? HOUR : DAY, offsetAt(now)), bucket };
}

export default function Today() {
  const { today } = t();
  const span = spanIn(route.value.query, '24h');
  const names = Object.keys(SPANS) as SpanName[];
  const move = (by: number) => setQuery({ span: names[Math.max(0, Math.min(2, names.indexOf(span) + by))] });
  useKeys({
    ']': { label: today.longer, run: () => move(1) },
    '[': { label: today.shorter, run: () => move(-1) },
  });
  const turn = useSignal(0);
  const period = useMemo(() => periodOf(span), [span, turn.value]);
  const queue = useSignal<ReviewQueue | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) turn.value += 1;
    }, AGAIN);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      {/* First, because it says whether anything is on fire. */}
      <Head key={`marks ${span}`} period={period} onRead={(read) => put(queue, read)} />
      <p class="row" role="group">
        <Spans page="today" span={span} />
        <a href={hashOf('prove')}>{today.asGateway}</a>
      </p>
      <Figures key={`figures ${span}`} period={period} />
      <h2>{today.unlike}</h2>
      {queue.value && <Unlike groups={queue.value.groups} />}
      <Waits />
    </>
  );
}

function Head({ period, onRead }: { period: Period; onRead(queue: ReviewQueue): void }) {
  const loaded = useLoad(
    async (signal) => {
      const query = { acknowledged: 'no', limit: 1000 } as const;
      const numbers = Promise.all([read('GET /v1/alerts', { query }, signal), treeSize()]);
      // The marks have numbers alone, so they wait for no names.
      void loadReference();
      const [{ alerts }, size] = await numbers;
      openAlerts.value = alerts.length;
      return { alerts: alerts as { severity: string }[], size };
    },
    [period],
  );
  // After a busy day this takes seconds. The alerts do not wait for it.
  const waits = useLoad(
    async (signal) => {
      const queue = await read('GET /v1/log/reviews/queue', { query: windowOf(period) }, signal);
      onRead(queue);
      return queue;
    },
    [period],
  );
  return (
    <>
      <Shown of={loaded} rows={2}>
        {(read) => <Marks {...read} queue={waits.value} period={period} />}
      </Shown>
      {waits.error && <Failure error={waits.error} again={waits.reload} />}
    </>
  );
}

function toReview({ open, reviewed, next }: ReviewQueue): string {
  const { today } = t();
  const all = open + reviewed;
  const counts = [number(open), number(all)] as const;
  if (next !== undefined) return today.toReviewSince(...counts, time(next, 'short'));
  return today.toReviewCount(...counts, percent(all === 0 ? 1 : reviewed / all));
}

function Marks({
  alerts,
  queue,
  size,
  period,
}: {
  alerts: { severity: string }[];
  queue: ReviewQueue | null;
  size: number;
  period: Period;
}) {
  const { today } = t();
  const integrity = useIntegrity();
  const count = (severity: string) => alerts.filter((one) => one.severity === severity).length;
  const now = Date.now() + clockSkew() * 1000;
  const marks = [
    [
      today.alerts,
      today.alertsCount(count('high'), count('medium'), count('low')),
      hashOf('review', { only: 'alert' }),
    ],
    [today.toReview, queue ? toReview(queue) : '…', hashOf('review', windowOf(period))],
    [today.integrity, integrity.text, hashOf('prove')],
    [
      today.tree,
      treeUntil.value === null
        ? today.treeCount(number(size))
        : today.treeGrew(number(size), ago(treeUntil.value, now)),
      hashOf('log'),
    ],
  ];
  return (
    <ul class="marks">
      {marks.map(([title, text, href]) => (
        <li key={title}>
          <a href={href}>
            <b>{title}</b>
            <br />
            {text}
          </a>
        </li>
      ))}
    </ul>
  );
}

const EVERYDAY: ReadonlySet<string> = new Set(['CLAIMED', 'SAMPLE', 'RARE', 'SECOND']);

/** The reason that stands out most in each group, as a sentence. */
function Unlike({ groups }: { groups: ReviewQueue['groups'] }) {
  const { today, review } = t();
  const odd = groups.filter(({ why }) => why.some((one) => !EVERYDAY.has(one))).slice(0, 5);
  if (odd.length === 0) return <p class="faint">{today.quiet}</p>;
  return (
    <ul>
      {odd.map(({ agency, purpose, kind, count, ids, why }) => {
        const office = visible(officeName(agency));
        const what = purpose === null ? kindName(kind) : purposeName(purpose);
        const [first = ''] = why.filter((one) => !EVERYDAY.has(one));
        const say = today.unusual[first];
        return (
          <li key={ids[0]}>
            <a href={hashOf('log', { e: ids[0] })}>
              {say
                ? say(office, what, count)
                : today.sentence(office, what, count, why.map((one) => review.why[one] ?? one).join(', '))}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

/** Shown only if something waits. */
function Waits() {
  const loaded = useLoad(readWaiting, []);
  const all = loaded.value;
  const count = all ? all.freezes.length + all.revocations.length : 0;
  if (count === 0) return null;
  const { today } = t();
  return (
    <>
      <h2>{today.waits}</h2>
      <p>
        <a href={hashOf('second')}>{today.waitsCount(number(count))}</a>
      </p>
    </>
  );
}
