/** What the gate names: every change of a property, except for those that change with any version; and what comes or goes. */
import { HOLDS_DATA } from './template.ts';

/**
 * Properties that may change unseen: those of code, and those whose permissions the gate takes apart and compares. `*`: all of
 * the type. A property that is not here is named, also one that AWS adds later.
 */
export const FREE: Readonly<Record<string, readonly string[]>> = {
  // A new index brings attributes, and is named itself.
  'AWS::DynamoDB::Table': ['ResourcePolicy', 'AttributeDefinitions'],
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies'],
  'AWS::IAM::Policy': ['*'],
  'AWS::IAM::ManagedPolicy': ['*'],
  'AWS::S3::BucketPolicy': ['PolicyDocument', 'Bucket'],
  'AWS::Lambda::Permission': ['*'],
  'AWS::Lambda::Function': ['Code', 'Environment', 'MemorySize', 'Timeout'],
  'AWS::Lambda::Version': ['*'],
  'AWS::Lambda::Alias': ['FunctionVersion'],
  'AWS::ApiGateway::RestApi': ['Body', 'Policy'],
  'AWS::ApiGateway::Deployment': ['*'],
  'AWS::ApiGateway::Stage': ['DeploymentId'],
  'AWS::CloudWatch::Dashboard': ['*'],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument'],
  // Versions of the CDK's own modules.
  'AWS::CDK::Metadata': ['*'],
};

/** A change of these says nothing about what a resource does. */
export const UNGUARDED: ReadonlySet<string> = new Set([
  'Tags',
  'AlarmDescription',
  'Description',
  'UserPoolTags',
]);

/** Types whose absence opens something, stops something, or lets it go unseen. */
export const HELD: readonly string[] = [
  ...HOLDS_DATA,
  ...['AWS::CloudTrail::Trail', 'AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::WAFv2::WebACL'],
  ...['AWS::WAFv2::WebACLAssociation', 'AWS::S3::BucketPolicy', 'AWS::Lambda::CodeSigningConfig'],
  ...['AWS::WAFv2::IPSet', 'AWS::Budgets::Budget', 'AWS::CodeDeploy::DeploymentGroup'],
  // Their names are in the issuer that callers know.
  ...['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'AWS::ApiGateway::DomainName'],
  ...['AWS::ApiGateway::BasePathMapping', 'AWS::Lambda::Function'],
  // Without it, Lambda repeats failed runs.
  'AWS::Lambda::EventInvokeConfig',
];

/** Types of which each new resource is named: another one is another way in, or out. */
export const OPENS: ReadonlySet<string> = new Set([
  ...['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'AWS::ApiGateway::DomainName'],
  ...['AWS::ApiGateway::BasePathMapping', 'AWS::Cognito::UserPoolClient', 'AWS::Cognito::UserPoolGroup'],
  ...['AWS::CloudTrail::Trail', 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupEgress'],
]);
