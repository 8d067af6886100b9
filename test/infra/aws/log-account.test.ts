/**
 * The account of the gateway is lost. What is left is the log account, made in the emulator from the template, with what the sequencer put there by the
 * SDK's own calls.
 */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVERY, runSequencer } from '../../../functions/sequencer/run.ts';
import { s3Archive } from '../../../functions/sequencer/stores/s3.ts';
import { recover } from '../../../infra/archive/recover.ts';
import { ROOT } from '../../architecture/modules.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { COPY, LOG_ACCOUNT, logAccount } from '../log-account.ts';
import { startMoto } from './moto.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldgate-lost-'));
const clock = { now: Date.now() };
const gateway = await fileGateway({ now: () => clock.now });
let moto: Awaited<ReturnType<typeof startMoto>>;
let owner: Record<string, string>;

const aws = (as: Record<string, string>, ...words: string[]) =>
  execFileSync('/usr/bin/aws', [...words, '--region', 'eu-west-1'], {
    encoding: 'utf8',
    env: { ...process.env, AWS_ENDPOINT_URL: moto.url, ...as },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const GATEWAY = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

beforeAll(async () => {
  moto = await startMoto();
  const role = `arn:aws:iam::${LOG_ACCOUNT}:role/operator`;
  const { Credentials } = JSON.parse(
    aws(GATEWAY, 'sts', 'assume-role', '--role-arn', role, '--role-session-name', 'operator'),
  );
  owner = {
    ...{ AWS_ACCESS_KEY_ID: Credentials.AccessKeyId, AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey },
    AWS_SESSION_TOKEN: Credentials.SessionToken,
  };
  const file = join(folder, 'template.json');
  writeFileSync(file, JSON.stringify(logAccount().template));
  aws(
    owner,
    'ssm',
    'put-parameter',
    '--name',
    '/cdk-bootstrap/hnb659fds/version',
    '--value',
    '28',
    '--type',
    'String',
  );
  aws(
    owner,
    'cloudformation',
    'create-stack',
    '--stack-name',
    'fieldgate-prod-archive',
    '--template-body',
    `file://${file}`,
  );
  // The emulator's CloudFormation leaves these two out of a bucket.
  for (const { Properties } of logAccount().resources.values()) {
    if (!Properties.ObjectLockConfiguration) continue;
    const bucket = ['--bucket', Properties.BucketName];
    aws(owner, 's3api', 'put-bucket-versioning', ...bucket, '--versioning-configuration', 'Status=Enabled');
    const lock = JSON.stringify(Properties.ObjectLockConfiguration);
    aws(owner, 's3api', 'put-object-lock-configuration', ...bucket, '--object-lock-configuration', lock);
  }
}, 120_000);
afterAll(() => moto?.stop());

function put() {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const s3 = new S3Client({ endpoint: moto.url, region: 'eu-west-1', forcePathStyle: true, credentials });
  // The emulator does not know that S3 takes any other checksum for a locked bucket, too.
  s3.middlewareStack.add(
    (next) => (step) => {
      const { body, headers } = step.request as { body: Uint8Array; headers: Record<string, string> };
      if (body) headers['content-md5'] = hash('md5', body, 'base64');
      return next(step);
    },
    { step: 'build' },
  );
  return s3Archive(s3, COPY);
}
const archive = () => gateway.sequencer.archive(put(), clock.now + 60_000);
const intake = (people: number) =>
  gateway.put(
    'mps-county',
    ...Array.from({ length: people }, () => ({
      match: { id_number: freshNumber() },
      fields: { name: '张三' },
    })),
  );

it('gives back every entry of the log but those of the last minute, and says who acted', async () => {
  // More than one bundle of leaves, in several runs.
  for (let run = 0; run < 3; run++) {
    await intake(90);
    while ((await gateway.sequencer.step()).sequenced > 0);
    expect(await archive()).toBe(0);
  }
  expect(await archive()).toBe(0);
  const { size } = await (await gateway.sequencer.step()).checkpoint;
  const key = (await (await fetch(`${gateway.url}/log/key`)).text()).trim();
  // Of the minute that is lost: it is in the log, and was not copied.
  await intake(1);
  await gateway.sequencer.step();

  const [copy, out] = [join(folder, 'copy'), join(folder, 'mirror')];
  aws(owner, 's3', 'sync', '--quiet', `s3://${COPY}/log`, copy);
  const found = await recover(copy, out);
  expect(found.size).toBe(size);
  expect(size).toBeGreaterThan(256);
  const said = execFileSync(
    join(ROOT, 'node_modules/.bin/node'),
    [join(ROOT, 'infra/cli/fieldgate.mjs'), 'log', 'verify', '--dir', out, '--key', key, '--from-start'],
    { encoding: 'utf8', cwd: folder },
  );
  expect(said).toContain(String(size));
  const acts = readFileSync(join(out, 'acts.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const intakes = acts.filter(({ kind }) => kind === 'intake');
  expect(intakes.length).toBeGreaterThanOrEqual(270);
  expect(intakes.at(-1)).toMatchObject({ operation: expect.any(String), handler: { agency: 'mps-county' } });
  // Nothing leads to a person, and no key that would.
  for (const act of acts)
    for (const member of ['subject', 'internal', 'keys', 'reason', 'request', 'area'])
      expect(act).not.toHaveProperty(member);
}, 180_000);

/** A minute of the function with an intake in each pause, and the account lost before or after the copy of its end. */
async function minute(copies: boolean): Promise<void> {
  const until = clock.now + 58_000;
  await intake(1);
  await runSequencer(gateway.sequencer, {
    ...{ now: () => clock.now, until, every: EVERY },
    sleep: async (pause) => {
      await intake(1);
      clock.now += pause;
    },
  });
  if (copies) await archive();
  clock.now = until + 2_000;
}

it.each([
  ['just before the copy of a minute', false, 66],
  ['just after it', true, 6],
])(
  'loses at most the seconds since the last copy, %s',
  async (_, copies, most) => {
    await minute(true);
    await minute(true);
    await minute(copies);
    const [copy, out] = [join(folder, `copy-${most}`), join(folder, `mirror-${most}`)];
    aws(owner, 's3', 'sync', '--quiet', `s3://${COPY}/log`, copy);
    const { size, until } = await recover(copy, out);
    const { size: grown } = (await gateway.sequencer.step()).checkpoint;
    const lost = (clock.now - 2_000 - Date.parse(until)) / 1000;
    // Else nothing would be measured.
    expect(copies || grown - size > 5).toBe(true);
    expect(lost).toBeLessThanOrEqual(most);
    expect(lost).toBeGreaterThanOrEqual(0);
  },
  180_000,
);

it('keeps each file from its own owner, for the years of the template', () => {
  const [one] = JSON.parse(aws(owner, 's3api', 'list-object-versions', '--bucket', COPY)).Versions;
  const at = ['--bucket', COPY, '--key', one.Key, '--version-id', one.VersionId];
  const lock = JSON.parse(aws(owner, 's3api', 'head-object', ...at));
  expect(lock.ObjectLockMode).toBe('COMPLIANCE');
  expect(Date.parse(lock.ObjectLockRetainUntilDate) - Date.now()).toBeGreaterThan(2.9 * 365 * 86_400_000);
  expect(() => aws(owner, 's3api', 'delete-object', ...at)).toThrow(/AccessDenied/);
});

it('leaves a file as it was first put', async () => {
  const first = JSON.parse(aws(owner, 's3api', 'list-objects-v2', '--bucket', COPY)).Contents[0];
  await put()(first.Key, Buffer.from('another history'));
  const after = JSON.parse(
    aws(owner, 's3api', 'list-object-versions', '--bucket', COPY, '--prefix', first.Key),
  );
  expect(after.Versions).toHaveLength(1);
  expect(after.Versions[0].ETag).toBe(first.ETag);
});
