/** The starter of `pack init` in each language: the same pack, and no word of another language in it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LANGUAGE_TAGS } from '../../shared/languages.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'starter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, options: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const run = [join(ROOT, 'infra/cli/fieldgate.mjs'), 'pack', 'init', name, ...options];
  const { LC_ALL: _, LC_MESSAGES: __, ...rest } = process.env;
  execFileSync(process.execPath, run, {
    cwd: folder,
    env: { ...rest, LANG: 'C', FIELDGATE_LANG: '', ...env },
  });
  return join(folder, name);
}

const APART = new Set(['hash', 'sha256', 'title', 'author']);

/** What a pack decides, as plain data without its texts: a text is a map of the pack's language alone. */
function meant(pack: string, language: string): unknown {
  const compiled = compilePack(pack);
  expect(compiled.faults).toEqual([]);
  const plain = (value: unknown): unknown => {
    if (value instanceof Map) return [...value].map(plain);
    if (value instanceof Set) return [...value].map(plain);
    if (value instanceof RegExp || value instanceof Date) return String(value);
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'function' : value;
    const keys = Object.keys(value);
    if (keys.length === 1 && keys[0] === language) return 'a text';
    // Digests, and headings and names that are plain text for readers of the pack.
    const left = Object.entries(value).filter(([key, one]) => !APART.has(key) || typeof one !== 'string');
    return Object.fromEntries(left.map(([key, one]) => [key, plain(one)]));
  };
  // Laws have names in their language, and stop words come with its script.
  return plain({ ...compiled.pack, bases: null, stopWords: null, languages: null, version: null });
}

const english = written('en', []);
const others = LANGUAGE_TAGS.filter((tag) => tag !== 'en');

function filesOf(pack: string): string[] {
  const files = readdirSync(pack, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => statSync(join(pack, file)).isFile()).sort();
}

/** Comments, and texts in quotes or after a colon, which hold a space between two words of small letters. */
const englishIn = (text: string) =>
  text
    .split('\n')
    .filter((line) =>
      /(^|[^-\w`])[a-z]{2,} [a-z]{2,} [a-z]{2,}(?![^`]*`)/.test(line.replace(/^ +- fieldgate .*/, '')),
    );

describe.each(others)('the starter in %s', (tag) => {
  const pack = written(tag, ['--lang', tag]);

  it('has the files of the English one, and no sentence in English', () => {
    expect(filesOf(pack)).toEqual(filesOf(english));
    const texts = filesOf(pack).map((file) => readFileSync(join(pack, file), 'utf8'));
    expect(texts.flatMap(englishIn)).toEqual([]);
    expect(englishIn(readFileSync(join(english, 'rules.yaml'), 'utf8')).length).toBeGreaterThan(20);
  });

  it('says each of the comments', () => {
    const comments = (of: string) =>
      filesOf(of).map((file) => [
        file,
        readFileSync(join(of, file), 'utf8').match(/(?<!#.*\n)^ *#/gm)?.length,
      ]);
    expect(comments(pack)).toEqual(comments(english));
  });

  it('compiles to the same pack', () => {
    expect(meant(pack, tag)).toEqual(meant(english, 'en'));
  });
});

it('is written in the language of the locale', () => {
  const pack = written('locale', [], { LANG: 'zh_CN.UTF-8' });
  expect(readFileSync(join(pack, 'pack.yaml'), 'utf8')).toMatch(/^# 一个/);
});
