/** The bytes of a package do not say where it was built. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

/** What the stack packages for one function, with a code cache of this Node. */
const BUILD = `
import { App, Stack } from 'aws-cdk-lib';
import { GatewayFunction } from './infra/aws/run/gateway-function.ts';
import { Roles } from './infra/aws/run/roles.ts';
import { settingsFor } from './infra/aws/settings.ts';
const stack = new Stack(new App({ outdir: process.argv[1] }), 'one');
const settings = { ...settingsFor('dev'), architecture: process.argv[2], codeCache: process.execPath };
for (const name of ['watch', 'console']) new GatewayFunction(stack, name, new Roles(stack), settings);
stack.node.root.synth();
`;

/** @returns each file of each package, by the name that the CDK derives from its bytes */
function builtIn(root: string, out: string): Map<string, Buffer> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const { NODE_OPTIONS: _, ...env } = process.env;
  const words = ['--input-type=module', '-e', BUILD, out, architecture];
  execFileSync(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter(
    (one) => one.isFile() && one.parentPath.includes('asset.'),
  );
  const paths = files.map((one) => join(one.parentPath, one.name).slice(out.length + 1));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(out, path))]));
}

/** A copy of what a build reads, so deep that paths of its packages have other lengths. */
function copyOfTheRepository(folder: string): string {
  const copy = join(folder, 'another/and/deeper/place');
  mkdirSync(dirname(copy), { recursive: true });
  for (const name of ['functions', 'infra', 'shared', 'package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(name, join(copy, name), { recursive: true });
  // Links of files where the disk allows it: nothing writes into packages.
  execFileSync('sh', [
    '-c',
    'cp -al "$1" "$2" 2>/dev/null || cp -a "$1" "$2"',
    'sh',
    resolve('node_modules'),
    copy,
  ]);
  return copy;
}

it('a package with its code cache is the same byte for byte from any folder, and its map leads to its sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'build-'));
  const one = builtIn(resolve('.'), join(folder, 'out'));
  const other = builtIn(copyOfTheRepository(folder), join(folder, 'other/out'));
  expect([...other.keys()]).toEqual([...one.keys()]);
  expect([...one.keys()].filter((path) => /code\.cache$/.test(path))).toHaveLength(2);
  const differing = [...one].flatMap(([path, bytes]) => (other.get(path)?.equals(bytes) ? [] : [path]));
  expect(differing).toEqual([]);
  const maps = [...one].filter(([path]) => path.endsWith('code.js.map'));
  const sources = maps.flatMap(([, map]) => (JSON.parse(String(map)) as { sources: string[] }).sources);
  expect(sources).toContain('functions/watch/handler.ts');
  for (const source of sources) expect(source).not.toMatch(/^\.\.|^\//);
}, 300_000);
