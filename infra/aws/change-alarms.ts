import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * Acts of an administrator that could open data or hide that it was opened: changes of code, of roles, of
 * policies of keys and stores, of the trail, and of alarms. CloudFormation and CodeDeploy make the calls of a
 * deployment, so only the call that starts a deployment raises an alarm.
 */
export const TOLD_OF: Readonly<Record<string, readonly string[]>> = {
  kms: ['PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey', 'CreateGrant', 'ReplicateKey', 'UpdateAlias'],
  lambda: [
    ...['UpdateFunctionCode20150331v2', 'UpdateFunctionConfiguration20150331v2', 'AddPermission20150331v2'],
    ...['PublishLayerVersion20181031', 'PutFunctionConcurrency20171031', 'UpdateAlias20150331'],
    ...['DeleteFunctionCodeSigningConfig', 'PutFunctionCodeSigningConfig', 'UpdateCodeSigningConfig20200422'],
  ],
  iam: ['UpdateAssumeRolePolicy', 'PutRolePolicy', 'AttachRolePolicy', 'DeleteRolePolicy', 'PassRole'],
  cloudtrail: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
  s3: ['PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketObjectLockConfiguration', 'PutBucketLifecycle'],
  dynamodb: [
    ...['PutResourcePolicy', 'DeleteResourcePolicy', 'RestoreTableToPointInTime', 'ExportTableToPointInTime'],
    ...['DeleteTable', 'CreateBackup', 'UpdateTable'],
  ],
  events: ['DisableRule', 'DeleteRule', 'RemoveTargets'],
  monitoring: ['DeleteAlarms', 'DisableAlarmActions', 'PutMetricAlarm'],
  'cognito-idp': ['AdminCreateUser', 'AdminAddUserToGroup', 'AdminSetUserPassword', 'UpdateUserPool'],
  codedeploy: ['CreateDeployment', 'UpdateDeploymentGroup'],
  cloudformation: ['CreateChangeSet', 'UpdateStack', 'DeleteStack', 'UpdateTerminationProtection'],
};

const DEPLOYERS = ['cloudformation.amazonaws.com', 'codedeploy.amazonaws.com'];

/**
 * Sends each such call to the topic within minutes. Free of charge: CloudTrail passes management events to
 * EventBridge.
 */
export class ChangeAlarms extends Construct {
  readonly #rule: Rule;
  readonly #topicName: string;

  constructor(scope: Construct, id: string, topicArn: string) {
    super(scope, id);
    const topic = Topic.fromTopicArn(this, 'Topic', topicArn);
    this.#topicName = topic.topicName;
    this.#rule = new Rule(this, 'Rule', {
      description: 'A change by hand that could open data: docs/operate/runbook.md#changed-by-hand',
      eventPattern: {
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: Object.keys(TOLD_OF).map((service) => `${service}.amazonaws.com`),
          eventName: Object.values(TOLD_OF).flat(),
          sourceIPAddress: [{ 'anything-but': DEPLOYERS }],
        },
      },
      targets: [new SnsTopic(topic)],
    });
  }

  /** Messages that EventBridge could not hand to the topic, or the topic not to a subscriber. */
  undelivered(period: Duration): IMetric {
    const sum = { statistic: 'Sum' };
    return new MathExpression({
      expression: 'rule + topic',
      usingMetrics: {
        rule: new Metric({
          ...{ namespace: 'AWS/Events', metricName: 'FailedInvocations', ...sum },
          dimensionsMap: { RuleName: this.#rule.ruleName },
        }),
        topic: new Metric({
          ...{ namespace: 'AWS/SNS', metricName: 'NumberOfNotificationsFailed', ...sum },
          dimensionsMap: { TopicName: this.#topicName },
        }),
      },
      period,
      label: 'Messages not delivered',
    });
  }
}
