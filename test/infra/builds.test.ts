/** What a release says of its functions' archives: signed by its own key, and by bytes that anyone can make again. */
import { createPublicKey, generateKeyPairSync, hash, verify } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { zip } from '../../infra/aws/commands/archives.ts';
import { builtFor, signBuild } from '../../infra/aws/commands/builds.ts';
import type { Aws } from '../../infra/aws/commands/doctor.ts';
import { verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { buildOf, openBuilds } from '../../shared/tree/builds.ts';
import { temporaryFolder } from '../support/folder.ts';

const CODE = 'a'.repeat(64);
const SIGNED = 'b'.repeat(64);
const ABOUT = { release: '1.4.2', commit: 'c'.repeat(40), builder: 'node-v24.0.0-linux-arm64' };

/** An assembly of two functions, and of one that the CDK brought along. */
function assembly(): string {
  const folder = temporaryFolder();
  const code = (name: string) => {
    mkdirSync(join(folder, `asset.${name}`, 'deeper'), { recursive: true });
    writeFileSync(join(folder, `asset.${name}`, 'index.js'), `exports.handler = () => '${name[0]}';`);
    writeFileSync(join(folder, `asset.${name}`, 'deeper', 'page.html'), '<p>');
  };
  for (const name of [CODE, SIGNED, 'other']) code(name);
  const file = (name: string) => ({
    source: { path: `asset.${name}`, packaging: 'zip' },
    destinations: { here: { bucketName: `assets-$${'{AWS::AccountId}'}`, objectKey: `${name}.zip` } },
  });
  const files = Object.fromEntries([CODE, SIGNED, 'other'].map((name) => [name, file(name)]));
  writeFileSync(join(folder, 'fieldgate-prod.assets.json'), JSON.stringify({ files }));
  const fn = (S3Key: string, FunctionName?: string) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName, Code: { S3Key } },
  });
  const Resources = {
    watch: fn(`${CODE}.zip`, 'fieldgate-prod-watch'),
    audit: fn(`${SIGNED}.zip`, 'fieldgate-prod-audit'),
    other: fn('other.zip'),
  };
  writeFileSync(join(folder, 'fieldgate-prod.template.json'), JSON.stringify({ Resources }));
  return folder;
}

const order = () => ({ assembly: assembly(), stack: 'fieldgate-prod', account: '1', region: 'eu-west-1' });

/** The part of S3 that is called, in the words of the AWS CLI. */
function bucket(bent?: string) {
  // One of them stands there with what Signer adds.
  const folder = join(assembly(), `asset.${SIGNED}`);
  mkdirSync(join(folder, 'META-INF'));
  writeFileSync(join(folder, 'META-INF/aws_signer_signature_v1.0.SF'), 'signature');
  if (bent !== undefined) writeFileSync(join(folder, bent), 'release();');
  const archive = join(temporaryFolder(), 'signed.zip');
  zip(folder, archive);
  const objects = new Map([[`${SIGNED}.zip`, readFileSync(archive)]]);
  const aws: Aws = (...words) => {
    const option = (name: string) => words[words.indexOf(`--${name}`) + 1] ?? '';
    expect(option('bucket')).toBe('assets-1');
    if (words[1] === 'put-object') objects.set(option('key'), readFileSync(option('body')));
    else {
      const found = objects.get(option('key'));
      if (!found) throw new Error('NoSuchKey');
      writeFileSync(words.at(-1) ?? '', found);
    }
    return null;
  };
  return { aws, objects };
}

it('an archive has the same bytes whenever and wherever its files were written', () => {
  const [one, other] = [temporaryFolder(), temporaryFolder()];
  const { assembly: folder } = order();
  cpSync(join(folder, `asset.${CODE}`), join(other, 'copy'), { recursive: true });
  zip(join(folder, `asset.${CODE}`), join(one, 'a.zip'));
  zip(join(other, 'copy'), join(one, 'b.zip'));
  const [a, b] = [readFileSync(join(one, 'a.zip')), readFileSync(join(one, 'b.zip'))];
  expect(a.equals(b)).toBe(true);
  expect(a.length).toBeGreaterThan(100);
});

it('a build names the archives that stand in the bucket, and puts those that do not', () => {
  const { aws, objects } = bucket();
  const build = builtFor(aws, order(), ABOUT);
  const sha = (key: string) => hash('sha256', objects.get(`${key}.zip`) ?? '');
  expect(build).toEqual({
    ...ABOUT,
    functions: [
      { name: 'watch', archive: sha(CODE), code: CODE },
      { name: 'audit', archive: sha(SIGNED), code: SIGNED },
    ],
  });
  // Another machine that builds the same names the same.
  expect(builtFor(bucket().aws, order(), ABOUT)).toEqual(build);
});

it.each(['index.js', 'more.js'])('an archive of other files in the bucket is not named: %s', (bent) => {
  expect(() => builtFor(bucket(bent).aws, order(), ABOUT)).toThrow(`not what was synthesised: ${bent}`);
});

it('a reader takes what the key of releases signed, and nothing else', async () => {
  const [own, foreign] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  const build = builtFor(bucket().aws, order(), ABOUT);
  const { line, key } = signBuild(build, own.privateKey);
  const later = signBuild({ ...build, release: '1.4.3' }, own.privateKey).line;
  const bent = signBuild({ ...build, release: '6.6.6' }, foreign.privateKey).line;
  const changed = line.replace(/"payload":"(.{40})/, (_, start) => `"payload":"${start.toLowerCase()}`);
  const builds = await openBuilds(`${line}${bent}${changed}no line\n{}\n${later}`, key, verifyEd25519);
  expect(builds.map(({ release }) => release)).toEqual(['1.4.2', '1.4.3']);
  const [watch] = builds[0]?.functions.filter(({ name }) => name === 'watch') ?? [];
  expect(buildOf(builds, { name: 'watch', archive: watch?.archive ?? '' })?.release).toBe('1.4.3');
  expect(buildOf(builds, { name: 'watch', code: CODE })?.commit).toBe(ABOUT.commit);
  // The archive of one function is none of another.
  expect(buildOf(builds, { name: 'audit', archive: watch?.archive ?? '' })).toBeUndefined();
  expect(buildOf(builds, { name: 'watch', code: SIGNED })).toBeUndefined();
  // As any tool for DSSE and in-toto reads it.
  const { payload, payloadType, signatures } = JSON.parse(line);
  const body = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `),
    body,
  ]);
  expect(
    verify(null, signed, createPublicKey(own.privateKey), Buffer.from(signatures[0].sig, 'base64')),
  ).toBe(true);
  expect(JSON.parse(String(body))).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { buildDefinition: { externalParameters: { release: '1.4.2' } } },
  });
});
