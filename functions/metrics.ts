/**
 * The only writer of metrics: a line of CloudWatch's embedded metric format, with numbers and the function's
 * name. It contains no path, no caller and no value.
 */

import { ENV } from '../shared/env.ts';

/** Namespace of all metrics of the gateway; the alarms of the stack watch it. */
const NAMESPACE = 'Fieldgate';

/** Metrics that are measured in milliseconds; all others are counts. */
const MILLISECONDS: ReadonlySet<string> = new Set(['SequencerLag', 'ReconcileBehind']);

/** Values by the name of their metric. An unknown value is `null`: it is left out, so that its alarm is raised. */
export type Metrics = Readonly<Record<string, number | null>>;

interface LineOptions {
  /** Epoch milliseconds. */
  now: number;
  /** Members that are not metrics. */
  about?: Readonly<Record<string, string | number>>;
}

/**
 * The environment is the only dimension, so that two stacks of an account do not add up. CloudWatch bills each value of a
 * dimension as a metric of its own, and Lambda provides requests, durations and errors by function free of charge.
 * @returns the line, without its end. A line without a metric is only a log line
 */
export function metricLine(metrics: Metrics, { now, about = {} }: LineOptions): string {
  const known = Object.entries(metrics).filter(([, value]) => value !== null);
  const Metrics = known.map(([Name]) => ({ Name, Unit: MILLISECONDS.has(Name) ? 'Milliseconds' : 'Count' }));
  const directive = { Namespace: NAMESPACE, Dimensions: [['environment']], Metrics };
  return JSON.stringify({
    ...(known.length > 0 && {
      _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
      environment: process.env[ENV.environment] ?? 'local',
    }),
    ...about,
    ...Object.fromEntries(known),
  });
}

/** Writes the line to the function's log. */
export function writeMetrics(metrics: Metrics, options: LineOptions): void {
  writeLine(metricLine(metrics, options));
}

/**
 * Bypasses the console, which Lambda replaces. Lambda's JSON log format would make the line the text of a
 * member, but CloudWatch reads metrics only at the root of a line.
 */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
