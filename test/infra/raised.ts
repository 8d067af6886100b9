import { isDeepStrictEqual } from 'node:util';

/** An alarm of CloudWatch, as far as the tests judge it. */
interface Stat {
  Namespace?: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: unknown }[];
  Statistic?: string;
}

/** Values of dimensions by name, of a set of an embedded metric or of an alarm. */
const named = {
  ofSet: (set: readonly string[], event: Record<string, unknown>) =>
    Object.fromEntries(set.map((name) => [name, event[name]])),
  ofAlarm: ({ Dimensions = [] }: Stat) =>
    Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
};

/** One period of CloudWatch: it takes metrics from members of a line that `_aws` at its root names. */
export function isRaised(alarm: Stat & Record<string, unknown>, lines: readonly string[]): boolean {
  const values = lines.flatMap((line) => {
    const { _aws, ...event } = JSON.parse(line);
    const directives = (_aws?.CloudWatchMetrics ?? []) as {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string }[];
    }[];
    return (
      directives
        .filter(({ Namespace }) => Namespace === alarm.Namespace)
        // An alarm sees only values under its own dimensions.
        .filter(({ Dimensions }) =>
          Dimensions.some((set) => isDeepStrictEqual(named.ofSet(set, event), named.ofAlarm(alarm))),
        )
        .filter(({ Metrics }) => Metrics.some(({ Name }) => Name === alarm.MetricName))
        .map(() => event[alarm.MetricName] as number)
    );
  });
  if (values.length === 0) return alarm['TreatMissingData'] === 'breaching';
  const value =
    alarm.Statistic === 'Maximum' ? Math.max(...values) : values.reduce((sum, one) => sum + one, 0);
  const threshold = Number(alarm['Threshold']);
  return alarm['ComparisonOperator'] === 'LessThanThreshold' ? value < threshold : value >= threshold;
}
