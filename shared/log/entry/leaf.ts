/** An entry as a leaf: its place in a chain, its canonical bytes, its hash and its id. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Problem } from '../../errors.ts';
import { DATA_KINDS, type Entry, GATEWAY_KINDS, OPERATIONS } from './entry.ts';
import { WORD_KINDS } from './words.ts';

/** Where a leaf stands: its chain, its item in the chain, its index in the item. */
export interface Place {
  writer: string;
  seq: number;
  leaf: number;
}

export interface Leaf {
  id: string;
  /** RFC 8785 canonical JSON. Its UTF-8 bytes are what is hashed and signed; never re-serialise them. */
  text: string;
  hash: Buffer;
}

/** `previous` of the first item of a chain. */
export const NO_ITEM: string = Buffer.alloc(32).toString('base64');

const LEAF_PREFIX = Buffer.of(0);

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ canonical bytes). */
export function leafHash(text: string): Buffer {
  return hash('sha256', Buffer.concat([LEAF_PREFIX, Buffer.from(text, 'utf8')]), 'buffer');
}

/** @throws Problem INTERNAL when the entry must not be logged as it is (see `check-entry.ts`). */
export function makeLeaf(entry: Entry): Leaf {
  checkEntry(entry);
  const text = canonicalize(entry);
  if (text === undefined) throw new TypeError('an entry is an object');
  return { id: entry.id, text, hash: leafHash(text) };
}

export function entryId({ writer, seq, leaf }: Place): string {
  return `${writer}-${seq}-${leaf}`;
}

/** @returns the place that an entry id names, or `null` when the text is not a canonical entry id. */
export function parseEntryId(id: string): Place | null {
  const match = /^([0-9a-f]{32})-(0|[1-9]\d{0,14})-(0|[1-9]\d{0,5})$/.exec(id);
  if (!match) return null;
  return { writer: match[1] as string, seq: Number(match[2]), leaf: Number(match[3]) };
}

/*
 * What an entry must have and what it must not hold. Strict because a leaf can never be taken back: no
 * member outside the closed list, and no string that is not a code, an id, a time or a digest.
 */

/** Members that an entry may have. */
export const MEMBERS: ReadonlySet<string> = new Set([
  ...['v', 'kind', 'id', 'time', 'writer', 'seq', 'leaf', 'previous', 'operation', 'owners', 'handler'],
  ...[
    'purpose',
    'programme',
    'collection',
    'subject',
    'policy',
    'fields',
    'withheld',
    'usedForDecision',
    'keys',
  ],
  ...['consents', 'approvals', 'outcome', 'code', 'rule', 'obligations', 'sheet', 'attempt', 'about'],
  ...['committed', 'certificate', 'abandoned'],
]);
const KINDS: ReadonlySet<string> = new Set([...DATA_KINDS, ...GATEWAY_KINDS]);
const ABOUT_DATA: ReadonlySet<string> = new Set(DATA_KINDS);
const VERBS: ReadonlySet<string> = new Set(OPERATIONS);
const COMMITTED: ReadonlySet<string> = new Set(WORD_KINDS);

/** Codes, ids, times and base64: printable ASCII without spaces, so that no sentence or name fits. */
const TOKEN = /^[\x21-\x7e]{1,256}$/;

/**
 * @throws Problem INTERNAL: an unknown kind, verb or member; data without owner, handler or verb (A4.1,
 * A4.2); a string that is not a token. The detail names the member, never its value.
 */
export function checkEntry(entry: Entry): void {
  if (!KINDS.has(entry.kind)) fault('kind');
  for (const name of Object.keys(entry)) if (!MEMBERS.has(name)) fault('an unknown member');
  if (entry.operation !== undefined && !VERBS.has(entry.operation)) fault('operation');
  if (ABOUT_DATA.has(entry.kind)) {
    if (entry.operation === undefined) fault('operation');
    if (!entry.owners?.length) fault('owners');
  }
  if (entry.kind !== 'writer' && !entry.handler?.agency) fault('handler');
  const certified = entry.certificate !== undefined;
  if (certified !== (entry.kind === 'writer') || (entry.abandoned && !certified)) fault('certificate');
  for (const name of Object.keys(entry.committed ?? {})) if (!COMMITTED.has(name)) fault('committed');
  checkTokens(entry, 0);
}

function checkTokens(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    if (!TOKEN.test(value)) fault('a string that is not a code');
  } else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) fault('a number that is not an integer');
  } else if (Array.isArray(value)) {
    for (const one of value) checkTokens(one, depth + 1);
  } else if (typeof value === 'object' && value !== null && depth < 4) {
    for (const [name, one] of Object.entries(value)) {
      checkTokens(name, depth + 1);
      if (one !== undefined) checkTokens(one, depth + 1);
    }
  } else {
    fault('a value that is neither text, number, list nor object');
  }
}

function fault(what: string): never {
  throw new Problem('INTERNAL', { detail: `The log entry is not valid: ${what}.` });
}
