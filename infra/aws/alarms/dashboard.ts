import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  Metric,
  type MetricOptions,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RestApi } from '../api/rest-api.ts';
import { NOTIFY } from '../routes.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import type { Settings } from '../settings.ts';

/**
 * The first page for a person on duty: callers, latency, refusals and failures. The first three dashboards of an account
 * are free if each refers to no more than 50 metrics.
 */
export function overview(
  scope: Construct,
  id: string,
  {
    functions,
    api,
    alarms,
    settings,
  }: { functions: readonly GatewayFunction[]; api: RestApi; alarms: readonly IAlarm[]; settings: Settings },
): void {
  const counted = countedIn(settings);
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12, height: 6 });
  const answering = functions.filter(({ alone }) => !alone);
  new Dashboard(scope, id, {
    defaultInterval: Duration.hours(12),
    periodOverride: PeriodOverride.INHERIT,
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
      [
        graph(
          'Requests',
          answering.map((fn) => fn.lambda.metricInvocations()),
        ),
        graph(
          'Milliseconds, 99th percentile',
          answering.map((fn) => fn.lambda.metricDuration({ statistic: 'p99' })),
        ),
      ],
      [
        graph('Refused and prohibited', [counted('Refusals'), counted('Prohibited')]),
        graph('No answer given', [
          ...['LogUnavailable', 'KmsUnavailable', 'StoreUnavailable', 'IntegrityFaults'].map((name) =>
            counted(name),
          ),
          api.serverErrors(Duration.minutes(5)),
        ]),
      ],
      [
        graph('Repeated attempts', [counted('KmsRetries'), counted('StoreRetries')]),
        graph('Log: waiting time of the oldest entry in milliseconds', [
          counted('SequencerLag', { statistic: 'Maximum' }),
        ]),
      ],
      [
        graph('Findings in the log: alerts, mismatches with KMS, broken chains, missing rows', [
          ...['GraveAlerts', 'ReconcileFaults', 'IndexFaults'].map((name) => counted(name)),
          counted('ChainFaults', { statistic: 'Maximum' }),
        ]),
        graph('Scheduled runs: failed steps, leaves that wait for the watch', [
          ...['SequencerFailures', 'WatchFailures'].map((name) => counted(name)),
          counted('WatchBehind', { statistic: 'Maximum' }),
        ]),
      ],
      [
        graph('Instances of the account at once', [
          new Metric({ namespace: 'AWS/Lambda', metricName: 'ConcurrentExecutions', statistic: 'Maximum' }),
        ]),
        graph(
          'Errors of functions',
          // With those of `notify` there would be 51; its alarms are above.
          functions.filter(({ node }) => node.id !== NOTIFY).map((fn) => fn.lambda.metricErrors()),
        ),
      ],
    ],
  });
}

/** Namespace of the metrics that the functions write: functions/metrics.ts. */
const NAMESPACE = 'Fieldgate';

export type Counted = (metricName: string, options?: MetricOptions) => Metric;

/** Metrics of the functions of an environment. The default is the sum over five minutes of all functions. */
export function countedIn({ environment }: Settings): Counted {
  return (metricName, options = {}) =>
    new Metric({
      namespace: NAMESPACE,
      metricName,
      dimensionsMap: { environment },
      statistic: 'Sum',
      period: Duration.minutes(5),
      ...options,
    });
}
