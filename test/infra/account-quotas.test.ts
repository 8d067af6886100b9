/** What the stacks take of the quotas of an account, which no template shows by itself. Deployments end at the first that is exceeded. */
import { describe, expect, it } from 'vitest';
import { OPTIONS } from './all-options.ts';
import { LOG_ACCOUNT, logAccount } from './log-account.ts';
import { CHINA, iamAlarms, NETWORKS, ofType, type Synthesised, synthesise, VPC } from './synthesise.ts';

const { trail: _, ...NO_TRAIL } = OPTIONS;

/** Option sets that add resources, each with what it takes. */
const SETS: readonly [string, Synthesised][] = [
  ['dev', synthesise()],
  ['prod', synthesise('prod')],
  ['prod in China', synthesise('prod', { region: 'cn-northwest-1', ...CHINA })],
  ['the log account', logAccount()],
  ['the region of IAM', iamAlarms('eu-west-1')],
  ['the region of IAM in China', iamAlarms('cn-northwest-1')],
  ['prod in a private network', synthesise('prod', { vpc: VPC, networks: NETWORKS })],
  ['prod with every option', synthesise('prod', OPTIONS)],
  ['prod with every option and a log account', synthesise('prod', { ...NO_TRAIL, logAccount: LOG_ACCOUNT })],
  ['prod with lanes', synthesise('prod', { jobLanes: 16, listLanes: 21, checkThreads: 5 })],
];

/** Of one account and region, as AWS states them: what no environment may exceed, and how a template takes it. */
const QUOTAS: readonly [string, number, (stack: Synthesised) => number][] = [
  ['CloudWatch Logs: resource policies', 10, count('AWS::Logs::ResourcePolicy')],
  ['CloudTrail: trails', 5, count('AWS::CloudTrail::Trail')],
  ['EventBridge: rules of a bus', 300, count('AWS::Events::Rule')],
  ['EventBridge: targets of a rule', 5, targets],
  ['CloudWatch: alarms', 5_000, count('AWS::CloudWatch::Alarm')],
  ['GuardDuty: detectors', 1, count('AWS::GuardDuty::Detector')],
  ['IAM Access Analyzer: analyzers of outside access', 1, count('AWS::AccessAnalyzer::Analyzer')],
  ['S3: buckets', 100, count('AWS::S3::Bucket')],
  ['WAF: web ACLs', 100, count('AWS::WAFv2::WebACL')],
  ['API Gateway: custom domain names', 120, count('AWS::ApiGateway::DomainName')],
  ['VPC: interface endpoints of a VPC', 50, count('AWS::EC2::VPCEndpoint')],
  ['CodeDeploy: deployments at once', 1_000, count('AWS::CodeDeploy::DeploymentGroup')],
  ['Cognito: user pools', 1_000, count('AWS::Cognito::UserPool')],
  ['Step Functions: state machines', 10_000, count('AWS::StepFunctions::StateMachine')],
  ['KMS: keys', 100_000, count('AWS::KMS::Key')],
  ['DynamoDB: tables', 2_500, count('AWS::DynamoDB::Table')],
  ['Lambda: instances at once', 1_000, reserved],
  ['Athena: workgroups', 1_000, count('AWS::Athena::WorkGroup')],
  ['Glue: databases', 10_000, count('AWS::Glue::Database')],
  ['IAM: roles', 1_000, count('AWS::IAM::Role')],
  ['CloudFormation: resources of a stack', 500, (stack) => stack.resources.size],
];

function count(type: string) {
  return (stack: Synthesised) => ofType(stack, type).length;
}

function targets(stack: Synthesised): number {
  return Math.max(
    ...ofType(stack, 'AWS::Events::Rule').map(([, { Properties }]) => Properties.Targets.length),
    0,
  );
}

function reserved(stack: Synthesised): number {
  const all = ofType(stack, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties);
  // AWS keeps a hundred for functions without a reserve.
  return all.reduce((sum, one) => sum + (one.ReservedConcurrentExecutions ?? 0), 100);
}

describe.each(SETS)('%s', (_, stack) => {
  it.each(QUOTAS)('takes no more than AWS allows an account of %s', (_, allowed, taken) => {
    expect(taken(stack)).toBeLessThanOrEqual(allowed);
  });

  it('makes no policy of a log group: roles say who writes', () => {
    expect(ofType(stack, 'AWS::Logs::ResourcePolicy')).toEqual([]);
  });
});
