/** The policy of an organisation that the page on deployment prints, as IAM's simulator reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { ADMINISTRATOR, allows } from './simulate.ts';

const page = readFileSync(join(ROOT, 'docs/operate/deploy.md'), 'utf8');
const [, printed = ''] =
  /```json\n(\{ "Version": "2012-10-17", "Statement": \[\{ "Effect": "Deny"[\s\S]*?)```/.exec(page) ?? [];
const policies = [...ADMINISTRATOR.policies, JSON.parse(printed)];

function may(partition: string, role: string, action: string): boolean {
  const arn = `arn:${partition}:iam::111122223333:role/${role}`;
  const what = { arn: `arn:${partition}:any:eu-west-1:111122223333:resource`, policy: undefined };
  return allows({ ...ADMINISTRATOR, policies }, action, what, { 'aws:PrincipalArn': arn });
}

describe.each(['aws', 'aws-cn', 'aws-us-gov'])('in the partition %s', (partition) => {
  const CLOUDFORMATION = 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1';

  it.each([
    ...['dynamodb:PutResourcePolicy', 'kms:PutKeyPolicy', 's3:PutBucketPolicy'],
    ...['lambda:UpdateFunctionCode', 'cloudtrail:StopLogging'],
  ])('CloudFormation may call %s, and no administrator', (action) => {
    expect(['administrator', CLOUDFORMATION].map((role) => may(partition, role, action))).toEqual([
      false,
      true,
    ]);
  });

  it('the role of a restore gives a copy the policy that AWS leaves out', () => {
    expect(may(partition, 'fieldgate-restore', 'dynamodb:PutResourcePolicy')).toBe(true);
    expect(may(partition, 'fieldgate-restore', 'kms:PutKeyPolicy')).toBe(false);
  });
});
