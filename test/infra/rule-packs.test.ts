/** The rule packs of cdk-nag over the parts of the stack that are off by default. CI synthesises the defaults. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OPTIONS } from './all-options.ts';
import { deployed, stacksOf } from './synthesise.ts';

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
