import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCodeCache } from '../../infra/aws/bundle/code-cache/package.ts';
import { FILES, type Stamp } from '../../infra/aws/bundle/code-cache/stamp.ts';
import { cacheMaker, GatewayFunction } from '../../infra/aws/run/gateway-function.ts';
import { Roles } from '../../infra/aws/run/roles.ts';
import { settingsFor } from '../../infra/aws/settings.ts';
import { bundleOf } from '../architecture/bundle.ts';
import EVENT from './rest-event.json' with { type: 'json' };

/** The package of the function that needs neither settings nor other services. */
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-code-cache-'));
const made = join(folder, 'made');
const NODE = [process.execPath] as const;
const COMMAND = { arch: process.arch, node: NODE };

beforeAll(async () => {
  mkdirSync(made);
  writeFileSync(join(made, 'index.js'), (await bundleOf('console')).code);
  addCodeCache(made, COMMAND);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What `GET /console` answers: a redirection. */
const ANSWER = { statusCode: 308, location: ['console/'] };

/** Runs the package in a process of its own. @returns the line of the loader, and what one request is answered */
function load(home: string, flags: readonly string[] = []) {
  const code = `const { handler } = require(${JSON.stringify(join(home, 'index.js'))});
    handler(${JSON.stringify({ ...EVENT, httpMethod: 'GET', path: '/console' })}, {}).then(
      ({ statusCode, multiValueHeaders: { location } }) => console.log(JSON.stringify({ statusCode, location })))`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', code], { env, encoding: 'utf8' });
  const [line = '{}', answer = '{}'] = stdout.trim().split('\n');
  return { line: JSON.parse(line), answer: JSON.parse(answer), stderr };
}

let copies = 0;
/** A copy of the package with a change. */
function changed(change: (home: string) => void): string {
  const home = join(folder, String(copies++));
  mkdirSync(home);
  for (const name of readdirSync(made)) copyFileSync(join(made, name), join(home, name));
  change(home);
  return home;
}

function restamped(members: Partial<Stamp>): string {
  return changed((home) => {
    const file = join(home, FILES.stamp);
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...members }));
  });
}

function rewritten(name: string, change: (bytes: Buffer) => Uint8Array): string {
  return changed((home) => writeFileSync(join(home, name), change(readFileSync(join(home, name)))));
}

describe('a package with a code cache', () => {
  it('runs from it, and writes nothing into its folder', () => {
    const files = () => readdirSync(made).map((name) => [name, statSync(join(made, name)).mtimeMs]);
    const before = files();
    chmodSync(made, 0o555);
    expect(load(made)).toEqual({ line: { codeCache: 'used' }, answer: ANSWER, stderr: '' });
    chmodSync(made, 0o755);
    expect(files()).toEqual(before);
    // Lambda unpacks it at a path that the machine that made it does not know.
    expect(load(changed(() => {})).line).toEqual({ codeCache: 'used' });
  });

  it('runs without it if the cache was made for anything else, or is not whole', () => {
    const flip = (bytes: Buffer) =>
      bytes.fill((bytes[bytes.length >> 1] ?? 0) ^ 1, bytes.length >> 1, (bytes.length >> 1) + 1);
    const cases: [string, string][] = [
      ['node', restamped({ node: 'v24.0.0' })],
      ['platform', restamped({ platform: 'darwin' })],
      ['arch', restamped({ arch: process.arch === 'arm64' ? 'x64' : 'arm64' })],
      ['tag', restamped({ tag: 1 })],
      // Of the same length, which is all that V8 compares.
      [
        'source',
        rewritten(FILES.code, (bytes) => Buffer.from(bytes.toString().replace('use strict', 'USE STRICT'))),
      ],
      ['cache', rewritten(FILES.cache, (bytes) => bytes.subarray(0, 1000))],
      ['cache', rewritten(FILES.cache, flip)],
      ['cache', rewritten(FILES.cache, () => Buffer.alloc(0))],
      ['missing', changed((home) => rmSync(join(home, FILES.cache)))],
      ['missing', changed((home) => rmSync(join(home, FILES.stamp)))],
      ['missing', rewritten(FILES.stamp, (bytes) => bytes.subarray(0, 20))],
      ['node', rewritten(FILES.stamp, () => Buffer.from('null'))],
    ];
    for (const [because, home] of cases) {
      const { line, ...ran } = load(home);
      expect(ran, because).toEqual({ answer: ANSWER, stderr: '' });
      const { version: node, arch } = process;
      expect(line).toMatchObject({ codeCache: 'refused', because, node, arch });
    }
  });

  it('is not taken by a Node with flags that change what V8 compiles, and is if it was made with them', () => {
    expect(load(made, ['--expose-gc']).line).toMatchObject({ codeCache: 'refused', because: 'tag' });
    const home = changed((copy) => {
      copyFileSync(join(copy, FILES.code), join(copy, 'index.js'));
      addCodeCache(copy, { ...COMMAND, node: [process.execPath, '--expose-gc'] });
    });
    expect(load(home, ['--expose-gc', '--max-old-space-size=900']).line).toEqual({ codeCache: 'used' });
    expect(load(home).line).toMatchObject({ codeCache: 'refused', because: 'tag' });
  });

  it('is byte for byte the same if it is made again', () => {
    const again = changed((home) => {
      copyFileSync(join(home, FILES.code), join(home, 'index.js'));
      addCodeCache(home, COMMAND);
    });
    for (const name of readdirSync(made))
      expect(readFileSync(join(again, name)).equals(readFileSync(join(made, name))), name).toBe(true);
  });

  it('is not made by a Node that the functions do not have', () => {
    const other = process.arch === 'arm64' ? 'x64' : 'arm64';
    const copy = changed((home) => copyFileSync(join(home, FILES.code), join(home, 'index.js')));
    expect(() => addCodeCache(copy, { ...COMMAND, arch: other })).toThrow(/none would take its cache/);
  });
});

describe('the stack', () => {
  const synthesised = (changes: object) => {
    const app = new App({ outdir: mkdtempSync(join(folder, 'out-')) });
    const stack = new Stack(app, 'one');
    new GatewayFunction(stack, 'console', new Roles(stack), { ...settingsFor('dev'), ...changes });
    const { directory } = app.synth();
    const asset = readdirSync(directory).find((name) => name.startsWith('asset.')) ?? '';
    return { asset, home: join(directory, asset) };
  };

  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  /** Of Lambda's runtime, which differ by the memory of a function. */
  const LAMBDA = ['--expose-gc', '--max-semi-space-size=51', '--max-old-space-size=921'];

  it('packages the cache with the code, under the digest of both', () => {
    const plain = synthesised({ architecture, codeCache: 'none' });
    const cached = synthesised({ architecture, codeCache: process.execPath });
    expect(readdirSync(plain.home).sort()).toEqual(['console', 'index.js', 'index.js.map']);
    expect(readdirSync(cached.home).sort()).toEqual(
      [...Object.values(FILES), `${FILES.code}.map`, 'console', 'index.js'].sort(),
    );
    expect(cached.asset).not.toBe(plain.asset);
    expect(load(cached.home)).toEqual({ line: { codeCache: 'used' }, answer: ANSWER, stderr: '' });
  });

  it('has it unless told otherwise, for the Node that synthesises as Lambda starts it', () => {
    const { home } = synthesised({ architecture });
    const started = load(home, [...LAMBDA, '--max-http-header-size=81920']);
    expect(started).toEqual({ line: { codeCache: 'used' }, answer: ANSWER, stderr: '' });
  });

  it('has none of a Node whose cache no function would take', () => {
    const other = architecture === 'arm64' ? 'x86_64' : 'arm64';
    expect(cacheMaker({ architecture: other })).toBeNull();
    expect(cacheMaker({ architecture: other, codeCache: '/bin/node' })).toMatch(/ \/bin\/node$/);
  });

  it('takes a path and flags as the setting, and no other command', () => {
    for (const codeCache of ['node; id', 'node $(id)', 'node x', "node '--x'"])
      expect(() => synthesised({ codeCache }), codeCache).toThrow(/path of a Node/);
  });
});
