/** What AWS's own policies allow, by the copy of them that the emulator's authors keep, and what the boundary leaves of it. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { boundaryLacks, roleBoundary } from '../../../infra/aws/commands/boundary.ts';
import { PYTHON } from './moto.ts';

const NAMES = ['AmazonAPIGatewayPushToCloudWatchLogs', 'AWSCodeDeployRoleForLambdaLimited'];
const READ = 'from moto.iam.aws_managed_policies import aws_managed_policies_data as all; print(all)';
const known: Record<string, { DefaultVersionId: string; Document: { Statement: { Action: string[] }[] } }> =
  JSON.parse(execFileSync(PYTHON, ['-c', READ], { encoding: 'utf8', maxBuffer: 1 << 26 }));

/** The account's answers. @param more an action that AWS has added */
const account =
  (...more: string[]) =>
  (...words: string[]) => {
    const name = words[words.indexOf('--policy-arn') + 1]?.split('/').at(-1) ?? '';
    const { DefaultVersionId, Document } = known[name] ?? expect.fail(name);
    if (words[1] === 'get-policy') return DefaultVersionId;
    expect(words[words.indexOf('--version-id') + 1]).toBe(DefaultVersionId);
    return [...Document.Statement, { Action: more }];
  };

it('is what they allow, without hooks of a deployment', () => {
  const role = { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: NAMES } };
  const { Statement } = roleBoundary({ Resources: { role } } as never);
  const [{ Action }] = Statement as [{ Action: string[] }];
  const all = NAMES.flatMap((name) => known[name]?.Document.Statement.flatMap((one) => one.Action) ?? []);
  expect(Action.toSorted()).toEqual(
    [...new Set(all)].filter((one) => one !== 'lambda:InvokeFunction').sort(),
  );
});

it('is compared by the doctor with what the account has now', () => {
  expect(boundaryLacks(account(), 'aws')).toBeNull();
  expect(boundaryLacks(account('logs:TagLogGroup'), 'aws-cn')).toContain('lacks logs:TagLogGroup');
});
