/** The rule packs of cdk-nag over the parts of the stack that are off by default. CI synthesises the defaults. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { BY_CLOCK } from '../../infra/aws/run/job-lanes.ts';
import type { Settings } from '../../infra/aws/settings.ts';
import { deployed, stacksOf } from './synthesise.ts';

const OPTIONS: Partial<Settings> = {
  trail: { bucket: 'org-trail', prefix: 'AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/' },
  jobLanes: BY_CLOCK + 1,
  canary: 'stack',
  networks: ['203.0.113.0/24', '2001:db8::/32'],
  signingProfile: 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/fieldgate/A1b2C3d4E5',
  monthlyBudget: 200,
  boundary: 'fieldgate-boundary',
  caseRegister: { layer: 'arn:aws:lambda:eu-west-1:111122223333:layer:cases:1', file: '/opt/cases.csv' },
  domain: {
    name: 'fieldgate.example.gov',
    certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1',
    clients: { bucket: 'trusted', key: 'offices.pem', version: 'aVersion1' },
  },
  tableKey: true,
  vpc: {
    ...{ id: 'vpc-0a1b2c3d', subnets: ['subnet-0a', 'subnet-0b'], routeTables: ['rtb-0a'] },
    ...{ prefixLists: { dynamodb: 'pl-0d', s3: 'pl-03' }, outward: ['198.51.100.0/24'] },
  },
  indexKeys: 2,
  signingKeys: { token: [2, 1] },
};

let before: string | undefined;
beforeAll(() => {
  before = process.env['CDK_VALIDATION'];
  delete process.env['CDK_VALIDATION'];
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(() => {
  if (before !== undefined) process.env['CDK_VALIDATION'] = before;
  vi.restoreAllMocks();
});

// One synthesis for both: it takes ten seconds, and half of that are the rules.
it('find nothing in a stack with all its options but the bucket that anyone may read without TLS', () => {
  const { app, gateway } = stacksOf(deployed('prod', OPTIONS));
  new Bucket(gateway, 'Open');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
  expect(() => app.synth()).toThrow();
  const report = readFileSync(join(app.outdir, 'validation-report.json'), 'utf8');
  const found = [...report.matchAll(/"constructPath": "([^"]+)"/g)].map(([, path]) => path);
  expect(new Set(found)).toEqual(new Set(['fieldgate/Open/Resource']));
  expect(report).toContain('S3BucketSSLRequestsOnly');
}, 180_000);
