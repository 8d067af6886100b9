/** Every text of the gateway, in every language: there, in its own script, and without words of another one. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LANGUAGE_TAGS, LANGUAGES } from '../../shared/languages.ts';
import { englishIn } from './english.ts';

const FOLDER = join(import.meta.dirname, '../../shared/messages');
/** Parameters of texts: names as the policy and the protocol have them. */
const NAMES = ['CODE_A', 'CODE_B'];

/** A file of English exports its room in all languages, too, and some a tool. */
const isRoom = (name: string) => !/Texts$|^(?:texts|speak|wordsFor|withCode)$/.test(name);

async function textsOf(language: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const files = language === 'en' ? '*.ts' : `${language}/*.ts`;
  for (const file of globSync(files, { cwd: FOLDER })) {
    const rooms = (await import(join(FOLDER, file))) as Record<string, Record<string, unknown>>;
    for (const [, room] of Object.entries(rooms).filter(([name]) => isRoom(name))) {
      for (const [name, text] of Object.entries(room)) {
        const said = typeof text === 'function' ? sayWith(text as (one: unknown) => string) : [String(text)];
        for (const [i, one] of said.entries()) texts.set(`${file.replace(/^\w+\//, '')} ${name} ${i}`, one);
      }
    }
  }
  return texts;
}

/** A parameter is a list, a name or a number; a text takes one of them. */
function sayWith(text: (one: unknown) => string): string[] {
  return [NAMES, 'CODE_A', 7].flatMap((one) => {
    try {
      // A text of a form takes more than a name.
      return [text(one)].filter((said) => !said.includes('undefined'));
    } catch {
      return [];
    }
  });
}

const namesOf = (texts: ReadonlyMap<string, string> = new Map()) =>
  [...new Set([...texts.keys()].map((name) => name.replace(/ \d$/, '')))].sort();

it('there are as many texts in each language, and none is empty', async () => {
  const whole = LANGUAGE_TAGS.filter((tag) => LANGUAGES[tag].whole);
  const [english, ...others] = await Promise.all(whole.map(textsOf));
  expect(english?.size).toBeGreaterThan(300);
  for (const other of others) {
    expect(namesOf(other)).toEqual(namesOf(english));
    for (const [name, text] of other) expect([name, text.trim()]).not.toEqual([name, '']);
  }
});

it('Chinese texts hold no English words but names', async () => {
  const faults = [...(await textsOf('zh'))].flatMap(([name, text]) =>
    englishIn(text).map((word) => `${name}: ${word}`),
  );
  expect(faults).toEqual([]);
});

it('Chinese sentences end in Chinese', async () => {
  for (const [name, text] of await textsOf('zh'))
    expect(`${name}: ${text}`).not.toMatch(/\p{Script=Han}[,;.!?]/u);
});

it('finds an English word between Chinese ones', () => {
  expect(englishIn('请求与 schema 不符')).toEqual(['schema']);
  expect(englishIn('应为 CODE_A 或 JSON，见 `detail` 和 /v1/whoami')).toEqual([]);
});
