import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * Acts of an administrator that could open data or hide that it was opened: changes of code, of roles, of
 * policies of keys and stores, of the trail, and of alarms. CloudFormation and CodeDeploy make the calls of a
 * deployment, so only the call that starts a deployment raises an alarm.
 */
export const TOLD_OF: Readonly<Record<string, readonly string[]>> = {
  kms: [
    ...['PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey', 'CreateGrant', 'ReplicateKey', 'UpdateAlias'],
    ...['ImportKeyMaterial', 'UpdatePrimaryRegion'],
  ],
  lambda: [
    ...['UpdateFunctionCode20150331v2', 'UpdateFunctionConfiguration20150331v2', 'AddPermission20150331v2'],
    ...['PublishLayerVersion20181031', 'PutFunctionConcurrency20171031', 'UpdateAlias20150331'],
    ...['DeleteFunctionCodeSigningConfig', 'PutFunctionCodeSigningConfig', 'UpdateCodeSigningConfig20200422'],
    ...['CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig', 'CreateEventSourceMapping20150331'],
    // PassRole is no call of its own: a role is passed to a function that is made.
    'CreateFunction20150331',
  ],
  iam: [
    ...['UpdateAssumeRolePolicy', 'PutRolePolicy', 'AttachRolePolicy', 'DeleteRolePolicy'],
    ...['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeleteRolePermissionsBoundary', 'CreateAccessKey'],
    ...['PutRolePermissionsBoundary', 'PutUserPolicy', 'AttachUserPolicy', 'PutGroupPolicy'],
    ...['AttachGroupPolicy', 'AddUserToGroup', 'CreateLoginProfile', 'UpdateLoginProfile'],
    'CreateOpenIDConnectProvider',
  ],
  dynamodb: [
    ...['PutResourcePolicy', 'DeleteResourcePolicy', 'RestoreTableToPointInTime', 'ExportTableToPointInTime'],
    ...['DeleteTable', 'CreateBackup', 'UpdateTable', 'UpdateContinuousBackups', 'UpdateTimeToLive'],
    'EnableKinesisStreamingDestination',
  ],
  s3: [
    ...['PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketObjectLockConfiguration', 'PutBucketLifecycle'],
    ...['PutBucketReplication', 'PutBucketPublicAccessBlock', 'PutBucketVersioning', 'PutBucketNotification'],
  ],
  cloudtrail: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'],
  events: ['DisableRule', 'DeleteRule', 'RemoveTargets', 'PutRule', 'PutTargets'],
  monitoring: ['DeleteAlarms', 'DisableAlarmActions', 'PutMetricAlarm'],
  sns: ['SetTopicAttributes', 'DeleteTopic', 'Unsubscribe'],
  logs: ['PutSubscriptionFilter', 'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy'],
  wafv2: ['UpdateWebACL', 'DeleteWebACL', 'DisassociateWebACL'],
  apigateway: ['UpdateStage', 'UpdateRestApi', 'PutRestApi', 'CreateDeployment', 'UpdateMethod'],
  'cognito-idp': [
    ...['AdminCreateUser', 'AdminAddUserToGroup', 'AdminSetUserPassword', 'UpdateUserPool'],
    ...['UpdateUserPoolClient', 'CreateUserPoolClient', 'CreateIdentityProvider'],
  ],
  codedeploy: ['CreateDeployment', 'UpdateDeploymentGroup', 'StopDeployment'],
  cloudformation: [
    ...['CreateChangeSet', 'CreateStack', 'UpdateStack', 'DeleteStack', 'UpdateTerminationProtection'],
    ...['SetStackPolicy', 'CreateStackSet', 'CreateStackInstances'],
  ],
};

/** What opens data, and what hides or deploys it: EventBridge takes 2,048 characters in a pattern. */
const OPENING: readonly string[] = ['kms', 'lambda', 'iam', 'dynamodb', 's3'];

const DEPLOYERS = ['cloudformation.amazonaws.com', 'codedeploy.amazonaws.com'];

/** Calls that change something of these services, except by a deployment. */
export function changesOf(services: readonly string[]): EventPattern {
  return {
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: services.map((service) => `${service}.amazonaws.com`),
      eventName: [...new Set(services.flatMap((service) => TOLD_OF[service] ?? []))],
      sourceIPAddress: [{ 'anything-but': DEPLOYERS }],
    },
  };
}

/**
 * Sends each such call to the topic within minutes. Free of charge: CloudTrail passes management events to
 * EventBridge.
 */
export class ChangeAlarms extends Construct {
  readonly #rules: readonly Rule[];
  readonly #topicName: string;

  constructor(scope: Construct, id: string, topicArn: string) {
    super(scope, id);
    const topic = Topic.fromTopicArn(this, 'Topic', topicArn);
    this.#topicName = topic.topicName;
    const ruleOf = (name: string, services: readonly string[]) =>
      new Rule(this, name, {
        description: 'A change by hand that could open data: docs/operate/runbook.md#changed-by-hand',
        eventPattern: changesOf(services),
        targets: [new SnsTopic(topic)],
      });
    this.#rules = [
      ruleOf('Rule', OPENING),
      ruleOf(
        'Hiding',
        Object.keys(TOLD_OF).filter((service) => !OPENING.includes(service)),
      ),
    ];
  }

  /** Messages that EventBridge could not hand to the topic, or the topic not to a subscriber. */
  undelivered(period: Duration): IMetric {
    const sum = { statistic: 'Sum' };
    return new MathExpression({
      expression: ['topic', ...this.#rules.map((_, at) => `rule${at}`)].join(' + '),
      usingMetrics: {
        ...Object.fromEntries(
          this.#rules.map(({ ruleName: RuleName }, at) => [
            `rule${at}`,
            new Metric({
              ...{ namespace: 'AWS/Events', metricName: 'FailedInvocations', ...sum },
              dimensionsMap: { RuleName },
            }),
          ]),
        ),
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
