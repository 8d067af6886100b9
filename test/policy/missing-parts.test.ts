/** A pack from which one part was left out: the compiler names file, line and column, and what to write. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { faultText } from '../../shared/policy/schema/source.ts';

const STARTER = 'shared/packs/starter';
const folder = mkdtempSync(join(tmpdir(), 'missing-parts-'));
cpSync(STARTER, folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

type Path = (string | number)[];

/** The paths of all names of the file. */
function pathsOf(node: unknown, path: Path = []): Path[] {
  if (isMap(node))
    return node.items.flatMap(({ key, value }) => {
      const own = [...path, String(isScalar(key) ? key.value : key)];
      return [own, ...pathsOf(value, own)];
    });
  if (isSeq(node)) return node.items.flatMap((item, at) => pathsOf(item, [...path, at]));
  return [];
}

function without(file: string, path: Path): string[] {
  const text = readFileSync(join(STARTER, file), 'utf8');
  const document = parseDocument<Node>(text);
  document.deleteIn(path);
  writeFileSync(join(folder, file), String(document));
  const faults = compilePack(folder).faults.map(faultText);
  writeFileSync(join(folder, file), text);
  return faults;
}

/** Rows of acts are alike, so three stand for all. */
const ROWS = new Set(['token.issue', 'agency.register', 'consent.file']);
const files = [
  ...readdirSync(STARTER).filter((name) => name.endsWith('.yaml')),
  ...readdirSync(join(STARTER, 'purposes')).map((name) => `purposes/${name}`),
];
const parts = files.flatMap((file) => {
  const { contents } = parseDocument(readFileSync(join(STARTER, file), 'utf8'));
  return pathsOf(contents)
    .filter(([top, row]) => top !== 'acts' || row === undefined || ROWS.has(String(row)))
    .map((path) => [file, path] as const);
});

/** What to write stands in backquotes; what names a thing that is gone says which; a class is split, a use assessed. */
const SAYS = /`[^`]+`|^[^:]+:\d+:\d+: (there is no \w+ "[^"]+"(: write "[^"]+")?$|.*: split the class$)/;
const PLACE = /^[\w/.-]+\.yaml:\d+:\d+: /;

it('names the place and what to write, whichever part is missing', () => {
  const poor: string[] = [];
  let refused = 0;
  for (const [file, path] of parts) {
    const faults = without(file, path);
    if (faults.length > 0) refused += 1;
    for (const fault of faults)
      if (!PLACE.test(fault) || !SAYS.test(fault) || fault.includes('Invalid'))
        poor.push(`${file} without ${path.join('.')} → ${fault}`);
  }
  expect(poor).toEqual([]);
  expect([parts.length > 300, refused > 200]).toEqual([true, true]);
}, 300_000);
