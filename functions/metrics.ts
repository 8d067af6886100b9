/**
 * The one writer of metrics: a line of CloudWatch's embedded metric format, with numbers and the function's name. No
 * path, no caller and no value is in it.
 */

/** Namespace of all metrics of the gateway; the alarms of the stack watch it. */
const NAMESPACE = 'Fieldgate';

/** Metrics that are measured in milliseconds; all others are counts. */
const MILLISECONDS: ReadonlySet<string> = new Set(['SequencerLag', 'ReconcileBehind']);

/** Values by the name of their metric. A value that is not known is `null`: it is left out, and its alarm notices. */
export type Metrics = Readonly<Record<string, number | null>>;

export interface LineOptions {
  /** Epoch milliseconds. */
  now: number;
  /** Members that are no metrics. */
  about?: Readonly<Record<string, string | number>>;
}

/**
 * Metrics have no dimension: CloudWatch bills each value of one as a metric of its own, and Lambda has requests,
 * durations and errors by function for nothing.
 * @returns the line, without its end; one without a metric is a line of the log alone
 */
export function metricLine(metrics: Metrics, { now, about = {} }: LineOptions): string {
  const known = Object.entries(metrics).filter(([, value]) => value !== null);
  const Metrics = known.map(([Name]) => ({ Name, Unit: MILLISECONDS.has(Name) ? 'Milliseconds' : 'Count' }));
  return JSON.stringify({
    ...(known.length > 0 && {
      _aws: { Timestamp: now, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [[]], Metrics }] },
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
 * Past the console, which Lambda replaces: its JSON log format makes the line the text of a member, and CloudWatch
 * reads metrics at the root of a line alone.
 */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
