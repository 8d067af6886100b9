/** Chinese texts hold no English words: of packs, of the console, of the command line, of pages and of documents. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './modules.ts';

/** Names and codes that a Chinese reader knows by these letters. */
const ALLOWED = new Set(
  (
    'KMS JSON SD JWT JWK JWKS JWS ID HIV SHA CSV NDJSON HTML HTTP HTTPS URL API IP UTC KB KiB MB Node npm Markdown YAML ' +
    'OAuth OpenID OpenAPI DPoP CloudTrail AWS Fieldgate Ctrl English vkey Apache csv json ref'
  ).split(' '),
);
/** Commands, and words that an option or a file takes: the command line gives each with its meaning. */
const TYPED = new Set(
  (
    'able actions age agencies agency areas carer case child clientId consent contradicted correction create ' +
    'day decision deletion denial departments en enc explanation extraordinary field file freeze general ' +
    'given guardian hardship high hold hour https incident incomplete informed init institution intake issuer ' +
    'larger list log low major medium name notified null objection objects officer open other outcome ' +
    'outdated processed prohibited proofs purpose purposes recipient refuse refused register rejected ' +
    'released request restriction review roles sex sig substitute task trainedUntil unable upheld whoami zh'
  ).split(' '),
);
/** Commands, codes, options and placeholders, which no language changes. */
const CODE = new RegExp(
  [
    /(?:fieldgate|npm|npx|npx cdk)(?= )[\x20-\x7e]*/,
    /[a-z]+ [a-z]+ --[a-z]+/,
    /`[^`]*`|<[^>]*>|\{\w+\}|"\w+"/,
    /--?[a-z][\w-]*(?:[ =][a-z]+(?:\|[a-z]+)+)?/,
    /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9…]+)*\b/,
    /\b[\w.-]*[\d_][\w.-]*|\b[a-z]+(?:-[a-z]+)+\b|\.[a-z]+\b/,
    /[\w-]+[=.|/@][\w…./=|@-]*/,
    /\/[a-z.]+|\]\([^)]*\)|\bhttps?:\S+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

function englishIn(text: string): string[] {
  const plain = text
    .replace(/```[\s\S]*?```/g, '')
    .replace(/^ {4}\S.*$/gm, '')
    .replace(CODE, ' ');
  return (plain.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !ALLOWED.has(word));
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const files = (...patterns: string[]) => globSync(patterns, { cwd: ROOT }).sort();

/** The Chinese texts of a file in YAML, by their place. */
function textsOf(node: unknown, place: string): [string, string][] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    name === 'zh' && typeof value === 'string' ? [[place, value]] : textsOf(value, `${place}/${name}`),
  );
}

/** String literals of a module of messages, without what is inserted. */
function literalsOf(code: string): string[] {
  const plain = code.replace(/^import .*$/gm, '').replace(/\/\*[\s\S]*?\*\/|\/\/ .*$/gm, '');
  return [...plain.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)].map(([, single, template]) =>
    (single ?? template ?? '').replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, ' ').replace(/\\`[^`]*\\`/g, ' '),
  );
}

const said = (file: string, texts: readonly string[], codes: ReadonlySet<string> = new Set()) =>
  texts.flatMap((text) =>
    englishIn(text)
      .filter((word) => !codes.has(word))
      .map((word) => `${file}: ${word} in ${text.slice(0, 60)}`),
  );

it('of packs', () => {
  const found = files('shared/packs/**/*.yaml').flatMap((file) =>
    textsOf(parse(read(file)), file).flatMap(([place, text]) => said(place, [text])),
  );
  expect(found).toEqual([]);
});

const messagesIn = (pattern: string, codes?: ReadonlySet<string>) =>
  files(pattern).flatMap((file) =>
    said(
      file,
      literalsOf(read(file)).filter((text) => /\p{Script=Han}/u.test(text)),
      codes,
    ),
  );

it('of the console', () => {
  expect(messagesIn('functions/console/web/messages/zh/*.ts')).toEqual([]);
});

it('of the command line', () => {
  expect(messagesIn('infra/cli/messages/zh/*.ts', TYPED)).toEqual([]);
});

it('of printed pages', () => {
  expect(messagesIn('shared/pages/*.ts')).toEqual([]);
});

it('of documents, outside their commands', () => {
  const found = files('*.zh.md', 'docs/zh/**/*.md').flatMap((file) => said(file, [read(file)]));
  expect(found).toEqual([]);
});

it('an English word is found, and a code is not', () => {
  expect(englishIn('请联系 steward 处理')).toEqual(['steward']);
  expect(
    englishIn('用 `task done` 办结，答复 `REFUSED`（NO_CASE），另见 [页面](desk.md)，凭证为 SD-JWT'),
  ).toEqual([]);
  expect(literalsOf("a: '仅用于 merge', b: (n) => `共$" + '{n}条 done`')).toEqual([
    '仅用于 merge',
    '共 条 done',
  ]);
});
