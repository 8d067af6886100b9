/** The engine means a person, a representative of it and offices: which people and bodies they are, says a pack. */
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
  /^infra\/cli\/messages\/(\w+\/local|examples)\.ts/,
  /^infra\/cli\/sidecar\/examples\.ts/,
  // The sentences of the starter, of which a pack for a table of one's own is made, and the headings that its columns may have.
  /^infra\/cli\/(messages\/\w+\/own|policy\/own\/suggest)\.ts/,
  /^clients\//,
];

/** Other meanings of the words, and names that callers know. */
const MEANT = [
  // The reason of the consent cases of the measures, by which inquiries of the first pack are refused.
  /NOT_SUBJECT_OR_GUARDIAN/g,
  // Words of a pack, quoted as examples to type.
  /such as `?child`? or `?guardian`?|例如 child、guardian|`child` or `guardian`|guardian(:mother)?=given/g,
  // Nodes of a document, a template, a stack, a syntax tree and a process; children of components.
  /ComponentChildren|(first|default|replace|append)-?[cC]hild(ren)?|childList|childNodes|child_process|childOf/g,
];
const NODES =
  /^functions\/console\/web\/ui\/|^infra\/aws\/acknowledge\.ts|^infra\/cli\/program\.ts|index-table\.ts|dynamo\/plain\.ts/;

const WORDS =
  /(?<![a-z])(child|children|guardians?)(?![a-z])|(Child(ren)?|Guardians?)(?![a-z])|CHILD|GUARDIAN|儿童|监护/;

/** Bodies, places and people of the shipped packs: which bodies take part, and what they are called, says a pack. */
const BODIES =
  /(?<![a-z-])(courts?|schools?|hospitals?|pupils?|orphans?|police|welfare|charit(y|ies)|famil(y|ies)|villages?|home visit)(?![a-z])|(?<=[a-z-])(Court|School|Hospital|Pupil|Orphan|Police|Charity)|民政|法院|检察|公安|教育局|学校|医院|福利|孤儿|学生|妇联|残联|村/;

/** Other meanings of those words. */
const ELSEWHERE: readonly (readonly [RegExp, RegExp])[] = [
  // An item to which nothing refers any more.
  [/^functions\/maintenance\/jobs\//, /\borphans?\b/gi],
  // The family of an address.
  [/^shared\/identity\/agencies\/jwks-url\.ts|^functions\/notify\//, /\bfamily\b/g],
  // The examples in help: commands about the sample of the shipped pack, as they can be typed.
  [
    /^infra\/cli\/messages\/\w+\/(data|lists|program|verify)\.ts/,
    /^ *(fieldgate|--reason|\{"match"|"school).*|^The columns of a table.*|^表格的列是.*|^.*(pupils|school_name).*/g,
  ],
  // The people of the sample.
];

function linesThatName(file: string, text: string, words = WORDS): string[] {
  const meant = [
    ...MEANT,
    ...(words === BODIES ? ELSEWHERE : []).flatMap(([of, pattern]) => (of.test(file) ? [pattern] : [])),
  ];
  return text
    .split('\n')
    .filter((line) => words.test(meant.reduce((rest, one) => rest.replace(one, ''), line)))
    .map((line) => `${file}: ${line.trim().slice(0, 120)}`);
}

function filesOfTheEngine(): [string, string][] {
  const listed = execFileSync('git', ['ls-files', ...FOLDERS], { cwd: ROOT, encoding: 'utf8' });
  const files = listed.trim().split('\n');
  const read = files.filter(
    (file) =>
      /\.(tsx?|mjs|css|py|java)$/.test(file) && ![...ABOUT_A_PACK, NODES].some((one) => one.test(file)),
  );
  if (read.length < 500) throw new Error('the engine has more files');
  return read.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]);
}

const engine = filesOfTheEngine();

it('no text, name or comment of the engine means a child or a guardian', () => {
  expect(engine.flatMap(([file, text]) => linesThatName(file, text))).toEqual([]);
});

it('no text, name or comment of the engine means a court, a school or another body of a pack', () => {
  expect(engine.flatMap(([file, text]) => linesThatName(file, text, BODIES))).toEqual([]);
});

it('finds a body in a text and a name, and lets what is meant otherwise pass', () => {
  const lines = ["instrument: 'number of a court order'", "'法院命令'", 'const bySchool = 1;', '// orphans'];
  expect(linesThatName('a.ts', lines.join('\n'), BODIES)).toHaveLength(4);
  expect(linesThatName('functions/maintenance/jobs/sweep.ts', lines.join('\n'), BODIES)).toHaveLength(3);
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
