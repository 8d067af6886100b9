/** Words that a reader must read twice: in comments, texts, titles and documents. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './modules.ts';

/** Never right in this project, with the word that is meant. */
const PATTERNS: readonly [pattern: RegExp, instead: string][] = [
  [/\bwho(?:m)?ever\b/i, 'the caller, the reader, the holder …'],
  [/\bnobody\b/i, 'no record, no caller, no person …'],
  [/\b(?:some|any|every)body\b/i, 'a person, anyone, every caller …'],
  [/\banew\b/i, 'again'],
  [/\blest\b/i, 'so that … not'],
  [/\bfor ever\b/i, 'forever'],
  [/\bbeside\b/i, 'with, next to, concurrent'],
  [/\btold of\b|\btells? of\b/i, 'reveals, reports'],
  [/\bin the place of\b/i, 'instead of'],
  [/(?:^|[.;!?] )Whom? (?!.*\?)[a-z]/, 'the subject of the sentence'],
];

/** The documents that quote these words, and texts in which they are meant. */
const ALLOWED = [
  /^CONTRIBUTING\.md: - (?:\*Reveal\*|No sentence starts)/,
  /^test\/architecture\/words\.test\.ts: /,
  /leaves-reveal-nobody|signatures-beside-the-bundles/,
  /^shared\/messages\/inquiry-page\.ts: Who (?:received|learned)/,
];

const CODE = ['functions', 'infra', 'shared', 'test'].map((folder) => `${folder}/**/*.{ts,tsx,mjs}`);
const PROSE = ['*.md', 'docs/**/*.md', 'clients/**/README.md', 'shared/packs/**/*.yaml'];

/** Comments of a module, each as one line, and its texts of three words or more. */
function textsOf(code: string): string[] {
  const parts = code.matchAll(
    /\/\*[\s\S]*?\*\/|(?<=^|[\s;{(,])\/\/ [^\n]*|(?<!\w)(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g,
  );
  return [...parts].flatMap(([whole, quote, text]) => {
    if (quote === undefined) return [whole.replace(/\s*\n\s*\*? ?/g, ' ').replace(/^[/* ]+|[/* ]+$/g, '')];
    return /[a-z] [\w$]+ [a-z]/i.test(text ?? '') ? [text as string] : [];
  });
}

function faults(file: string, texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    PATTERNS.filter(([pattern]) => pattern.test(text))
      .filter(() => !ALLOWED.some((allowed) => allowed.test(`${file}: ${text}`)))
      .map(([, instead]) => `${file}: ${text.slice(0, 120)} (instead: ${instead})`),
  );
}

const skipped = (file: string) => /node_modules|\/zh\b|\.shipped\.ts|CHANGELOG/.test(file);
const read = (patterns: readonly string[], split: (text: string) => string[]) =>
  globSync([...patterns], { cwd: ROOT })
    .filter((file) => !skipped(file))
    .flatMap((file) => faults(file, split(readFileSync(join(ROOT, file), 'utf8'))));

it('comments, titles and texts are read once', () => {
  expect(read(CODE, textsOf)).toEqual([]);
});

it('documents and the English of packs are read once', () => {
  expect(read(PROSE, (text) => text.split('\n').map((line) => line.trim()))).toEqual([]);
});

it('a riddle is found wherever it is', () => {
  const code = [
    '/** Told of the request\n * alone: whoever asks learns it anew. */',
    "it('tells nobody of a child', () => {});",
    'x(); // Who asked first may think again.',
    '// Who may ask?',
    "const path = 'nobody';",
  ].join('\n');
  expect(faults('a.ts', textsOf(code)).map((fault) => fault.replace(/^.*instead: /, ''))).toEqual([
    'the caller, the reader, the holder …)',
    'again)',
    'reveals, reports)',
    'no record, no caller, no person …)',
    'the subject of the sentence)',
  ]);
});
