import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { ROOT, readModules } from './modules.ts';

const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** An append to the log that is lost, or answered before it is stored, starts as one of these. */
const DECLARATIONS = `
interface Store {
  append(entry: string): Promise<void>;
  has(entry: string): Promise<boolean>;
}
`;
const PLANTED = [
  ['a floating call', 'function f(store: Store) { store.append("a"); }', 'noFloatingPromises'],
  [
    'a floating call in an arrow function',
    'const f = (store: Store) => { store.append("a"); };',
    'noFloatingPromises',
  ],
  [
    'a call in a branch of an async function',
    'async function f(store: Store, is: boolean) { if (is) store.append("a"); }',
    'noFloatingPromises',
  ],
  [
    'an async function as a callback without a result',
    'function f(store: Store, entries: string[]) { entries.forEach(async (entry) => { await store.append(entry); }); }',
    'noMisusedPromises',
  ],
  [
    'a promise as a condition',
    'async function f(store: Store) { if (store.has("a")) return 1; return 0; }',
    'noMisusedPromises',
  ],
] as const;

const folder = sharedFolder();

/** The rules, by name, that biome finds broken under the project's configuration. */
function lint(code: string): string[] {
  const file = join(folder, 'planted.ts');
  writeFileSync(join(folder, 'biome.json'), configuration());
  writeFileSync(file, `${DECLARATIONS}export ${code}\n`);
  const { stdout } = spawnSync(bin('biome'), ['lint', '--reporter=json', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; severity: string }[] };
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ category }) => category);
}

/** The project's rules, without its version control and its list of files. */
function configuration(): string {
  const { linter } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  return JSON.stringify({ root: true, linter });
}

describe('the linter', () => {
  it.each(PLANTED)('finds %s', (_, code, rule) => {
    expect(lint(code)).toContain(`lint/nursery/${rule}`);
  });

  it('takes the same calls when they are awaited', () => {
    expect(
      lint(
        'async function f(store: Store) { await store.append("a"); return (await store.has("a")) ? 1 : 0; }',
      ),
    ).toEqual([]);
  });
});

// Biome 2.6 does not look into the types of Node, so it misses these.
const NODE_CALLBACK =
  /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|(?:on|once|addEventListener))\([^;]*?\basync\b[^;]*?=>/;

describe('a callback of Node that returns a promise', () => {
  it('is found by the pattern', () => {
    expect('setTimeout(async () => { await append(); }, 1)').toMatch(NODE_CALLBACK);
    expect("process.on('SIGTERM', async () => { await append(); })").toMatch(NODE_CALLBACK);
    expect("process.on('SIGTERM', () => void append())").not.toMatch(NODE_CALLBACK);
  });

  it('is in no module', () => {
    expect(
      readModules()
        .filter(({ text }) => NODE_CALLBACK.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
  });
});

describe('the compiler', () => {
  const NAMES = ['window', 'document', 'name', 'alert'];
  /** Which of the names have no meaning under a configuration of the project. */
  function unresolved(configuration: string): string[] {
    const code = [...NAMES, 'fetch', 'crypto'].map((name) => `export const its_${name}: unknown = ${name};`);
    writeFileSync(join(folder, 'names.ts'), code.join('\n'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, configuration),
        compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')] },
        include: [],
        exclude: [],
        files: ['names.ts'],
      }),
    );
    const { stdout } = spawnSync(bin('tsc'), ['--project', folder], { encoding: 'utf8' });
    return [...stdout.matchAll(/error TS\d+: Cannot find name '(\w+)'/g)].map(([, name]) => name as string);
  }

  it('gives server code no names of a browser, and fetch', () => {
    expect(unresolved('tsconfig.json')).toEqual(NAMES);
  });

  it('gives code for browsers all of them', () => {
    expect(unresolved('tsconfig.browser.json')).toEqual([]);
  });
});
