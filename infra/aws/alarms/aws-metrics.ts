import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { defined } from '../../../shared/defined.ts';
import type { EnvName } from '../../../shared/env.ts';
import type { RestApi } from '../api/rest-api.ts';
import type { Tables } from '../stored/tables.ts';

/** Writes that were refused, of the tables on the path of a request and of the index that the log's puts wait for. */
export function throttled(tables: Tables): IMetric {
  const of = (name: EnvName, index?: string) =>
    new Metric({
      ...{ namespace: 'AWS/DynamoDB', metricName: 'WriteThrottleEvents', statistic: 'Sum' },
      dimensionsMap: { TableName: tables.nameOf(name), ...defined({ GlobalSecondaryIndexName: index }) },
    });
  const all = [of('logTable', BY_DAY), ...ON_THE_PATH.map((name) => of(name))];
  return new MathExpression({
    expression: all.map((_, at) => `t${at}`).join(' + '),
    usingMetrics: Object.fromEntries(all.map((metric, at) => [`t${at}`, metric])),
    period: Duration.minutes(5),
    label: 'Refused writes',
  });
}

const BY_DAY = 'byDay';
const ON_THE_PATH: readonly EnvName[] = [
  ...(['logTable', 'wordsTable', 'treeTable', 'claimsTable', 'budgetsTable'] as const),
  ...(['keysTable', 'sheetsTable', 'caseworkTable'] as const),
];

/**
 * Answers of 5xx in percent of all, and 0 for a few: among many requests some fail in a bad moment of a service.
 * @param closed answers of a closed gateway, which are no faults
 */
export function faults(api: RestApi, closed: IMetric): IMetric {
  const period = Duration.minutes(5);
  return new MathExpression({
    expression: 'IF(faults - FILL(closed, 0) > 4, 100 * (faults - FILL(closed, 0)) / requests, 0)',
    usingMetrics: { faults: api.serverErrors(period), closed, requests: api.requests(period) },
    period,
    label: 'Faults, percent of requests',
  });
}

/** Of a certificate in ACM. */
export function daysLeft(CertificateArn: string): IMetric {
  return new Metric({
    ...{ namespace: 'AWS/CertificateManager', metricName: 'DaysToExpiry', statistic: 'Minimum' },
    dimensionsMap: { CertificateArn },
    period: Duration.days(1),
  });
}

/** The account's use of a quota that AWS measures, in percent. */
export function quotaUsed(service: 'KMS' | 'Lambda', resource: string, statistic = 'Sum'): IMetric {
  const used = new Metric({
    namespace: 'AWS/Usage',
    metricName: service === 'KMS' ? 'CallCount' : 'ResourceCount',
    dimensionsMap: {
      Service: service,
      Type: service === 'KMS' ? 'API' : 'Resource',
      Resource: resource,
      Class: 'None',
    },
    statistic,
  });
  return new MathExpression({
    expression: '100 * used / SERVICE_QUOTA(used)',
    usingMetrics: { used },
    period: Duration.minutes(1),
    label: `${service} ${resource}, percent of quota`,
  });
}
