import { useEffect } from 'preact/hooks';
import type { ReviewGroup } from '../../../../shared/contract/reviews.ts';
import { file, read } from '../api.ts';
import { useKeys } from '../keys.ts';
import { loadReference, officeName, purposeName, ruleText } from '../reference.ts';
import { hashOf, route, setQuery } from '../route.ts';
import { ago, number, percent, t, time } from '../text.ts';
import { type Bar, Bars } from '../ui/chart.tsx';
import { Ranked } from '../ui/ranked.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { remembered } from '../verify/remembered.ts';

const SPANS = { '24h': 24, '7d': 168, '31d': 744 } as const;
type Span = keyof typeof SPANS;
const HOUR = 3_600_000;
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
    ']': { label: today.spans['7d'], run: () => move(1) },
    '[': { label: today.spans['24h'], run: () => move(-1) },
  });
  const loaded = useLoad(
    async (signal) => {
      const to = Math.ceil(Date.now() / HOUR) * HOUR;
      const from = to - SPANS[span] * HOUR;
      const window = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      const bucket = span === '24h' ? 'hour' : 'day';
      const stats = (by: string): Promise<Stats> =>
        read(`/v1/log/stats?by=${by}&bucket=${bucket}&${window}`, { signal });
      const [purposes, agencies, alerts, queue, note] = await Promise.all([
        stats('purpose'),
        stats('agency'),
        read('/v1/alerts?acknowledged=no&limit=1000', { signal }),
        read(`/v1/log/reviews/queue?${window}`, { signal }),
        file('/log/checkpoint', { cache: 'no-store' }),
        loadReference(),
      ]);
      const size = Number(new TextDecoder().decode(note).split('\n')[1]);
      return { from, to, bucket, purposes, agencies, alerts, queue, size };
    },
    [span],
  );
  useEffect(() => {
    const timer = setInterval(() => document.hidden || loaded.reload(), 60_000);
    return () => clearInterval(timer);
  }, [span]);
  return (
    <Shown of={loaded} rows={10}>
      {({ from, to, bucket, purposes, agencies, alerts, queue, size }) => (
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
            <Bars title={today.byHour} {...barsOf(purposes, from, to, bucket)} />
          )}
          <div class="two">
            <Offices stats={agencies} from={from} to={to} />
            <Refusals groups={queue.groups} />
          </div>
          <h2>{today.unlike}</h2>
          <Unlike groups={queue.groups} />
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
  const totals = new Map<string, number>();
  for (const { counts } of buckets)
    for (const [code, n] of Object.entries(counts)) totals.set(code, (totals.get(code) ?? 0) + n);
  const main = [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SERIES)
    .map(([code]) => code);
  const step = bucket === 'hour' ? HOUR : 24 * HOUR;
  const byStart = new Map(buckets.map((one) => [Math.floor(Date.parse(one.from) / step) * step, one.counts]));
  const bars: Bar[] = [];
  for (let at = Math.floor(from / step) * step; at < to; at += step) {
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
    bars.push({ label: bucket === 'hour' ? time(at, 'hour') : time(at, 'short').slice(0, 6), parts });
  }
  const keys = main.map((code) => ({ key: code, label: `${code} ${purposeName(code)}` }));
  return { bars, keys: totals.size > SERIES ? [...keys, { key: 'others', label: today.others }] : keys };
}

function Offices({ stats, from, to }: { stats: Stats; from: number; to: number }) {
  const totals = new Map<string, number>();
  for (const { counts } of stats.buckets)
    for (const [id, n] of Object.entries(counts)) totals.set(id, (totals.get(id) ?? 0) + n);
  const window = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const rows = [...totals].map(([key, count]) => ({
    ...{ key, count, label: officeName(key), href: hashOf('log', { ...window, agency: key }) },
  }));
  return <Ranked title={t().today.offices} rows={rows} />;
}

function Refusals({ groups }: { groups: readonly ReviewGroup[] }) {
  const totals = new Map<string, number>();
  for (const { outcome, rule, count } of groups)
    if (outcome === 'refused' && rule) totals.set(rule, (totals.get(rule) ?? 0) + count);
  const sorted = [...totals].sort((a, b) => b[1] - a[1]).slice(0, 10);
  return (
    <section>
      <h2>{t().today.refusals}</h2>
      {sorted.length === 0 && <p class="faint">{t().states.nothing}</p>}
      <table>
        <tbody>
          {sorted.map(([rule, n]) => (
            <tr key={rule}>
              <td>
                <a href={hashOf('log', { outcome: 'refused', rule })}>{rule}</a>
              </td>
              <td lang="en">{ruleText(rule)}</td>
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
      {odd.map(({ agency, purpose, count, ids, why }) => (
        <li key={ids[0]}>
          <a href={hashOf('log', { e: ids[0] })}>
            {today.sentence(
              officeName(agency),
              purposeName(purpose ?? undefined),
              count,
              why.map((one) => review.why[one] ?? one).join(', '),
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}
