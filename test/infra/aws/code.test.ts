/** A function's code is changed in the emulator: the watch, which asks its API, reports it within one run. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTables } from '../../../functions/deps.ts';
import { logStore } from '../../../functions/steps/log.ts';
import { watchApp } from '../../../functions/watch/app.ts';
import { lambdaRuns } from '../../../functions/watch/lambda.ts';
import { zip } from '../../../infra/aws/commands/archives.ts';
import { signBuild } from '../../../infra/aws/commands/builds.ts';
import { envOf } from '../../../infra/local/settings.ts';
import { readEntries } from '../../../shared/log/read/read.ts';
import { BUILDS_PATH } from '../../../shared/tree/builds.ts';
import { formatVerifier } from '../../../shared/tree/note.ts';
import { openRig, type Rig } from '../../audit/rig.ts';
import { sharedFolder } from '../../support/folder.ts';
import { PYTHON, startMoto } from './moto.ts';

const NAME = 'fieldgate-dev-release';
const folder = sharedFolder();
let moto: Awaited<ReturnType<typeof startMoto>>;
let rig: Rig;

beforeAll(async () => {
  moto = await startMoto();
  rig = await openRig();
});
afterAll(async () => {
  moto.stop();
  await rig.close();
});

/** @returns the archive of a bundle with this code */
function archive(code: string): Buffer {
  const home = join(folder, hash('sha256', code));
  mkdirSync(home);
  writeFileSync(join(home, 'index.js'), code);
  zip(home, `${home}.zip`);
  return readFileSync(`${home}.zip`);
}

/** A call of the emulator by AWS's own library for Python. */
function lambda(call: string, words: object): void {
  const script = `
import base64, boto3, json, sys
where = dict(endpoint_url=sys.argv[1], region_name='eu-west-1', aws_access_key_id='a', aws_secret_access_key='b')
words = json.loads(sys.argv[3])
for held in (words, words.get('Code', {})):
    if 'ZipFile' in held: held['ZipFile'] = base64.b64decode(held['ZipFile'])
if 'Role' in words:
    role = boto3.client('iam', **where).create_role(RoleName='r', AssumeRolePolicyDocument=words['Role'])
    words['Role'] = role['Role']['Arn']
getattr(boto3.client('lambda', **where), sys.argv[2])(**words)`;
  execFileSync(PYTHON, ['-c', script, moto.url, call, JSON.stringify(words)], { stdio: 'inherit' });
}

it('new code, a version of it and a changed setting are entries, and a bent bundle is an alert', async () => {
  const honest = archive('exports.handler = () => "logged";');
  const bent = archive('exports.handler = () => "leaked";');
  const secret = generateKeyPairSync('ed25519').privateKey;
  const functions = [{ name: 'release', archive: hash('sha256', honest), code: '0'.repeat(64) }];
  const build = signBuild({ release: '1.4.2', commit: 'c'.repeat(40), builder: 'here', functions }, secret);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const kms = new KMSClient({ region: 'eu-west-1', endpoint: moto.url, credentials });
  const asked = { endpoint: moto.url, functions: [NAME], prefix: 'fieldgate-dev-' };
  /** Each run is one of a new instance, as the rule of the stack begins it. @returns what it wrote */
  const run = async () => {
    const from = rig.clock.now;
    rig.clock.now += 60_000;
    await rig.sequencer.step();
    const trail = { late: null, files: async () => [], async *read() {} };
    const env = { ...envOf(rig.env, 'watch'), releaseKey: formatVerifier(build.key) };
    const read = async (path: string) =>
      path === BUILDS_PATH ? Buffer.from(build.line) : rig.deps.tree.read(path);
    const running = () => lambdaRuns(kms, asked);
    await watchApp(withTables({ ...rig.deps, env, trail, tree: { read }, running })).scan();
    await rig.sequencer.step();
    const span = { from: from + 1, to: rig.clock.now + 1 };
    const { entries } = await readEntries(logStore(rig.deps), { ...span, filter: {}, limit: 99, asked: {} });
    return entries.flatMap(({ entry, words }) =>
      entry?.kind === 'deployment'
        ? `${entry.runs?.replace(/^(\S+ \S+ \S{8})\S* (\S{8})\S* /, '$1 ')}`
        : entry?.code === 'CODE_UNKNOWN'
          ? `alert: ${words.finding?.replace(/^.* the archive (\S{8})\S*,/, '$1,')}`
          : [],
    );
  };
  const code = (bytes: Buffer) => ({ ZipFile: bytes.toString('base64') });
  const short = (bytes: Buffer) => hash('sha256', bytes).slice(0, 8);
  lambda('create_function', {
    ...{ FunctionName: NAME, Runtime: 'nodejs22.x', Role: '{}', Handler: 'index.handler' },
    Code: code(honest),
  });
  expect(await run()).toEqual([`release $LATEST ${short(honest)} 1.4.2`]);
  expect(await run()).toEqual([]);
  lambda('update_function_configuration', { FunctionName: NAME, Environment: { Variables: { A: 'b' } } });
  expect(await run()).toEqual([`release $LATEST ${short(honest)} 1.4.2`]);
  lambda('publish_version', { FunctionName: NAME });
  expect(await run()).toEqual([`release 1 ${short(honest)} 1.4.2`]);
  lambda('update_function_code', { FunctionName: NAME, ...code(bent) });
  const told = await run();
  expect(told.sort()).toEqual([
    `alert: ${short(bent)}, which no signed build names`,
    `release $LATEST ${short(bent)} -`,
  ]);
  expect(await run()).toEqual([]);
}, 120_000);
