/** A text with a number reads right for one of a thing: no "1 alerts". */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDERS = ['infra/cli/messages/en', 'functions/console/web/messages/en', 'shared/messages'];
/** Words with an s that may follow a one, mostly since the argument is then a name: "<path> is damaged". */
const VERBS =
  /^(as|is|has|was|does|names|holds|contains|belongs|exists|differs|occurs|grows|checks|shows|lacks|needs|logs|replaces|waits)$/;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

/** All that the texts under a value say if each argument is this one. */
function saidFor(value: unknown, path: string, one: number | string): string[] {
  if (typeof value === 'function') {
    try {
      return saidFor(value(...Array(value.length).fill(one)), path, one);
    } catch {
      // It takes something else than words and numbers.
      return [];
    }
  }
  if (typeof value === 'string') return [`${path}: ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => saidFor(member, `${path} ${name}`, one));
}

const isWrong = (text: string) =>
  [...text.matchAll(/(?<![\w.])1 (?:new |open |more |other )?([a-z]+s)\b/g)].some(
    ([, word = '']) => !VERBS.test(word),
  );

it.each(files)('%s', async (file) => {
  const exported = Object.entries(await import(join(process.cwd(), file)));
  const texts = Object.fromEntries(exported.filter(([, value]) => typeof value === 'object'));
  // A number is given as such, or as a formatted text.
  const [wrong, formatted] = [1, '1'].map((one) => saidFor(texts, '', one).filter(isWrong)) as [
    string[],
    string[],
  ];
  expect(wrong.filter((text) => formatted.includes(text))).toEqual([]);
});
