/** What each role may do with the two buckets of the log account. */
import { describe, expect, it } from 'vitest';
import { inLogAccount } from '../../infra/aws/log-account-names.ts';
import { LOG_ACCOUNT, logAccount } from './log-account.ts';
import { ADMINISTRATOR, allows, buckets, type Context, roleSession, type Target } from './simulate.ts';
import { deployed, ofType, synthesise, VPC } from './synthesise.ts';

const archive = logAccount();
const prod = synthesise('prod', { logAccount: LOG_ACCOUNT });
const names = inLogAccount(deployed('prod', { logAccount: LOG_ACCOUNT }));
const policyOf = (id: string) =>
  [...buckets(archive)].find(([name]) => name.startsWith(id))?.[1].bucket.policy ?? expect.fail(id);
/** A bucket, or what lies in it, under its real name and its account. */
const at = (name: string, id: string, path = ''): Target => ({
  ...{ arn: `arn:aws:s3:::${name}${path}`, policy: renamed(policyOf(id), id, name), account: LOG_ACCOUNT },
});
const renamed = (policy: unknown, id: string, name: string) =>
  JSON.parse(JSON.stringify(policy).replace(new RegExp(`:::${id}[0-9A-F]{8}`, 'g'), `:::${name}`));

const session = (fn: string) => {
  const [role = ''] = ofType(prod, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`)) ?? [];
  const PrincipalArn = `arn:aws:iam::111122223333:role/fieldgate-prod-keys-${role}-0123456789AB`;
  return { ...roleSession(prod, role), tags: { 'aws:PrincipalArn': PrincipalArn } };
};
const PUT: Context = {
  ...{ 'aws:SecureTransport': 'true', 's3:ObjectCreationOperation': 'true', 's3:if-none-match': '*' },
};
const { 's3:if-none-match': _, ...AGAIN } = PUT;

describe('the copy of the log', () => {
  const file = at(names.copy, 'Log', '/log/leaves/1');

  it.each<[string, string, Context, boolean]>([
    ['sequencer', 'PutObject', PUT, true],
    ['sequencer', 'PutObject', AGAIN, false],
    ['sequencer', 'PutObject', { ...PUT, 'aws:SecureTransport': 'false' }, false],
    ['sequencer', 'GetObject', PUT, false],
    ['sequencer', 'DeleteObject', PUT, false],
    ['sequencer', 'DeleteObjectVersion', PUT, false],
    ['sequencer', 'PutObjectRetention', PUT, false],
    ['watch', 'PutObject', PUT, false],
    ['audit', 'GetObject', PUT, false],
  ])('%s: %s', (fn, action, context, allowed) => {
    expect(allows(session(fn), `s3:${action}`, file, context)).toBe(allowed);
  });

  it('takes nothing from an administrator of the gateway’s account, and gives nothing', () => {
    for (const action of ['PutObject', 'GetObject', 'DeleteObjectVersion', 'BypassGovernanceRetention'])
      expect([action, allows(ADMINISTRATOR, `s3:${action}`, file, PUT)]).toEqual([action, false]);
    for (const action of [
      'PutBucketPolicy',
      'DeleteBucket',
      'PutBucketObjectLockConfiguration',
      'ListBucket',
    ])
      expect([action, allows(ADMINISTRATOR, `s3:${action}`, at(names.copy, 'Log'), PUT)]).toEqual([
        action,
        false,
      ]);
  });
});

describe("the trail's files", () => {
  const file = at(names.trail, 'Trail', '/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/12/01/a.json.gz');
  const listed: Context = { ...PUT, 's3:prefix': 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/12/01/' };

  it('are read by the watch, and written by no function', () => {
    expect(allows(session('watch'), 's3:GetObject', file, PUT)).toBe(true);
    expect(allows(session('watch'), 's3:ListBucket', at(names.trail, 'Trail'), listed)).toBe(true);
    for (const fn of ['watch', 'sequencer', 'audit'])
      expect([fn, allows(session(fn), 's3:PutObject', file, PUT)]).toEqual([fn, false]);
    expect(allows(ADMINISTRATOR, 's3:DeleteObjectVersion', file, PUT)).toBe(false);
  });

  it('come from the one trail of the stack', () => {
    const [[, trail] = expect.fail()] = ofType(prod, 'AWS::CloudTrail::Trail');
    expect(trail.Properties).toMatchObject({ S3BucketName: names.trail, TrailName: names.trailName });
    expect(JSON.stringify(policyOf('Trail'))).toContain(`:trail/${names.trailName}"`);
    expect(ofType(prod, 'AWS::S3::Bucket').filter(([id]) => id.startsWith('KmsTrail'))).toEqual([]);
  });
});

it('is reached from a private network', () => {
  const inside = synthesise('prod', { logAccount: LOG_ACCOUNT, vpc: VPC });
  const endpoint = JSON.stringify(ofType(inside, 'AWS::EC2::VPCEndpoint'));
  for (const name of [names.copy, names.trail]) expect(endpoint).toContain(`:s3:::${name}/*`);
});

it('is nowhere else in the stack, and nothing of it where no log account is named', () => {
  expect(JSON.stringify(synthesise('prod').template)).not.toMatch(/-log-111122223333|-trail-111122223333/);
  const alarm = (stack: typeof prod) =>
    ofType(stack, 'AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.MetricName === 'ArchiveBehind',
    );
  expect([alarm(prod).length, alarm(synthesise('prod')).length]).toEqual([1, 0]);
});
