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

describe('the build', () => {
  it('gives the same bytes twice', () => {
    expect(readFileSync(`${b}/build.json`)).toEqual(read('build.json'));
  });

  it('names the digest of each file', () => {
    for (const [name, digest] of Object.entries(build.files))
      expect([name, createHash('sha256').update(read(name)).digest('hex')]).toEqual([name, digest]);
  });

  it('stays within its sizes: KB of gzip', () => {
    const scripts = Object.keys(build.files).filter((name) => name.endsWith('.js'));
    const first = ['main-', 'en-', 'today-'].map((start) => scripts.find((name) => name.startsWith(start)));
    const sum = (names: readonly (string | undefined)[]) =>
      names.reduce((total, name) => total + (name ? zipped(name) : 0), 0);
    const shared = scripts.filter((name) => name.startsWith('chunk-'));
    expect(sum([...first, ...shared])).toBeLessThan(80);
    expect(sum(scripts)).toBeLessThan(200);
    for (const name of scripts)
      expect([name, zipped(name) < (name.startsWith('main-') ? 40 : 25)]).toEqual([name, true]);
    expect(sum(Object.keys(build.files).filter((name) => name.endsWith('.css')))).toBeLessThan(12);
  });
});
