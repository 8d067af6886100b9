/** An alarm of CloudWatch, as far as the tests judge it. */
interface Stat {
  Namespace?: string;
  MetricName: string;
  Dimensions?: unknown[];
  Statistic?: string;
}

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
        // An alarm without dimensions sees only values written under the empty set.
        .filter(({ Dimensions }) => Dimensions.some((set) => set.length === (alarm.Dimensions?.length ?? 0)))
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
