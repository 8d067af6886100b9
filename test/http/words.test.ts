/** The words of the contract, held against the documents that are made of them. */
import { expect, it } from 'vitest';
import { openApi } from '../../functions/http/openapi.ts';
import { describeRoutes } from '../../functions/steward/app.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { groups } from '../../shared/contract/words/en/groups.ts';
import { wordsIn } from '../../shared/contract/words/load.ts';
import { type Groups, keysOf, type Word, wordsOf } from '../../shared/contract/words/words.ts';
import { groups as chinese } from '../../shared/contract/words/zh/groups.ts';
import { englishIn } from '../texts/english.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of every shape
type Any = any;

/** Names of standards and formats, which are the same in each language. */
const NAMES = new Set('base64 BCP CloudTrail CMS DER If JWT Match None OpenAPI SD SM2 SM3 VC x y'.split(' '));

const english: Groups = groups;
const lines = ALL_ROUTES.map(({ method, path }) => `${method} ${path}`);

/** Each member, parameter and answer of a document that has no description, by its place. */
function silent(part: Any, place: string): string[] {
  if (typeof part !== 'object' || part === null || place.endsWith('.example')) return [];
  const here = Object.entries<Any>(part).flatMap(([name, one]) => silent(one, `${place}.${name}`));
  const members = /(?<!\.properties)\.properties$/.test(place) ? Object.entries<Any>(part) : [];
  const parameters =
    place.endsWith('.parameters') || place.endsWith('.headers') ? Object.entries<Any>(part) : [];
  const answers = place.endsWith('.responses') ? Object.entries<Any>(part) : [];
  // Fields of the pack have its titles.
  const told = ({ description, title, $ref }: Any) => description || title || $ref;
  const undescribed = [...members, ...parameters, ...answers].filter(([, one]) => !told(one));
  return [...here, ...undescribed.map(([name]) => `${place}.${name}`)];
}

it.each(['en', 'zh'] as const)('each member, parameter and answer is described (%s)', async (language) => {
  const document = await describeRoutes('https://gateway.example', language);
  const ofPack = /\.fields\.properties\./;
  expect(silent(document, '').filter((place) => !ofPack.test(place))).toEqual([]);
});

it('a missing description is seen', () => {
  expect(silent({ schema: { properties: { a: { type: 'string' }, b: { description: 'b' } } } }, '')).toEqual([
    '.schema.properties.a',
  ]);
});

it('each route has its summary in one group, and no other has one', () => {
  const told = Object.values(english).flatMap(({ routes }) => Object.keys(routes));
  expect(told.sort()).toEqual([...lines].sort());
});

it('a label is short, a description a sentence without its full stop', () => {
  for (const { members } of [...Object.values(english), ...Object.values<Groups[string]>(chinese)]) {
    for (const [name, [label, description]] of Object.entries<Word>(members)) {
      expect(label.split(' ').length, `${name}: ${label}`).toBeLessThanOrEqual(4);
      expect(label.length, `${name}: ${label}`).toBeLessThanOrEqual(24);
      expect(description, name).toMatch(/.[^.。]$/u);
    }
  }
});

it('Chinese words are Chinese, but for names and codes', () => {
  const faults = Object.entries<Groups[string]>(chinese).flatMap(([group, { routes, members }]) =>
    [...Object.entries(routes), ...Object.entries<Word>(members)].flatMap(([name, said]) =>
      englishIn([said].flat().join(' ')).flatMap((word) =>
        NAMES.has(word) ? [] : [`${group} ${name}: ${word}`],
      ),
    ),
  );
  expect(faults).toEqual([]);
});

it('no word is left of a member that is gone', async () => {
  const real = await wordsIn('en');
  const said = new Set<string>();
  const word = (line: string, path: string) => {
    const [name = 'shared'] = Object.keys(english).filter((one) => english[one]?.routes[line] !== undefined);
    const key = keysOf(line, path).find(
      (one) => english[name]?.members[one] ?? english['shared']?.members[one],
    );
    said.add(`${english[name]?.members[key ?? ''] ? name : 'shared'} ${key}`);
    return real.word(line, path);
  };
  openApi(ALL_ROUTES, { server: '', version: '', words: { ...real, word }, actions: () => [] });
  // A shared word without a place is what any other place falls back to.
  const left = Object.entries(english).flatMap(([name, { members }]) =>
    Object.keys(members).filter(
      (key) => !said.has(`${name} ${key}`) && (name !== 'shared' || /[. ]/.test(key)),
    ),
  );
  expect(left).toEqual([]);
});

it('the closest word is said, and English for what a language lacks', () => {
  const ours: Groups = {
    shared: { routes: {}, members: { at: ['Time', 'When'], 'query.at': ['At', 'Only then'] } },
    cases: {
      routes: { 'GET /c': 'Cases', 'GET /d': 'Others' },
      members: { at: ['Opened', 'When it was opened'], 'GET /d answer.at': ['Other', 'Another'] },
    },
  };
  const words = wordsOf(ours, {
    cases: { routes: { 'GET /c': '案件' }, members: { at: ['时间', '登记的时间'] } },
  });
  const label = (line: string, path: string) => words.word(line, path)[0];
  expect([words.summary('GET /c'), words.summary('GET /d')]).toEqual(['案件', 'Others']);
  expect(label('GET /c', 'answer.cases.at')).toBe('时间');
  expect(label('GET /c', 'query.at')).toBe('At');
  expect(label('GET /d', 'answer.at')).toBe('Other');
  expect(label('GET /x', 'answer.at')).toBe('Time');
  expect(words.word('GET /c', 'answer.unknown')).toEqual(['unknown', '']);
});
