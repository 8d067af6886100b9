/** What the stacks take of the quotas of an account, which no template shows by itself. Deployments end at the first that is exceeded. */
import { describe, expect, it } from 'vitest';
import { CHINA, NETWORKS, ofType, type Synthesised, synthesise, VPC } from './synthesise.ts';

/** Option sets that add resources, each with what it takes. */
const SETS: readonly [string, Synthesised][] = [
  ['dev', synthesise()],
  ['prod', synthesise('prod')],
  ['prod in China', synthesise('prod', { region: 'cn-northwest-1', ...CHINA })],
  ['prod in a private network', synthesise('prod', { vpc: VPC, networks: NETWORKS })],
  ['prod with lanes', synthesise('prod', { jobLanes: 16, listLanes: 21, checkThreads: 5 })],
];

/** Of one account and region, as AWS states them: what no environment may exceed, and how a template takes it. */
const QUOTAS: readonly [string, number, (stack: Synthesised) => number][] = [
  ['CloudWatch Logs: resource policies', 10, count('AWS::Logs::ResourcePolicy')],
  ['CloudTrail: trails', 5, count('AWS::CloudTrail::Trail')],
  ['EventBridge: rules of a bus', 300, count('AWS::Events::Rule')],
  ['KMS: keys', 100_000, count('AWS::KMS::Key')],
  ['DynamoDB: tables', 2_500, count('AWS::DynamoDB::Table')],
  ['Lambda: instances at once', 1_000, reserved],
  ['IAM: roles', 1_000, count('AWS::IAM::Role')],
  ['CloudFormation: resources of a stack', 500, (stack) => stack.resources.size],
];

function count(type: string) {
  return (stack: Synthesised) => ofType(stack, type).length;
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
