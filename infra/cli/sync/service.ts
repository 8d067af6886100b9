/** `--every`: runs again and again until it is told to stop. A run that failed never ends it: the next one waits longer. */

import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { paint } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { writeMetrics } from './metrics.ts';
import type { Ran } from './report.ts';

const { service: t } = await texts('sync');

const MINUTE = 60_000;
const UNITS = { m: 1, h: 60, d: 1440 } as const;
/** Minutes: what the gateway takes for an interval, too. */
const LONGEST = 7 * UNITS.d;
/** Milliseconds that a source waits at most after failures, unless its interval is longer. */
const LONGEST_WAIT = 60 * MINUTE;

/** @returns minutes; 0 for `off` */
export function everyOf(text: string): number {
  const [, number, unit = 'm'] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const minutes = text === 'off' ? 0 : Number(number) * UNITS[unit as keyof typeof UNITS];
  if (text !== 'off' && !(minutes >= 1 && minutes <= LONGEST)) throw new UsageError(t.badEvery);
  return minutes;
}

interface Service {
  minutes: number;
  metrics: string | undefined;
  /** Names of the sources; those of the last time, if they can't be read now. */
  sources(): Promise<readonly string[]>;
  /** One run. Never throws. */
  run(source: string, signal: AbortSignal): Promise<Ran>;
}

/** @returns once SIGTERM or SIGINT has come and the request at hand is answered and kept */
export async function serve({ minutes, metrics, sources, run }: Service): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const onSignal = () => stop.abort();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const next = new Map<string, { at: number; failures: number }>();
  const every = minutes * MINUTE;
  process.stderr.write(`${t.starts(minutes)}\n`);
  while (!signal.aborted) {
    const names = await sources();
    for (const source of names) {
      const { at = 0, failures = 0 } = next.get(source) ?? {};
      if (signal.aborted || at > Date.now()) continue;
      const began = Date.now();
      const ran = await run(source, signal);
      if (ran.state === 'stopped') continue;
      const row = ran.state === 'failed' ? failures + 1 : 0;
      const wait = Math.min(every * 2 ** Math.max(0, row - 1), Math.max(every, LONGEST_WAIT));
      const then = Math.max(Date.now(), began + wait);
      next.set(source, { at: then, failures: row });
      if (metrics !== undefined && ran.state !== 'busy') writeMetrics(metrics, ran, row);
      tell(ran, then, row);
    }
    const soonest = names.map((name) => next.get(name)?.at ?? 0);
    await pause(Math.min(...soonest, Date.now() + every), signal);
  }
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  process.stderr.write(`${t.stopped}\n`);
}

/** A line for machines on standard output, and what went wrong for people. */
function tell({ words, ...ran }: Ran, next: number, failures: number): void {
  const line = { time: new Date().toISOString(), ...ran, next: new Date(next).toISOString() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (words === undefined) return;
  const mark = paint(failures > 0 ? 'red' : 'yellow', failures > 0 ? '✗' : '!', process.stderr);
  process.stderr.write(`${mark} ${ran.source}: ${words} ${t.next(timeOf(next), failures)}\n`);
}

function pause(until: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const timer = setTimeout(go, Math.max(0, until - Date.now()));
    function go() {
      clearTimeout(timer);
      signal.removeEventListener('abort', go);
      done();
    }
    signal.addEventListener('abort', go);
  });
}
