import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { buildConsole } from '../../infra/package/console.ts';

const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'fieldgate-')));
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
const [a, b] = (await Promise.all(folders.map((folder) => buildConsole(`${folder}/console`)))) as [
  string,
  string,
];
const build = JSON.parse(readFileSync(`${a}/build.json`, 'utf8')) as { files: Record<string, string> };
const read = (name: string) => readFileSync(`${a}/${name}`);
const zipped = (name: string) => gzipSync(read(name), { level: 9 }).length / 1024;

/** The files that a browser reads for these, through all that they import. What is imported later is not among them. */
function needed(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    needed(
      [
        ...read(name)
          .toString()
          .matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g),
      ].map(([, other = '']) => other),
      found,
    );
  }
  return found;
}

describe('the build', () => {
  it('gives the same bytes twice', () => {
    expect(readFileSync(`${b}/build.json`)).toEqual(read('build.json'));
  });

  it('names the digest of each file', () => {
    for (const [name, digest] of Object.entries(build.files))
      expect([name, createHash('sha256').update(read(name)).digest('hex')]).toEqual([name, digest]);
  });

  // The compiler knows the functions of the language, by `lib` of tsconfig.browser.json; these are of the platform and of libraries.
  it('needs nothing that is younger than Chromium 109 and Firefox 115', () => {
    const younger =
      /\.(?:toSorted|toSpliced|toReversed|isWellFormed|withResolvers|groupBy|canParse|fromAsync|isSubsetOf)\(|AbortSignal\.any\(|Promise\.try\(|light-dark\(|@starting-style|@scope/;
    for (const name of Object.keys(build.files).filter((one) => /\.(?:js|css)$/.test(one)))
      expect([name, younger.exec(read(name).toString())?.[0]]).toEqual([name, undefined]);
    expect('a.toSorted()').toMatch(younger);
  });

  it('stays within its sizes: KB of gzip', () => {
    const scripts = Object.keys(build.files).filter((name) => name.endsWith('.js'));
    const sum = (names: Iterable<string>) => [...names].reduce((total, name) => total + zipped(name), 0);
    const named = (start: string) => scripts.find((name) => name.startsWith(start)) ?? expect.fail(start);
    const first = needed(['main-', 'en-', 'today-'].map(named));
    expect(first.size).toBeGreaterThan(3);
    expect(sum(first)).toBeLessThan(50);
    for (const page of ['log-', 'review-', 'desk-', 'verify-', 'policy-'].map(named))
      expect([page, sum([...needed([page])].filter((one) => !first.has(one))) < 40]).toEqual([page, true]);
    // Only browsers without Ed25519 or ML-KEM read the libraries that have it, and what these alone need.
    const others = scripts.filter((name) => !/^(ed25519|ml-kem)-/.test(name));
    const isRead = (name: string) => others.some((other) => read(other).includes(name));
    expect(sum(others.filter((name) => !name.startsWith('chunk-') || isRead(name)))).toBeLessThan(205);
    for (const name of scripts)
      expect([name, zipped(name) < (name.startsWith('main-') ? 40 : 25)]).toEqual([name, true]);
    expect(sum(Object.keys(build.files).filter((name) => name.endsWith('.css')))).toBeLessThan(12);
  });
});
