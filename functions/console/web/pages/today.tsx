import { useEffect } from 'preact/hooks';
import type { ReviewGroup } from '../../../../shared/contract/reviews.ts';
import { file, read } from '../api.ts';
import { kindName } from '../entries.ts';
import { useKeys } from '../keys.ts';
import { loadReference, officeName, openAlerts, purposeName, ruleText } from '../reference.ts';
import { hashOf, route, setQuery } from '../route.ts';
import { ago, dayOfMonth, number, offsetAt, percent, t, time } from '../text.ts';
import { type Bar, Bars } from '../ui/chart.tsx';
import { Ranked } from '../ui/ranked.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { DAY, HOUR, spanTo, startOf } from '../units.ts';
import { remembered } from '../verify/remembered.ts';
import { readWaiting } from '../waiting.ts';

const SPANS = { '24h': 24, '7d': 168, '31d': 744 } as const;
type Span = keyof typeof SPANS;
/** Days before a span with which its offices are compared. */
const BEFORE = 30;
const SERIES = 8;

interface Stats {
  buckets: { from: string; counts: Record<string, number> }[];
}

export function Today() {
  const { today } = t();
  const asked = route.value.query.get('span') as Span;
  const span: Span = asked in SPANS ? asked : '24h';
  const names = Object.keys(SPANS) as Span[];
  const move = (by: number) => setQuery({ span: names[Math.max(0, Math.min(2, names.indexOf(span) + by))] });
  useKeys({
    ']': { label: today.longer, run: () => move(1) },
    '[': { label: today.shorter, run: () => move(-1) },
  });
  const loaded = useLoad(
    async (signal) => {
      const bucket = span === '24h' ? ('hour' as const) : ('day' as const);
      const now = Date.now();
      const { from, to } = spanTo(now, SPANS[span], bucket === 'hour' ? HOUR : DAY, offsetAt(now));
      const window = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      const stats = (by: string, unit: string = bucket, span = window): Promise<Stats> =>
        read(`/v1/log/stats?by=${by}&bucket=${unit}&${span}`, { signal });
      const earlier = `from=${new Date(from - BEFORE * DAY).toISOString()}&to=${new Date(from).toISOString()}`;
      const [purposes, agencies, before, alerts, queue, note] = await Promise.all([
        stats('purpose'),
        stats('agency'),
        span === '24h' ? stats('agency', 'day', earlier) : null,
        read('/v1/alerts?acknowledged=no&limit=1000', { signal }),
        read(`/v1/log/reviews/queue?${window}`, { signal }),
        file('/log/checkpoint', { cache: 'no-store' }),
        loadReference(),
      ]);
      openAlerts.value = alerts.alerts.length;
      const size = Number(new TextDecoder().decode(note).split('\n')[1]);
      return { from, to, bucket, purposes, agencies, before, alerts, queue, size };
    },
    [span],
  );
  useEffect(() => {
    const timer = setInterval(() => document.hidden || loaded.reload(), 60_000);
    return () => clearInterval(timer);
  }, [span]);
  return (
    <Shown of={loaded} rows={10}>
      {({ from, to, bucket, purposes, agencies, before, alerts, queue, size }) => (
        <>
          <Marks alerts={alerts.alerts} queue={queue} size={size} />
          <p class="row" role="group">
            {names.map((name) => (
              <a
                key={name}
                href={hashOf('today', { span: name })}
                aria-current={name === span ? 'true' : undefined}
                class="chip"
              >
                {today.spans[name]}
              </a>
            ))}
            <a href={hashOf('prove')}>{today.asGateway}</a>
          </p>
          {purposes.buckets.length === 0 ? (
            <p class="empty">{today.nothing}</p>
          ) : (
            <Bars title={today.byPurpose[bucket]} {...barsOf(purposes, from, to, bucket)} />
          )}
          <div class="two">
            <Offices stats={agencies} before={before} from={from} to={to} />
            <Refusals groups={queue.groups} from={from} to={to} />
          </div>
          <h2>{today.unlike}</h2>
          <Unlike groups={queue.groups} />
          <Waits />
        </>
      )}
    </Shown>
  );
}

function Marks({
  alerts,
  queue,
  size,
}: {
  alerts: { severity: string }[];
  queue: { open: number; reviewed: number };
  size: number;
}) {
  const { today, integrity } = t();
  const count = (severity: string) => alerts.filter((one) => one.severity === severity).length;
  const all = queue.open + queue.reviewed;
  const known = remembered.value;
  const marks = [
    [
      today.alerts,
      today.alertsCount(count('high'), count('medium'), count('low')),
      hashOf('review', { only: 'alert' }),
    ],
    [
      today.toReview,
      today.toReviewCount(number(queue.open), number(all), percent(all === 0 ? 1 : queue.reviewed / all)),
      hashOf('review'),
    ],
    [
      today.integrity,
      !known
        ? integrity.unknown
        : known.fault
          ? integrity.broken
          : integrity.verified(number(known.size), ago(known.at)),
      hashOf('prove'),
    ],
    [today.tree, today.treeCount(number(size)), hashOf('log')],
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

function barsOf({ buckets }: Stats, from: number, to: number, bucket: string) {
  const { today } = t();
  const totals = totalsOf({ buckets });
  const main = [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SERIES)
    .map(([code]) => code);
  const step = bucket === 'hour' ? HOUR : 24 * HOUR;
  const byStart = new Map(buckets.map((one) => [Date.parse(one.from), one.counts]));
  const bars: Bar[] = [];
  for (let at = from; at < to; at += step) {
    const window = { from: new Date(at).toISOString(), to: new Date(at + step).toISOString() };
    const counts = byStart.get(at) ?? {};
    const rest = Object.entries(counts).reduce((sum, [code, n]) => sum + (main.includes(code) ? 0 : n), 0);
    const parts = main.flatMap((code) =>
      counts[code]
        ? [
            {
              key: code,
              label: `${code} ${purposeName(code)}`,
              count: counts[code],
              href: hashOf('log', { ...window, purpose: code }),
            },
          ]
        : [],
    );
    if (rest > 0)
      parts.push({ key: 'others', label: today.others, count: rest, href: hashOf('log', window) });
    bars.push({ label: bucket === 'hour' ? time(at, 'hour') : dayOfMonth(at), parts });
  }
  const keys = main.map((code) => ({ key: code, label: `${code} ${purposeName(code)}` }));
  return { bars, keys: totals.size > SERIES ? [...keys, { key: 'others', label: today.others }] : keys };
}

const windowOf = (from: number, to: number) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

function totalsOf({ buckets }: Stats): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { counts } of buckets)
    for (const [key, n] of Object.entries(counts)) totals.set(key, (totals.get(key) ?? 0) + n);
  return totals;
}

function Offices({
  stats,
  before,
  from,
  to,
}: {
  stats: Stats;
  /** Of the days before by day; `null`: the span is not compared. */
  before: Stats | null;
  from: number;
  to: number;
}) {
  const { today } = t();
  // A log that is new as a whole has nothing to compare with.
  const known = before && before.buckets.length > 0 ? totalsOf(before) : null;
  // The same weekday of the four weeks before.
  const midnight = startOf(to - 1, DAY, offsetAt(to));
  const weeks = before?.buckets.filter(({ from: at }) => {
    const days = (midnight - Date.parse(at)) / DAY;
    return days % 7 === 0 && days <= 28;
  });
  const noteOf = (agency: string, count: number) => {
    if (known === null) return undefined;
    if (!known.has(agency)) return today.newOffice(BEFORE);
    const usual = (weeks ?? []).reduce((sum, { counts }) => sum + (counts[agency] ?? 0), 0) / 4;
    return usual === 0
      ? today.unusualDay
      : today.against(`${count > usual ? '+' : ''}${percent((count - usual) / usual)}`);
  };
  const rows = [...totalsOf(stats)].map(([key, count]) => ({
    ...{ key, count, label: officeName(key), note: noteOf(key, count) },
    href: hashOf('log', { ...windowOf(from, to), agency: key }),
  }));
  return <Ranked title={today.offices} rows={rows} />;
}

function Refusals({ groups, from, to }: { groups: readonly ReviewGroup[]; from: number; to: number }) {
  const { today } = t();
  const totals = new Map<string, number>();
  for (const { outcome, rule, count } of groups)
    if (outcome === 'refused' && rule) totals.set(rule, (totals.get(rule) ?? 0) + count);
  const sorted = [...totals].sort((a, b) => b[1] - a[1]).slice(0, 10);
  return (
    <section>
      <h2>{today.refusals}</h2>
      {sorted.length === 0 && <p class="faint">{today.noRefusals}</p>}
      <table>
        <tbody>
          {sorted.map(([rule, n]) => (
            <tr key={rule}>
              <td class="number">
                <a href={hashOf('log', { ...windowOf(from, to), outcome: 'refused', rule })}>{rule}</a>
              </td>
              <td>{ruleText(rule)}</td>
              <td class="number">{number(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const EVERYDAY: ReadonlySet<string> = new Set(['CLAIMED', 'SAMPLE', 'RARE']);

function Unlike({ groups }: { groups: readonly ReviewGroup[] }) {
  const { today, review } = t();
  const odd = groups.filter(({ why }) => why.some((one) => !EVERYDAY.has(one))).slice(0, 5);
  if (odd.length === 0) return <p class="faint">{today.quiet}</p>;
  return (
    <ul>
      {odd.map(({ agency, purpose, kind, count, ids, why }) => (
        <li key={ids[0]}>
          <a href={hashOf('log', { e: ids[0] })}>
            {today.sentence(
              officeName(agency),
              purpose === null ? kindName(kind) : purposeName(purpose),
              count,
              why.map((one) => review.why[one] ?? one).join(', '),
            )}
          </a>
        </li>
      ))}
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
