import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** Namespace of the metrics that the functions write: functions/http/metered.ts, functions/sequencer/report.ts. */
const NAMESPACE = 'Fieldgate';

/** A metric of the functions; a sum over five minutes of all of them, unless said. */
export function counted(metricName: string, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    statistic: 'Sum',
    period: Duration.minutes(5),
    ...options,
  });
}
