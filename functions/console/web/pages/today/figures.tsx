/** What happened in a span: answers by time and purpose, offices by volume, refusals by rule. */

import type { Answer, Query } from '../../../../../shared/contract/api.ts';
import { hashOf } from '../../frame/route.ts';
import { read } from '../../gateway/api.ts';
import { officeName, purposeName, ruleText } from '../../gateway/reference.ts';
import { totalsOf } from '../../log/flows.ts';
import { dayOfMonth, number, offsetAt, percent, t, time } from '../../text.ts';
import { type Bar, Bars } from '../../ui/chart.tsx';
import { Ranked } from '../../ui/ranked.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';
import { DAY, HOUR, startOf } from '../../units.ts';

export interface Period {
  /** Epoch milliseconds. */
  from: number;
  to: number;
  bucket: 'hour' | 'day';
}
export const windowOf = ({ from, to }: { from: number; to: number }) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

type Counts = Record<string, number>;
type Stats = Answer<'GET /v1/log/stats'>;

/** Days before a span with which its offices are compared: the same weekday of four weeks. */
const BEFORE = 28;
/** An office without an entry in these days before the span is called new. */
const NEW = 90;
const SERIES = 8;
/** Answers with data. Their attempts, and work on keys, are none. */
const DECIDED = { kind: 'decision' };

const statsOf = (query: Query<'GET /v1/log/stats'>, signal: AbortSignal) =>
  read('GET /v1/log/stats', { query }, signal);

/** The counts of one of several members. */
function part({ buckets }: Stats, name: string): { from: string; counts: Counts }[] {
  const start = `${name}:`;
  return buckets.map(({ from, counts }) => ({
    from,
    counts: Object.fromEntries(
      Object.entries(counts).flatMap(([key, n]) =>
        key.startsWith(start) ? [[key.slice(start.length), n]] : [],
      ),
    ),
  }));
}

export function Figures({ period }: { period: Period }) {
  const { today } = t();
  const { from, to, bucket } = period;
  const loaded = useLoad(
    async (signal) => {
      const window = windowOf(period);
      const [decided, refused] = await Promise.all([
        statsOf({ ...window, ...DECIDED, by: 'purpose,agency', bucket, newWithin: NEW }, signal),
        statsOf({ ...window, by: 'rule', bucket, outcome: 'refused' }, signal),
      ]);
      const fresh = new Set(decided.newAgencies);
      return {
        period,
        purposes: part(decided, 'purpose'),
        agencies: part(decided, 'agency'),
        fresh,
        refused,
      };
    },
    [period],
  );
  // It changes once a day.
  const before = useLoad(
    async (signal) =>
      bucket === 'hour'
        ? statsOf(
            { ...windowOf({ from: from - BEFORE * DAY, to: from }), ...DECIDED, by: 'agency', bucket: 'day' },
            signal,
          )
        : null,
    [startOf(from, DAY, offsetAt(from)), bucket],
  );
  return (
    <Shown of={loaded} rows={8}>
      {({ purposes, agencies, fresh, refused, period: shown }) => (
        <>
          {purposes.length === 0 ? (
            <p class="empty">{today.nothing(time(from, 'short'))}</p>
          ) : (
            <Bars title={today.byPurpose[shown.bucket]} {...barsOf(purposes, shown)} />
          )}
          <div class="two">
            <Offices
              stats={agencies}
              before={before.value?.buckets ?? null}
              fresh={fresh}
              from={from}
              to={to}
            />
            <Refusals totals={totalsOf(refused.buckets)} from={from} to={to} />
          </div>
        </>
      )}
    </Shown>
  );
}

function barsOf(buckets: Stats['buckets'], { from, to, bucket }: Period) {
  const { today } = t();
  const totals = totalsOf(buckets);
  const main = [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SERIES)
    .map(([code]) => code);
  const step = bucket === 'hour' ? HOUR : DAY;
  const byStart = new Map(buckets.map((one) => [Date.parse(one.from), one.counts]));
  const nameOf = (code: string) => `${code} ${purposeName(code)}`;
  const bars: Bar[] = [];
  for (let at = from; at < to; at += step) {
    const window = { ...windowOf({ from: at, to: at + step }), ...DECIDED };
    const counts = byStart.get(at) ?? {};
    const rest = Object.entries(counts).reduce((sum, [code, n]) => sum + (main.includes(code) ? 0 : n), 0);
    const parts = main
      .filter((code) => counts[code])
      .map((code) => ({
        ...{ key: code, label: nameOf(code), count: counts[code] ?? 0 },
        href: hashOf('log', { ...window, purpose: code }),
      }));
    if (rest > 0)
      parts.push({ key: 'others', label: today.others, count: rest, href: hashOf('log', window) });
    const label = bucket === 'hour' ? time(at, 'hour') : dayOfMonth(at);
    const said = bucket === 'hour' ? today.fromTo(label, time(at + step, 'hour')) : label;
    bars.push({ label, said, parts });
  }
  const keys = main.map((code) => ({ key: code, label: nameOf(code) }));
  return { bars, keys: totals.size > SERIES ? [...keys, { key: 'others', label: today.others }] : keys };
}

function Offices({
  stats,
  before,
  fresh,
  from,
  to,
}: {
  stats: Stats['buckets'];
  /** Of the days before by day; `null`: not known, or the span is not compared. */
  before: Stats['buckets'] | null;
  /** Offices that are new. */
  fresh: ReadonlySet<string>;
  from: number;
  to: number;
}) {
  const { today } = t();
  // The same weekday of the four weeks before.
  const midnight = startOf(to - 1, DAY, offsetAt(to));
  const weeks = before?.filter(({ from: at }) => {
    const days = (midnight - Date.parse(at)) / DAY;
    return days % 7 === 0 && days <= 28;
  });
  const noteOf = (agency: string, count: number) => {
    if (fresh.has(agency)) return today.newOffice(NEW);
    // A log that is new as a whole has nothing to compare with.
    if (!weeks || !before?.length) return undefined;
    const usual = weeks.reduce((sum, { counts }) => sum + (counts[agency] ?? 0), 0) / 4;
    return usual === 0
      ? today.unusualDay
      : today.against(`${count > usual ? '+' : ''}${percent((count - usual) / usual)}`);
  };
  const rows = [...totalsOf(stats)].map(([key, count]) => ({
    ...{ key, count, label: officeName(key), note: noteOf(key, count) },
    href: hashOf('log', { ...windowOf({ from, to }), ...DECIDED, agency: key }),
  }));
  return <Ranked title={today.offices} rows={rows} />;
}

function Refusals({ totals, from, to }: { totals: ReadonlyMap<string, number>; from: number; to: number }) {
  const { today } = t();
  const sorted = [...totals].sort((a, b) => b[1] - a[1]).slice(0, 10);
  return (
    <section>
      <h2>{today.refusals}</h2>
      {sorted.length === 0 && <p class="faint">{today.noRefusals}</p>}
      <table>
        <tbody>
          {sorted.map(([rule, n]) => (
            <tr key={rule}>
              <td class="whole">
                <a href={hashOf('log', { ...windowOf({ from, to }), outcome: 'refused', rule })}>{rule}</a>
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
