/**
 * `npm run builds -- --region … --account … --stack fieldgate-prod --key release.pem [--assembly cdk.out] [--builds FILE]`, between
 * signing and deployment: says by the key of releases which archive each function of this release runs. An archive that is not
 * in its place yet is put there, so that what was named is what the deployment takes.
 */
import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { WRITERS } from '../../../shared/env.ts';
import { type Build, type Built, envelopeOf, formatBuild, signedBytes } from '../../../shared/tree/builds.ts';
import { formatVerifier, makeVerifier, type Verifier } from '../../../shared/tree/note.ts';
import { digestOfSources } from '../../local/sources.ts';
import { type Assembly, archivesOf, BUILDER, builtOf, zip } from './archives.ts';
import { command } from './command.ts';
import { type Aws, cli } from './doctor.ts';

/** @returns what the release runs, by the bytes that stand in the bucket. @throws Error if one can be neither read nor put */
export function builtFor(aws: Aws, order: Assembly, about: Omit<Build, 'functions'>): Build {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-builds-'));
  try {
    const functions = archivesOf(order).flatMap((one) => {
      const { path, bucket, key } = one;
      if (one.functions.length === 0) return [];
      const file = join(folder, key);
      if (!got(aws, bucket, key, file)) {
        zip(path, file);
        aws('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', file);
      }
      requireOf(path, file, join(folder, basename(key, '.zip')));
      return builtOf(one, file);
    });
    return { ...about, functions };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function got(aws: Aws, bucket: string, key: string, file: string): boolean {
  try {
    aws('s3api', 'get-object', '--bucket', bucket, '--key', key, file);
    return true;
  } catch {
    // It is not there, or can't be read: then to put it fails as well.
    return false;
  }
}

/**
 * What stands in the bucket was put there by someone: its files must be those that were synthesised, but for a signature by AWS.
 * @throws Error naming a file that differs
 */
function requireOf(folder: string, archive: string, out: string): void {
  const unzip = (...words: string[]) => execFileSync('unzip', words, { encoding: 'utf8' });
  const listed = unzip('-Z1', archive).trim().split('\n');
  unzip('-q', archive, '-d', out);
  const [made, found] = [filesIn(folder), filesIn(out)];
  const differing = [...new Set([...made.keys(), ...found.keys(), ...listed])].find((name) =>
    name.startsWith('META-INF/') || name.endsWith('/') ? made.has(name) : made.get(name) !== found.get(name),
  );
  if (differing !== undefined || new Set(listed).size !== listed.length)
    throw new Error(
      `the archive ${basename(archive)} in the bucket is not what was synthesised: ${differing}`,
    );
}

function filesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), hash('sha256', readFileSync(path))]));
}

/** @returns the line of the file, and the key by which readers check it */
export function signBuild(build: Build, secret: KeyObject): { line: string; key: Verifier } {
  const { x } = createPublicKey(secret).export({ format: 'jwk' });
  const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer');
  const key = makeVerifier(sha256, KEY_NAME, Buffer.from(x as string, 'base64url'));
  const statement = formatBuild(build);
  return { line: envelopeOf(statement, key, sign(null, signedBytes(statement), secret)), key };
}

const KEY_NAME = 'fieldgate-release';

const USAGE = `builds --region REGION --account ID --stack NAME --key release.pem [--assembly cdk.out] [--builds builds]
builds --local --key release.pem [--builds .fieldgate/log/builds]

Adds a line about this release to the file that the log shows as /log/builds, signed by the key of releases (Ed25519, PEM).`;

/** What a local gateway runs: sources, by one digest for all of its functions. */
export function builtHere(): Built[] {
  const code = digestOfSources();
  return ['gateway', ...WRITERS].map((name) => ({ name, archive: code, code }));
}

await command(import.meta.url, USAGE, () => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ region: text, account: text, stack: text, key: text, assembly: text, builds: text },
      local: { type: 'boolean' },
    },
  });
  const { region, account, stack, key: secret, assembly = 'cdk.out', builds = 'builds' } = values;
  const order = region && account && stack ? { assembly, stack, account, region } : undefined;
  if (!secret || (order === undefined) !== (values.local === true))
    throw new Error('name the --key, and --region, --account and --stack or --local');
  const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim();
  if (git('status', '--porcelain', '--untracked-files=no') !== '')
    throw new Error('files differ from the commit, so that no one else could build this');
  const { version: release } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const about = { release, commit: git('rev-parse', 'HEAD'), builder: BUILDER };
  const build = order ? builtFor(cli(order.region), order, about) : { ...about, functions: builtHere() };
  const { line, key } = signBuild(build, createPrivateKey(readFileSync(secret)));
  const before = existsSync(builds) ? readFileSync(builds, 'utf8') : '';
  if (!before.split('\n').includes(line.trimEnd())) writeFileSync(builds, before + line);
  process.stdout.write(
    `${build.functions.length} functions of ${release} in ${builds}\nkey of releases: ${formatVerifier(key)}\n`,
  );
});
