/** Functions that run signed code alone: the stack demands it, and the archives are signed under the template's names. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../infra/aws/commands/doctor.ts';
import { findings } from '../../infra/aws/commands/gate.ts';
import { sign } from '../../infra/aws/commands/sign.ts';
import { temporaryFolder } from '../support/folder.ts';
import { faultsOf } from './schema.ts';
import { ofType, synthesise } from './synthesise.ts';

const PROFILE = 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/fieldgate/A1b2C3d4E5';
const signed = synthesise('prod', { signingProfile: PROFILE });

describe('the stack', () => {
  it('lets every function run only what the profile has signed', () => {
    const [[id = '', config] = []] = ofType(signed, 'AWS::Lambda::CodeSigningConfig');
    expect(config?.Properties).toMatchObject({
      AllowedPublishers: { SigningProfileVersionArns: [PROFILE] },
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
    });
    const functions = ofType(signed, 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(10);
    for (const [, { Properties }] of functions)
      expect(Properties.CodeSigningConfigArn).toEqual({ 'Fn::GetAtt': [id, 'CodeSigningConfigArn'] });
    expect([...signed.resources].flatMap(([name, resource]) => faultsOf(name, resource))).toEqual([]);
  });

  it('has none of it by default, and the gate refuses to take it away', () => {
    const plain = synthesise('prod');
    expect(ofType(plain, 'AWS::Lambda::CodeSigningConfig')).toEqual([]);
    const lines = findings(signed.template as never, plain.template as never).join('\n');
    expect(lines).toMatch(/LOST AWS::Lambda::CodeSigningConfig/);
  });

  it('refuses a profile without a version', () => {
    expect(() => synthesise('prod', { signingProfile: PROFILE.replace('/A1b2C3d4E5', '') })).toThrow(
      'version',
    );
  });
});

const BUCKET = 'cdk-hnb659fds-assets-111122223333-eu-west-1';

/** An assembly of one function and one asset that is none. */
function assembly(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'asset.code'));
  writeFileSync(join(folder, 'asset.code/index.js'), 'exports.handler = () => {};');
  writeFileSync(join(folder, 'fieldgate.template.json'), '{}');
  const bucketName = `cdk-hnb659fds-assets-$${'{AWS::AccountId}'}-$${'{AWS::Region}'}`;
  const file = (path: string, packaging: string, objectKey: string) => ({
    source: { path, packaging },
    destinations: { here: { bucketName, objectKey } },
  });
  const files = {
    code: file('asset.code', 'zip', 'code.zip'),
    template: file('fieldgate.template.json', 'file', 'template.json'),
  };
  writeFileSync(join(folder, 'fieldgate.assets.json'), JSON.stringify({ files }));
  const Fn = { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'code.zip' } } };
  writeFileSync(join(folder, 'fieldgate.template.json'), JSON.stringify({ Resources: { Fn } }));
  return folder;
}

interface Stored {
  body: Buffer;
  signedBy?: string;
}

/** The part of S3 and Signer that is called, in the words of the AWS CLI. */
function account(changes: { versions?: boolean; refuses?: boolean } = {}) {
  const { versions = true, refuses = false } = changes;
  const objects = new Map<string, Stored>();
  const calls: string[] = [];
  const aws: Aws = (...words) => {
    const call = words.slice(0, 2).join(' ');
    const option = (name: string) => words[words.indexOf(`--${name}`) + 1] ?? '';
    const key = option('key');
    calls.push(call);
    if (call.startsWith('s3api')) expect(option('bucket')).toBe(BUCKET);
    if (call === 's3api head-object') {
      const found = objects.get(key);
      if (!found) throw new Error('An error occurred (404) when calling the HeadObject operation: Not Found');
      return { Metadata: found.signedBy ? { 'signed-by': found.signedBy } : {} };
    }
    if (call === 's3api put-object') {
      objects.set(key, { body: readFileSync(option('body')) });
      return versions ? { VersionId: 'v1' } : {};
    }
    if (call === 'signer start-signing-job') {
      expect(option('profile-name')).toBe('fieldgate');
      const [, name = '', version] = /key=([^,]+),version=(\w+)}/.exec(option('source')) ?? [];
      expect(version).toBe('v1');
      const { body } = objects.get(name) as Stored;
      if (!refuses)
        objects.set('signed/job-1.zip', { body: Buffer.concat([body, Buffer.from('signature')]) });
      return { jobId: 'job-1' };
    }
    if (call === 'signer wait' && refuses) throw new Error('Waiter SuccessfulSigningJob failed');
    if (call === 'signer describe-signing-job') return { signedObject: { s3: { key: 'signed/job-1.zip' } } };
    if (call === 's3api copy-object') {
      const { body } = objects.get(option('copy-source').slice(BUCKET.length + 1)) as Stored;
      objects.set(key, { body, signedBy: option('metadata').replace('signed-by=', '') });
    }
    return null;
  };
  return { aws, objects, calls };
}

const order = () => ({
  ...{ assembly: assembly(), stack: 'fieldgate', account: '111122223333', region: 'eu-west-1' },
  profile: PROFILE,
});

describe('signing an assembly', () => {
  it('puts the signed archive where the deployment looks, and once', () => {
    const { aws, objects, calls } = account();
    const what = order();
    sign(aws, what);
    const { body, signedBy } = objects.get('code.zip') as Stored;
    expect([signedBy, body.subarray(-9).toString()]).toEqual([PROFILE, 'signature']);
    expect(objects.has('template.json')).toBe(false);
    const archive = join(temporaryFolder(), 'a.zip');
    writeFileSync(archive, objects.get('unsigned/code.zip')?.body ?? '');
    expect(execFileSync('unzip', ['-p', archive, 'index.js'], { encoding: 'utf8' })).toContain('handler');
    const before = calls.length;
    sign(aws, what);
    expect(calls.slice(before)).toEqual(['s3api head-object']);
  });

  it('replaces what another deployment left unsigned under that name', () => {
    const { aws, objects } = account();
    objects.set('code.zip', { body: Buffer.from('old') });
    sign(aws, order());
    expect(objects.get('code.zip')?.signedBy).toBe(PROFILE);
  });

  it.each([
    ['Signer refuses', { refuses: true }, 'failed'],
    ['the bucket keeps no versions', { versions: false }, 'versions'],
  ])('ends with an error if %s, and leaves no archive under that name', (_, changes, message) => {
    const { aws, objects } = account(changes);
    expect(() => sign(aws, order())).toThrow(message);
    expect(objects.has('code.zip')).toBe(false);
  });
});
