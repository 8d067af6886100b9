/**
 * Spans in which entries lack their unwraps. CloudTrail promises no time, so an unwrap is first late, and missing only after all
 * files of three more hours were read without it. One that comes later still settles its alert.
 */
import { compare, isMissing, type Reconciling, TOLERANCE } from './compare.ts';
import { LATEST } from './late.ts';
import type { Alert } from './raise.ts';
import { forget, recallEach, remember } from './state.ts';
import type { Trail, TrailFile } from './trail.ts';
import { alertsOf, spanKey } from './trail-alerts.ts';

/** Times are epoch milliseconds. */
interface Lacking {
  from: number;
  to: number;
  /** When the trail delivered again after the span. */
  heard: number;
  /** Late files with records of the span. */
  files: TrailFile[];
  /** Keys of the alerts about it; none: it is waited for. */
  told: string[];
  /** Some of `files` were not compared yet. */
  isFresh?: true;
}

/** Milliseconds in which the files that may prove a span are waited for, once the trail has delivered others after it. */
export const MISSING = 3 * 3_600_000;
/** Spans that one run compares again. */
const AT_ONCE = 4;
const PART = 'lacking';

/** The wait, which a record that is delivered at once does not need. */
export const dueAfter = ({ late }: Trail) => (late === null ? 0 : MISSING);

export function noteLacking(state: Reconciling['state'], span: Lacking): Promise<void> {
  const place = { part: PART, item: spanKey(span) };
  return remember(state, place, { span: { S: JSON.stringify(span) } }, (span.to + 2 * LATEST) / 1000);
}

export interface Followed {
  alerts: Alert[];
  /** Keys of alerts that hold no more. */
  settled: string[];
  /** Stores what came of it; once the alerts are in the log. */
  keep(): Promise<void>;
}

export const NONE: Followed = { alerts: [], settled: [], keep: async () => {} };

/**
 * @param touched late files, with the minutes of their unwraps
 * @param compared all files that were delivered in time for spans up to here were read
 */
export async function followLacking(
  watch: Reconciling,
  touched: ReadonlyMap<TrailFile, ReadonlySet<number>>,
  compared: number,
): Promise<Followed> {
  const { state } = watch;
  const all = await recallEach(state, PART, ({ span }) => JSON.parse(span?.S ?? '') as Lacking);
  const due = all
    .map((span): Lacking => {
      const reaches = (minute: number) =>
        minute + 60_000 > span.from - TOLERANCE && minute < span.to + TOLERANCE;
      const more = [...touched].flatMap(([file, minutes]) => ([...minutes].some(reaches) ? [file] : []));
      return more.length === 0 ? span : { ...span, files: [...span.files, ...more], isFresh: true };
    })
    .filter(({ isFresh, told, heard }) => isFresh || (told.length === 0 && compared >= heard + MISSING));
  const pack = await watch.pack();
  const followed = { alerts: [] as Alert[], settled: [] as string[] };
  const kept: (() => Promise<void>)[] = due.slice(AT_ONCE).map((span) => () => noteLacking(state, span));
  for (const { isFresh: _, ...span } of due.slice(0, AT_ONCE)) {
    const missing = (await compare(watch, span.from, span.to, span.files)).findings.filter(isMissing);
    const alerts = alertsOf(missing, pack, spanKey(span));
    const keys = alerts.map(({ key }) => key);
    const isDue = span.told.length === 0 && compared >= span.heard + MISSING;
    if (isDue) followed.alerts.push(...alerts);
    // One alert for many stays until none of them is left.
    const holds = (key: string) => keys.includes(key) || (keys.length > 0 && key.endsWith(spanKey(span)));
    followed.settled.push(...span.told.filter((key) => !holds(key)));
    const told = isDue ? keys : span.told.filter(holds);
    const place = { part: PART, item: spanKey(span) };
    kept.push(() => (missing.length === 0 ? forget(state, place) : noteLacking(state, { ...span, told })));
  }
  return { ...followed, keep: async () => void (await Promise.all(kept.map((run) => run()))) };
}
