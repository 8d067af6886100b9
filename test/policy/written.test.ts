/** The blocks of docs/write-a-pack.md stand in the shipped packs, which compile: what the document teaches is what there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSource } from '../../shared/policy/schema/source.ts';
import { PROFILES } from './profiles.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = readFileSync(join(ROOT, 'docs/write-a-pack.md'), 'utf8');

interface Block {
  pack: string;
  file: string;
  line: number;
  content: unknown;
}

function blocksOf(document: string): Block[] {
  return [...document.matchAll(/^```yaml (\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, name = '', text = ''], index) => {
      const [pack = '', ...path] = name.split('/');
      const line = document
        .split('```yaml ')
        .slice(0, index + 1)
        .join('')
        .split('\n').length;
      return { pack, file: path.join('/'), line, content: parse(text) };
    },
  );
}

const sources = new Map(
  PROFILES.map(({ name }) => [name, readSource(join(ROOT, 'shared/packs', name)).tree]),
);

/** What the block is compared with: a purpose, or all other files as one. */
function partOf({ pack, file }: Block): unknown {
  const tree = sources.get(pack) ?? {};
  const purpose = /^purposes\/(\w+)\.yaml$/.exec(file)?.[1];
  return purpose ? (tree['purposes'] as Record<string, unknown>)[purpose] : tree;
}

/** Where the left stands not in the right: every key and every item of a map or list of maps, whole scalars and lists. */
function missing(left: unknown, right: unknown, path = ''): string[] {
  if (Array.isArray(left) && Array.isArray(right) && left.every((one) => typeof one === 'object'))
    return left.flatMap((one, index) =>
      right.some((other) => missing(one, other).length === 0) ? [] : [`${path}/${index}`],
    );
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null)
    return Object.is(left, right) ? [] : [path];
  if (Array.isArray(left)) return JSON.stringify(left) === JSON.stringify(right) ? [] : [path];
  return Object.entries(left).flatMap(([key, value]) =>
    missing(value, (right as Record<string, unknown>)[key], `${path}/${key}`),
  );
}

describe('a pack written step by step', () => {
  const blocks = blocksOf(DOCUMENT);

  it('has only blocks of the shipped packs', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(30);
    expect(DOCUMENT.match(/^```yaml/gm)).toHaveLength(blocks.length);
    for (const { pack } of blocks) expect([...sources.keys()]).toContain(pack);
  });

  it.each(blocks)('line $line stands in $file of $pack', (block) => {
    expect(missing(block.content, partOf(block))).toEqual([]);
  });

  it('finds a key, a value and a row that the pack does not have', () => {
    const [block] = blocksOf('```yaml uk-childrens-social-care/pack.yaml\nversion: "0"\nbach: 1\n```\n');
    expect(missing(block?.content, partOf(block as Block))).toEqual(['/version', '/bach']);
    expect(missing([{ a: 1 }], [{ a: 2 }])).toEqual(['/0']);
    expect(missing({ a: [1, 2] }, { a: [1] })).toEqual(['/a']);
  });

  it('teaches every part of a pack', () => {
    const parts = new Set([...sources.values()].flatMap((tree) => Object.keys(tree)));
    for (const part of parts) {
      if (part === 'definitions' || part === 'yaml') continue;
      expect(DOCUMENT, part).toMatch(new RegExp(`\\b${part}\\b`));
    }
  });
});
