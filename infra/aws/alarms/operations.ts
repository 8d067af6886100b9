import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { defined } from '../../../shared/defined.ts';
import { acknowledge } from '../acknowledge.ts';
import type { RestApi } from '../api/rest-api.ts';
import { type FunctionName, NOTIFY } from '../routes.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import type { VerifyLists } from '../run/verify-lists.ts';
import type { Settings } from '../settings.ts';
import type { Tables } from '../stored/tables.ts';
import { daysLeft, faults, quotaUsed, throttled } from './aws-metrics.ts';
import type { ChangeAlarms } from './change-alarms.ts';
import { countedIn, overview } from './dashboard.ts';

interface Rule {
  metric: IMetric;
  /** The alarm is raised at this value or above. */
  from?: number;
  /** The alarm is raised below this value, and if there is no data. */
  below?: number;
  /** The heading in docs/operate/runbook.md with the instructions. */
  entry: string;
  says: string;
  /** Consecutive periods; the default is one. */
  periods?: number;
  /** How many of them; all by default. */
  outOf?: number;
  /** The meaning of missing data; by default the alarm is not raised. */
  silence?: TreatMissingData;
}

/** The alarms. Each description says what happened and names its section of the runbook. */
export class Operations extends Construct {
  /** Those that undo a deployment of new code. */
  readonly undoing: Alarm[];

  constructor(scope: Construct, id: string, parts: Parts) {
    super(scope, id);
    const rules = Object.entries(rulesFor(parts));
    const alarms = rules.map(([name, rule]) => this.#alarm(name, rule, parts.settings));
    this.undoing = alarms.filter((_, at) => UNDOING.has(rules[at]?.[1].entry ?? ''));
    overview(this, 'Dashboard', { ...parts, alarms });
    acknowledge(this, {
      'NIST.800.53.R5-CloudWatchAlarmAction':
        'The operator chooses whom alarms call, by alarmTopicArn in the settings.',
    });
  }

  #alarm(
    name: string,
    { metric, from = 0, below, entry, says, periods = 1, outOf = periods, silence }: Rule,
    { alarmTopicArn, secondTopicArn }: Settings,
  ): Alarm {
    const alarm = new Alarm(this, name, {
      metric,
      threshold: below ?? from,
      evaluationPeriods: outOf,
      datapointsToAlarm: periods,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData:
        silence ?? (below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING),
      alarmDescription: `${says}: docs/operate/runbook.md#${entry}`,
    });
    // A topic that delivers nothing can't say so itself.
    const second = entry === UNDELIVERED ? secondTopicArn : undefined;
    for (const [id, arn] of Object.entries(defined({ Topic: alarmTopicArn, Second: second }))) {
      const action = new SnsAction(Topic.fromTopicArn(this, `${name}${id}`, arn));
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    return alarm;
  }
}

const UNDELIVERED = 'undelivered-alarms';

/** Entries of the runbook of faults that new code can bring. */
const UNDOING: ReadonlySet<string> = new Set(['errors', 'integrity-fault', 'log-unavailable']);

interface Parts {
  functions: readonly GatewayFunction[];
  api: RestApi;
  tables: Tables;
  lists: VerifyLists;
  /** The rule that reports changes by hand. */
  changes: ChangeAlarms | undefined;
  settings: Settings;
}

/** The rules about what all functions count together within five minutes: metric, from how many on, section of the runbook, and words. */
const SUMS: Readonly<Record<string, readonly [metric: string, from: number, entry: string, says: string]>> = {
  Prohibited: ['Prohibited', 1, 'prohibited-attempt', 'A prohibited use was requested'],
  Integrity: ['IntegrityFaults', 1, 'integrity-fault', 'Stored data differs from what was written'],
  LogUnavailable: [
    'LogUnavailable',
    1,
    'log-unavailable',
    'The log could not be written, so nothing was released',
  ],
  KmsUnavailable: ['KmsUnavailable', 3, 'throttled-kms', 'KMS or STS did not answer in time'],
  KmsRetries: ['KmsRetries', 50, 'throttled-kms', 'KMS calls need several attempts'],
  StoreUnavailable: ['StoreUnavailable', 3, 'store-unavailable', 'DynamoDB did not answer in time'],
  StoreRetries: ['StoreRetries', 50, 'store-unavailable', 'DynamoDB calls need several attempts'],
  GraveAlerts: ['GraveAlerts', 1, 'grave-alert', 'The watch over the log found a serious fault'],
  Reconciliation: ['ReconcileFaults', 1, 'reconciliation-fault', "KMS's own record and the log do not match"],
  Index: ['IndexFaults', 1, 'index-fault', 'The index of the log lacked entries'],
};

function rulesFor({ functions, api, tables, lists, changes, settings }: Parts): Record<string, Rule> {
  const counted = countedIn(settings);
  /** The same rule for several functions, a few functions per alarm. */
  const ofFunctions = (
    metricName: string,
    watched: readonly GatewayFunction[],
    rule: Omit<Rule, 'metric'>,
  ): Record<string, Rule> => {
    const rules: Record<string, Rule> = {};
    for (let from = 0; from < watched.length; from += MOST_METRICS) {
      const some = watched.slice(from, from + MOST_METRICS);
      const metric = new MathExpression({
        expression: some.map((_, i) => `f${i}`).join(' + '),
        usingMetrics: Object.fromEntries(
          some.map((fn, i) => [`f${i}`, fn.lambda.metric(metricName, { statistic: 'Sum' })]),
        ),
        period: FIVE_MINUTES,
        label: metricName,
      });
      rules[from === 0 ? metricName : `${metricName}${from}`] = { ...rule, metric };
    }
    return rules;
  };
  /**
   * No schedule has started the function within `minutes`. Requests are no asynchronous events, so only schedules are
   * counted, free of charge. A run that starts and does not end is an error of the function.
   */
  const notStarted = (id: FunctionName | typeof NOTIFY, minutes: number, says: string): Rule => {
    const fn = functions.find(({ node }) => node.id === id);
    if (!fn) throw new Error(`no function ${id}`);
    const events = { statistic: 'Sum', period: Duration.minutes(minutes) };
    return { metric: fn.lambda.metric('AsyncEventsReceived', events), below: 1, entry: 'no-run', says };
  };
  const summed = Object.entries(SUMS).map(([name, [metric, from, entry, says]]): [string, Rule] => [
    name,
    { metric: counted(metric), from, entry, says },
  ]);
  return {
    ...Object.fromEntries(summed),
    Refusals: {
      metric: counted('Refusals'),
      ...{
        from: settings.refusals,
        entry: 'refused-spike',
        says: 'Far more is refused than usual, complete requests or single people',
      },
    },
    KmsQuota: {
      metric: quotaUsed('KMS', 'CryptographicOperationsSymmetric'),
      ...{ from: 70, entry: 'throttled-kms', says: 'KMS calls near the quota of the account', periods: 3 },
    },
    KmsSigning: {
      metric: quotaUsed('KMS', 'CryptographicOperationsEcc'),
      ...{ from: 70, entry: 'throttled-kms', says: 'KMS signatures near the quota', periods: 3 },
    },
    Concurrency: {
      metric: quotaUsed('Lambda', 'ConcurrentExecutions', 'Maximum'),
      ...{ from: 70, entry: 'throttled-functions', says: 'Functions near the concurrency of the account' },
    },
    StoreThrottled: {
      metric: throttled(tables),
      ...{ from: 1, entry: 'store-unavailable', says: 'DynamoDB refuses writes over a limit', periods: 2 },
    },
    Slow: {
      metric: api.slowest(FIVE_MINUTES),
      ...{ from: 5_000, entry: 'slow-answers', periods: 3 },
      says: 'One answer in a hundred takes five seconds',
    },
    ...(settings.domain && {
      Certificate: {
        metric: daysLeft(settings.domain.certificateArn),
        ...{ below: 30, entry: 'certificate', says: 'The certificate ends within a month' },
        // ACM says nothing of a certificate that was removed.
        silence: TreatMissingData.NOT_BREACHING,
      },
    }),
    ...(changes && {
      Undelivered: {
        metric: changes.undelivered(FIVE_MINUTES),
        ...{ from: 1, entry: UNDELIVERED, says: 'A message to the people on duty was lost' },
      },
    }),
    ...ofFunctions('Errors', functions, {
      // One slow call to a service ends one run; new code fails again.
      ...{ from: 1, periods: 2, outOf: 3 },
      entry: 'errors',
      says: 'A function ends without an answer, again and again',
    }),
    // A function with one instance is throttled if a run overlaps the previous one. Its lag alarm finds a
    // standstill.
    ...ofFunctions(
      'Throttles',
      functions.filter(({ alone }) => !alone),
      { from: 1, entry: 'throttled-functions', says: 'Lambda refused to run a function' },
    ),
    Faults: {
      metric: faults(api, counted('Maintenance')),
      ...{ from: 1, entry: 'errors', says: 'One answer in a hundred is 5xx, and five or more' },
    },
    Lag: {
      metric: counted('SequencerLag', { statistic: 'Maximum', period: ONE_MINUTE }),
      ...{
        from: 120_000,
        entry: 'log-lag',
        says: 'Log entries wait over two minutes for the tree',
        periods: 2,
      },
      // Without a run there is no metric, which is treated as the worst lag.
      silence: TreatMissingData.BREACHING,
    },
    ...(settings.logAccount !== undefined && {
      Archive: {
        metric: counted('ArchiveBehind', { statistic: 'Minimum' }),
        ...{ from: 1, entry: 'log-copy', says: 'The log account lacks entries of five minutes', periods: 2 },
        silence: TreatMissingData.BREACHING,
      },
    }),
    Erasures: {
      metric: counted('Erasures', { period: Duration.hours(1) }),
      ...{
        from: settings.erasures,
        entry: 'many-erasures',
        says: 'More records than usual are erased within an hour',
      },
    },
    Watch: {
      metric: counted('WatchBehind', { statistic: 'Maximum', period: ONE_MINUTE }),
      ...{ from: 50_000, entry: 'watch', says: 'The watch over the log lags behind', periods: 5 },
      silence: TreatMissingData.BREACHING,
    },
    Uncompared: {
      metric: counted('ReconcileBehind', { statistic: 'Maximum' }),
      ...{
        from: 3_600_000,
        entry: 'watch',
        says: "KMS's own record was not compared with the log for an hour",
        periods: 2,
      },
      silence: TreatMissingData.BREACHING,
    },
    ...(settings.channels !== undefined && {
      Notify: notStarted(NOTIFY, 5, 'Messages to people are not being sent'),
      Messages: {
        metric: counted('MessagesLate', { statistic: 'Maximum' }),
        ...{ from: 1, entry: 'undelivered-messages', says: 'Messages to people do not arrive' },
      },
    }),
    Tasks: notStarted('casework', 5, 'Tasks and the index of cases lag behind'),
    Jobs: notStarted('maintenance', 5, 'Open maintenance jobs are not being run'),
    Lists: {
      metric: lists.standing(FIVE_MINUTES),
      ...{ from: 1, entry: 'lists', says: 'The work on a submitted list ended or did not begin' },
    },
    Recheck: notStarted('verify', 60, 'Proofs of changed records are not being revoked'),
    ...(settings.canary && {
      Canary: {
        metric: counted('CanaryReleases', { period: Duration.minutes(15) }),
        ...{ below: 1, entry: 'canary', says: 'No release of the canary succeeded for a quarter of an hour' },
      },
    }),
    Broken: {
      metric: counted('ChainFaults', { statistic: 'Maximum', period: ONE_MINUTE }),
      ...{ from: 1, entry: 'broken-chain', says: 'A chain of log entries does not verify' },
    },
  };
}

/** Most metrics in an alarm on an expression. */
const MOST_METRICS = 10;
const FIVE_MINUTES = Duration.minutes(5);
const ONE_MINUTE = Duration.minutes(1);
