/**
 * The one writer of metrics: a line of CloudWatch's embedded metric format, with numbers and the function's name. No
 * path, no caller and no value is in it.
 */

/** Namespace of all metrics of the gateway; the alarms of the stack watch it. */
const NAMESPACE = 'Fieldgate';

/** Metrics that are measured in milliseconds; all others are counts. */
const MILLISECONDS: ReadonlySet<string> = new Set(['Milliseconds', 'SequencerLag', 'ReconcileBehind']);

/** Values by the name of their metric. A value that is not known is `null`: it is left out, and its alarm notices. */
export type Metrics = Readonly<Record<string, number | null>>;

export interface LineOptions {
  /** Epoch milliseconds. */
  now: number;
  /** Sets of names of members of `about`, by which CloudWatch tells metrics apart. */
  dimensions?: readonly (readonly string[])[];
  /** Members that are no metrics. */
  about?: Readonly<Record<string, string | number>>;
}

/** @returns the line, without its end */
export function metricLine(metrics: Metrics, { now, dimensions = [[]], about = {} }: LineOptions): string {
  const known = Object.entries(metrics).filter(([, value]) => value !== null);
  const Metrics = known.map(([Name]) => ({ Name, Unit: MILLISECONDS.has(Name) ? 'Milliseconds' : 'Count' }));
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: dimensions, Metrics }],
    },
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
