/** The engine means a person, and a representative of it: which people they are, says a pack. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['functions', 'shared', 'infra', 'clients'];

/** Files about the shipped pack itself: its sample, stories and examples, and what runs against them. */
const ABOUT_A_PACK = [
  /^shared\/packs\//,
  // The sample of the shipped pack, what its first command shows, and the titles of its stories.
  /^infra\/local\/(sample\/|what-to-try\.ts)/,
  /^infra\/cli\/messages\/\w+\/local\.ts/,
  /^infra\/cli\/sidecar\/examples\.ts/,
  /^clients\//,
];

/** Other meanings of the words, and names that callers know. */
const MEANT = [
  // A code and a member of answers: codes never change.
  /NOT_SUBJECT_OR_GUARDIAN|toGuardian|notToGuardian/g,
  // Words of a pack, quoted as examples to type.
  /such as `?child`? or `?guardian`?|例如 child、guardian|`child` or `guardian`|guardian(:mother)?=given/g,
  // Nodes of a document, a template, a stack, a syntax tree and a process; children of components.
  /ComponentChildren|(first|default|replace|append)-?[cC]hild(ren)?|childList|childNodes|child_process|childOf/g,
];
const NODES =
  /^functions\/console\/web\/ui\/|^infra\/aws\/acknowledge\.ts|^infra\/cli\/program\.ts|index-table\.ts/;

const WORDS =
  /(?<![a-z])(child|children|guardians?)(?![a-z])|(Child(ren)?|Guardians?)(?![a-z])|CHILD|GUARDIAN|儿童|监护/;

function linesThatName(file: string, text: string): string[] {
  return text
    .split('\n')
    .filter((line) => WORDS.test(MEANT.reduce((rest, meant) => rest.replace(meant, ''), line)))
    .map((line) => `${file}: ${line.trim().slice(0, 120)}`);
}

it('no text, name or comment of the engine means a child or a guardian', () => {
  const listed = execFileSync('git', ['ls-files', ...FOLDERS], { cwd: ROOT, encoding: 'utf8' });
  const files = listed.trim().split('\n');
  const read = files.filter(
    (file) =>
      /\.(tsx?|mjs|css|py|java)$/.test(file) && ![...ABOUT_A_PACK, NODES].some((one) => one.test(file)),
  );
  expect(read.length).toBeGreaterThan(500);
  expect(read.flatMap((file) => linesThatName(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

it('finds the words in a comment, a text and a name, and lets codes pass', () => {
  const lines = [
    '/** Of a child. */',
    "'the guardian'",
    'const childId = 1;',
    "code: 'NOT_SUBJECT_OR_GUARDIAN'",
  ];
  expect(linesThatName('a.ts', lines.join('\n'))).toHaveLength(3);
});
