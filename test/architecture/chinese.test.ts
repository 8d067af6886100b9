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
    'OAuth OpenID OpenAPI DPoP CloudTrail AWS Fieldgate Ctrl English vkey Apache Excel csv json ref ' +
    'Webhook Webhooks webhook Standard PostgreSQL MySQL MariaDB SQL Server Schema Python Java'
  ).split(' '),
);
/** Commands, and words that an option or a file takes: the command line gives each with its meaning. */
const TYPED = new Set(
  (
    'able actions age agencies agency areas carer case child clientId consent contradicted correction create ' +
    'day decision deletion denial departments en enc explanation extraordinary field file freeze general ' +
    'flow given guardian hardship high hold hour https incident incomplete informed init institution intake issuer kind ' +
    'larger list log low major medium name notified null objection objects officer open other outcome ' +
    'outdated processed prohibited proofs purpose purposes recipient refuse refused register rejected ' +
    'released request restriction review roles sex sig substitute task trainedUntil unable upheld whoami zh bash zsh fish ndjson ocsf ' +
    'kind flow localhost off node collect map justified questioned violation acknowledged'
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
  expect(messagesIn('shared/messages/zh/*-page.ts')).toEqual([]);
});

it('of documents, outside their commands', () => {
  const found = files('*.zh.md', 'docs/zh/**/*.md').flatMap((file) => said(file, [read(file)]));
  expect(found).toEqual([]);
});

/** One Chinese word for each term: another word for it, as a pattern, and the word that stands everywhere. */
const OTHER_WORDS: readonly (readonly [RegExp, string])[] = [
  [/字段/, '信息项'],
  [/(?<!处理|使用|项|条)目的/, '用途'],
  // What the law calls an institution, such as a children's home, keeps its name.
  [/(?<!福利|救助|保护|援助|康复|卫生|宣传|工作|所属|安置在本|^)机构(?!代行|照护|工作人员)/, '单位'],
  [/规则(?:包|版本)/, '策略'],
  [/(?<!安全)审计员/, '安全审计员'],
  [/(?<!策略|系统|（安全）)管理员/, '策略管理员'],
  [/宣传部门/, '宣传、网信、文旅、广电发布单位'],
  [/儿童编号/, '假名标识'],
  [/立案/, '登记'],
  [/承诺值/, '以密码方式留痕'],
  [/监护人不在/, '监护缺位'],
  [/家庭困难/, '家庭贫困'],
  [/掩码|遮蔽/, '脱敏'],
  [/代号/, '假名、单位代码或本单位编号'],
  [/概略/, '概括'],
  [/警报|预警/, '告警'],
  [/责任部门|提供部门|所属部门/, '来源部门'],
  [/引用标识|档案的引用/, '本单位编号'],
  [/公共住房/, '公租房、保障性住房'],
];

const otherWordsIn = (text: string) =>
  OTHER_WORDS.filter(([word]) => word.test(text)).map(([, term]) => term);

it('Chinese texts have one word for each term', () => {
  // Articles are quoted from the law.
  const packs = files('shared/packs/**/*.yaml').filter((file) => !file.endsWith('articles.yaml'));
  const texts = [
    ...packs.flatMap((file) => textsOf(parse(read(file)), file)),
    ...files(
      'functions/console/web/messages/zh/*.ts',
      'infra/cli/messages/zh/*.ts',
      'shared/messages/zh/*.ts',
    ).flatMap((file) => literalsOf(read(file)).map((text) => [file, text])),
    ...files('*.zh.md', 'docs/zh/**/*.md').flatMap((file) =>
      read(file)
        .split('\n')
        .map((line) => [file, line]),
    ),
  ];
  const found = texts.flatMap(([place, text = '']) =>
    otherWordsIn(text).map((term) => `${place}: ${term} in ${text.slice(0, 60)}`),
  );
  expect(found).toEqual([]);
});

it('another word for a term is found', () => {
  expect(otherWordsIn('该机构无权查看字段')).toEqual(['信息项', '单位']);
  expect(otherWordsIn('以代号和掩码提供')).toEqual(['脱敏', '假名、单位代码或本单位编号']);
  expect(otherWordsIn('各机构的目的')).toEqual(['用途', '单位']);
  expect(otherWordsIn('儿童福利机构的处理目的')).toEqual([]);
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
