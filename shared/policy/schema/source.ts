/** The YAML of a pack with the position of every value, so that an error names file, line and column. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';

export type Path = readonly (string | number)[];

export interface Place {
  file: string;
  line: number;
  column: number;
}

export interface Fault extends Place {
  message: string;
}

export interface Source {
  /** All files as one object: top-level keys together, purposes by the name of their file. */
  tree: Record<string, unknown>;
  faults: Fault[];
  /** The position of a value, of its key, or of the nearest enclosing value that exists. */
  locate(path: Path): Place;
}

interface Parsed {
  document: Document;
  lines: LineCounter;
}
interface Part extends Parsed {
  file: string;
}

/** The texts of the pack that was read last: mostly the next one is the same pack with one file changed. */
let known: ReadonlyMap<string, Parsed> = new Map();

/** @param folder files `*.yaml` with top-level keys of any name, and a folder of purposes, one file each */
export function readSource(folder: string): Source {
  const faults: Fault[] = [];
  const read = new Map<string, Parsed>();
  const parts = new Map<string, Part>();
  const purposes = new Map<string, Part>();
  const tree: Record<string, unknown> = {};
  const readPart = (file: string): Part => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { document, lines } = known.get(text) ?? parse(text);
    read.set(text, { document, lines });
    for (const error of document.errors) {
      const { line, col } = lines.linePos(error.pos[0]);
      faults.push({ file, line, column: col, message: error.message.split('\n')[0] ?? error.code });
    }
    return { file, document, lines };
  };
  for (const file of yamlIn(folder)) {
    const part = readPart(file);
    for (const [key, value] of Object.entries(treeOf(part, faults) ?? {})) {
      if (parts.has(key) || key === 'purposes')
        faults.push({ ...placeIn(part, [key]), message: `"${key}" is in two files` });
      parts.set(key, part);
      tree[key] = value;
    }
  }
  const codes: Record<string, unknown> = {};
  for (const file of yamlIn(join(folder, 'purposes'))) {
    const part = readPart(join('purposes', file));
    const code = file.replace(/\.yaml$/, '');
    purposes.set(code, part);
    const tree = treeOf(part, faults);
    if (tree !== undefined) codes[code] = tree;
  }
  tree['purposes'] = codes;
  known = read;
  const locate = ([first, ...rest]: Path): Place => {
    const purpose = first === 'purposes' ? purposes.get(String(rest[0])) : undefined;
    if (purpose) return placeIn(purpose, rest.slice(1));
    const part = parts.get(String(first));
    return part ? placeIn(part, [first as string, ...rest]) : { file: 'pack.yaml', line: 1, column: 1 };
  };
  return { tree, faults, locate };
}

export function faultText({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
}

function yamlIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort();
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines, uniqueKeys: true }), lines };
}

/** Names that objects of the language have of their own: checks of schemas leave them out in silence. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** @returns the value of a file, `undefined` if it has none that ends, or what it says is not sure */
function treeOf({ file, document, lines }: Part, faults: Fault[]): Record<string, unknown> | undefined {
  const before = faults.length;
  visit(document, {
    Pair(_, { key }) {
      const { value, range } = key as { value?: unknown; range?: [number, number, number] };
      if (!RESERVED.has(String(value))) return;
      const { line, col } = lines.linePos(range?.[0] ?? 0);
      faults.push({ file, line, column: col, message: `"${value}" can not be a name` });
    },
  });
  try {
    const value = document.toJS();
    // An anchor that holds its own alias makes a value without an end.
    JSON.stringify(value);
    const isSure = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
    return isSure && faults.length === before ? value : undefined;
  } catch {
    faults.push({ file, line: 1, column: 1, message: 'aliases hold aliases too often, or themselves' });
    return undefined;
  }
}

function placeIn({ file, document, lines }: Part, path: Path): Place {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    const next = childOf(node, step);
    if (!next) break;
    offset = next.offset;
    node = next.value;
  }
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}

function childOf(node: unknown, step: string | number): { offset: number; value: unknown } | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String((key as { value?: unknown }).value) === String(step));
    const key = pair?.key as Node | undefined;
    return pair && key?.range ? { offset: key.range[0], value: pair.value } : null;
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined;
  return isNode(item) && item.range ? { offset: item.range[0], value: item } : null;
}
