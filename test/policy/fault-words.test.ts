/** Each sentence of the compiler has its Chinese one: the compiler knows no language, so a table translates it. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { translated } from '../../infra/cli/messages/translated.ts';
import { faults as CHINESE } from '../../infra/cli/messages/zh/faults.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Parts of sentences, whose wholes the table has, and names that no person reads. */
const PARTS = [
  /^(kind of task|obligation or reason|: add it to `X`|its difference from "X")$/,
  /^there is no X(?: "X"XX)?$|^X reveals "X", which|^is the one of prohibited uses/,
  /^The (compiled pack|sentences of law) of this folder /,
  /^collection version languages |^a text of a pack in several languages/,
];

/** Texts of three words or more, with `X` for each name in them. */
function sentencesIn(code: string): string[] {
  const text = code
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/(['`])\s*\+\s*\n\s*\1/g, '');
  return [...text.matchAll(/(['`])((?:(?!\1)[^\\\n]|\\.)*)\1/g)]
    .map(([, , said = '']) => said.replace(/\$\{[^}]*\}/g, 'X').replace(/\\([`'])/g, '$1'))
    .filter((said) => /[a-z]+ [\w"`]+ [a-z]+/.test(said));
}

const spoken = (said: string) =>
  PARTS.some((part) => part.test(said)) || /\p{Script=Han}/u.test(translated(said, CHINESE));

it('has a Chinese sentence for each that it can say', () => {
  const files = globSync('shared/policy/{compile,schema}/**/*.ts', { cwd: ROOT }).filter(
    // A table of terms for people, in the language of the pack's documents.
    (file) => !file.endsWith('schedule.ts'),
  );
  expect(files.length).toBeGreaterThan(30);
  const all = files.flatMap((file) =>
    sentencesIn(readFileSync(join(ROOT, file), 'utf8')).map((said) => [file, said] as const),
  );
  expect(all.length).toBeGreaterThan(120);
  expect(all.filter(([, said]) => !spoken(said))).toEqual([]);
});

it('finds one that has none', () => {
  expect(sentencesIn("report(path, 'it has no such thing');").map(spoken)).toEqual([false]);
});
