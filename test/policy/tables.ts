/** The project's own tables of required decisions, as texts next to the tests. */
import { readFileSync } from 'node:fs';
import type { Json } from '../../shared/policy/types.ts';

export interface ConsentCase {
  title: string;
  decision: string;
  reason: string;
  /** What is known, without defaults. */
  input: Record<string, Json>;
}

export interface ReleaseTable {
  prohibited: string[];
  purposes: string[];
  /** Field to purpose to letter. */
  matrix: Record<string, Record<string, string>>;
}

/** A change to a file of the shipped pack, and the fault that the compiler must find. */
export interface FaultCase {
  title: string;
  file: string;
  from: string | RegExp;
  to: string;
  fault: RegExp;
}

/** The cases of `tables/faults.txt`. */
export function faultTable(): FaultCase[] {
  let file = '';
  return linesOf('faults.txt').flatMap((line) => {
    if (line.startsWith('[')) file = line.slice(1, -1);
    if (line.startsWith('[')) return [];
    const [title = '', change = '', fault = ''] = line.split(' | ');
    const [from = '', to = ''] = change.split(/ → ?/).map((text) => text.replaceAll('⏎', '\n'));
    const pattern = from.startsWith('/') ? from.slice(1, -1) : to === '' && `^.*${from}.*\n`;
    return [{ title, file, from: pattern ? new RegExp(pattern, 'm') : from, to, fault: new RegExp(fault) }];
  });
}

/** The cases of `tables/consent.txt`. @param input the input that says the kind. @param pack what the name begins with */
export function consentTable(
  input = 'purposeKind',
  pack = '',
): { defaults: Record<string, Json>; cases: ConsentCase[] } {
  let kind = '';
  const defaults: Record<string, Json> = {};
  const cases: ConsentCase[] = [];
  for (const line of linesOf(`${pack}consent.txt`)) {
    const [verdict = '', title = '', given = ''] = line.split(' | ').map((part) => part.trim());
    if (line.startsWith('[')) kind = line.slice(1, -1);
    else if (line.startsWith('default ')) Object.assign(defaults, valuesOf(line.slice(8)));
    else {
      const [decision = '', reason = ''] = verdict.split(' ');
      cases.push({
        title: `${kind}: ${title}`,
        decision,
        reason,
        input: { [input]: kind, ...valuesOf(given) },
      });
    }
  }
  return { defaults, cases };
}

/** The matrix of `tables/release.txt`. */
export function releaseTable(pack = ''): ReleaseTable {
  const [prohibited = '', head = '', ...rows] = linesOf(`${pack}release.txt`);
  const purposes = wordsOf(head);
  const matrix = rows.map((row): [string, Record<string, string>] => {
    const [field = '', ...letters] = wordsOf(row);
    if (letters.length !== purposes.length) throw new Error(`${field}: ${letters.length} cells`);
    return [field, Object.fromEntries(purposes.map((purpose, i) => [purpose, letters[i] ?? '']))];
  });
  return { prohibited: wordsOf(prohibited).slice(1), purposes, matrix: Object.fromEntries(matrix) };
}

function linesOf(file: string): string[] {
  const text = readFileSync(new URL(`tables/${file}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function valuesOf(text: string): Record<string, Json> {
  const pairs = wordsOf(text).filter((word) => word !== 'nothing');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', word] = pair.split('=');
      if (word === undefined) throw new Error(`no value: ${pair}`);
      return [name, WORDS.has(word) ? (WORDS.get(word) as Json) : /^\d+$/.test(word) ? Number(word) : word];
    }),
  );
}

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['yes', true],
  ['no', false],
  ['unknown', null],
]);

function wordsOf(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
