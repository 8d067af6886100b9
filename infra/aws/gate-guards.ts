/** What the gate watches in addition to permissions: properties that protect something, and types whose absence opens something. */
import { HOLDS_DATA } from './template.ts';

/** Properties that protect data or show what is done to it, none of which may change unseen. `*`: all of them. */
export const GUARDS: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': [
    ...['DeletionProtectionEnabled', 'PointInTimeRecoverySpecification', 'SSESpecification'],
    ...['TimeToLiveSpecification', 'StreamSpecification', 'KinesisStreamSpecification'],
  ],
  // KMS refuses a change of the first four.
  'AWS::KMS::Key': [
    ...[
      'KeySpec',
      'KeyUsage',
      'MultiRegion',
      'Origin',
      'PendingWindowInDays',
      'EnableKeyRotation',
      'Enabled',
    ],
    'BypassPolicyLockoutSafetyCheck',
  ],
  'AWS::S3::Bucket': [
    ...['ObjectLockConfiguration', 'ObjectLockEnabled', 'PublicAccessBlockConfiguration', 'BucketEncryption'],
    ...['LifecycleConfiguration', 'ReplicationConfiguration', 'OwnershipControls', 'VersioningConfiguration'],
    ...['AccessControl', 'NotificationConfiguration', 'InventoryConfigurations', 'WebsiteConfiguration'],
  ],
  'AWS::Cognito::UserPool': ['*'],
  'AWS::Cognito::UserPoolClient': ['*'],
  'AWS::Cognito::UserPoolGroup': ['*'],
  'AWS::Logs::LogGroup': ['RetentionInDays', 'KmsKeyId', 'DataProtectionPolicy'],
  'AWS::CloudTrail::Trail': ['*'],
  'AWS::IAM::Role': ['PermissionsBoundary', 'MaxSessionDuration'],
  'AWS::Lambda::Function': [
    'Role',
    'CodeSigningConfigArn',
    'Layers',
    'VpcConfig',
    'ReservedConcurrentExecutions',
  ],
  'AWS::Lambda::CodeSigningConfig': ['*'],
  'AWS::WAFv2::WebACL': ['Rules', 'DefaultAction'],
  'AWS::WAFv2::WebACLAssociation': ['*'],
  'AWS::WAFv2::IPSet': ['*'],
  'AWS::EC2::SecurityGroup': ['*'],
  'AWS::EC2::SecurityGroupEgress': ['*'],
  'AWS::EC2::VPCEndpoint': ['*'],
  'AWS::CloudWatch::Alarm': ['*'],
  'AWS::Events::Rule': ['State', 'EventPattern', 'Targets', 'ScheduleExpression'],
  'AWS::ApiGateway::RestApi': ['DisableExecuteApiEndpoint', 'EndpointConfiguration'],
  // A trace of the data would write bodies into the log.
  'AWS::ApiGateway::Stage': ['MethodSettings', 'AccessLogSetting'],
  'AWS::ApiGateway::DomainName': ['SecurityPolicy', 'MutualTlsAuthentication', 'EndpointConfiguration'],
};

/** A change of these says nothing about what a resource does. */
export const UNGUARDED: ReadonlySet<string> = new Set([
  'Tags',
  'AlarmDescription',
  'Description',
  'UserPoolTags',
]);

/** Types whose absence opens something, or lets it go unseen. */
export const HELD: readonly string[] = [
  ...HOLDS_DATA,
  ...['AWS::CloudTrail::Trail', 'AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::WAFv2::WebACL'],
  ...['AWS::WAFv2::WebACLAssociation', 'AWS::S3::BucketPolicy', 'AWS::Lambda::CodeSigningConfig'],
  'AWS::WAFv2::IPSet',
  ...['AWS::Budgets::Budget', 'AWS::CodeDeploy::DeploymentGroup'],
];
