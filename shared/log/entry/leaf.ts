/** A leaf of the tree: its place in a chain, its canonical bytes, its hash and its id. It reveals no person. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { GATEWAY_KINDS, type GatewayKind } from '../../entry-kinds.ts';
import { asEntryId, type EntryId } from '../../ids.ts';
import { COMMITTED_BYTES } from '../../tree/commitments.ts';
import type { Abandoned, Certificate } from './entry.ts';

/** The place of a leaf: its chain, its item in the chain, its index in the item. */
export interface Place {
  writer: string;
  seq: number;
  leaf: number;
}

interface Placed extends Place {
  v: 2;
  id: EntryId;
  time: string;
  previous: string;
}

/** A leaf that concerns or may concern a person. All such leaves have the same members and the same size. */
export interface ClosedLeaf extends Placed {
  kind?: never;
  /** Base64 of the commitments to all members, in a fixed order. */
  committed: string;
}

/** A leaf about the gateway only. */
interface GatewayLeaf extends Placed {
  kind: GatewayKind;
  committed: string;
  /** For a revocation: the writer whose later leaves the tree must not contain. */
  revokes?: string;
  /** For a deployment: what a function runs, in the form of `formatRuns`. */
  runs?: string;
}

/** The first leaf of a chain. */
interface WriterLeaf extends Placed {
  kind: 'writer';
  certificate: Certificate;
  abandoned?: Abandoned;
}

export type LeafForm = ClosedLeaf | GatewayLeaf | WriterLeaf;

export interface Leaf {
  id: EntryId;
  /** RFC 8785 canonical JSON. Its UTF-8 bytes are hashed and signed. Never re-serialise them. */
  text: string;
  hash: Buffer;
}

/** `previous` of the first item of a chain. */
export const NO_ITEM: string = Buffer.alloc(32).toString('base64');

/** RFC 6962 leaf hash: SHA-256(0x00 ‖ canonical bytes). */
export function leafHash(text: string): Buffer {
  return hash('sha256', `\0${text}`, 'buffer');
}

export function makeLeaf(form: LeafForm): Leaf {
  const text = isClosed(form) ? closedText(form) : canonicalize(form);
  if (text === undefined) throw new TypeError('a leaf is an object');
  return { id: form.id, text, hash: leafHash(text) };
}

const isClosed = (form: LeafForm): form is ClosedLeaf => form.kind === undefined;

/** The text of a leaf that names no kind. With its members in this order, JSON is canonical. */
export function closedText({
  committed,
  id,
  leaf,
  previous,
  seq,
  time,
  writer,
}: Omit<ClosedLeaf, 'v' | 'kind'>): string {
  return JSON.stringify({ committed, id, leaf, previous, seq, time, v: 2, writer });
}

export function entryId({ writer, seq, leaf }: Place): EntryId {
  return asEntryId(`${writer}-${seq}-${leaf}`);
}

/** @returns the place that an entry id names, or `null` if the text is not a canonical entry id. */
export function parseEntryId(id: string): Place | null {
  const match = /^([0-9a-f]{32})-(0|[1-9]\d{0,14})-(0|[1-9]\d{0,5})$/.exec(id);
  if (!match) return null;
  return { writer: match[1] as string, seq: Number(match[2]), leaf: Number(match[3]) };
}

const ALL = ['v', 'id', 'time', 'writer', 'seq', 'leaf', 'previous'];
const CLOSED: readonly string[] = [...ALL, 'committed'].sort();
const OPEN: ReadonlySet<string> = new Set(GATEWAY_KINDS);

/** What a leaf of these kinds says besides. */
export const SHOWN: Readonly<Partial<Record<string, 'revokes' | 'runs'>>> = {
  revocation: 'revokes',
  deployment: 'runs',
};

/** @returns the leaf, or `null` if the text is not its canonical form. */
export function parseLeaf(text: string): LeafForm | null {
  const form = parseCanonical(text, canonicalLeaf) as LeafForm | null;
  if (form?.v !== 2 || !isPlaced(form)) return null;
  const names = Object.keys(form).filter((name) => form.kind !== 'writer' || name !== 'abandoned');
  const expected = namesOf(form);
  const same = names.length === expected.length && expected.every((name) => Object.hasOwn(form, name));
  if (!same) return null;
  if (form.kind === 'writer') return isCertificate(form.certificate) ? form : null;
  return fromBase64(form.committed)?.length === COMMITTED_BYTES ? form : null;
}

function namesOf(form: LeafForm): readonly string[] {
  if (form.kind === undefined) return CLOSED;
  if (form.kind === 'writer') return [...ALL, 'kind', 'certificate'];
  if (!OPEN.has(form.kind)) return [];
  return [...CLOSED, 'kind', ...[SHOWN[form.kind] ?? []].flat()];
}

function isPlaced({ id, time, writer, seq, leaf, previous }: Placed): boolean {
  const place = typeof id === 'string' ? parseEntryId(id) : null;
  return (
    place !== null &&
    place.writer === writer &&
    place.seq === seq &&
    place.leaf === leaf &&
    INSTANT.test(time) &&
    typeof previous === 'string'
  );
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function isCertificate(value: unknown): value is Certificate {
  if (typeof value !== 'object' || value === null) return false;
  const { key, name, kinds, started, until, signature, build = '', sm2 = '', ...more } = value as Certificate;
  const texts = [key, name, started, until, signature, build, sm2].every((one) => typeof one === 'string');
  const listed = Array.isArray(kinds) && kinds.every((one) => typeof one === 'string');
  return texts && listed && Object.keys(more).length === 0;
}

function parseCanonical(text: string, canonical: typeof canonicalize = canonicalize): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && canonical(value) === text ? value : null;
  } catch {
    return null;
  }
}

/** @returns `null` unless the text is the one canonical base64 of the bytes */
function fromBase64(text: unknown): Buffer | null {
  if (typeof text !== 'string') return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Nearly all leaves are closed, and JSON is canonical for those unless a text is half a character. */
function canonicalLeaf(value: unknown): string | undefined {
  const form = value as LeafForm;
  const plain = isClosed(form) && typeof form.previous === 'string' && form.previous.isWellFormed();
  return plain ? closedText(form) : canonicalize(form);
}

/*
 * The count: a leaf of the log itself, the last of each step of the tree. For each leaf since the previous
 * count it commits to the number of the entry among those of its person. So a list of a person's entries is
 * either complete or shows a gap. No writer signs it; the checkpoint does.
 */

export interface Count {
  /** Index in the tree of the first leaf that it covers. */
  first: number;
  /** One commitment of 32 bytes for each leaf; random bytes if the leaf concerns no person. */
  counts: readonly Uint8Array[];
}

/** Maximum number of leaves that one count covers: an entry of a tile log has at most 65,535 bytes. */
const MOST_COUNTED = 1000;

/** Counts of a step, split to fit into leaves. @param first index of the first leaf that they cover */
export function countParts(counts: readonly Uint8Array[], first: number): Count[] {
  return Array.from({ length: Math.ceil(counts.length / MOST_COUNTED) }, (_, i) => ({
    first: first + i * MOST_COUNTED,
    counts: counts.slice(i * MOST_COUNTED, (i + 1) * MOST_COUNTED),
  }));
}

export function formatCount({ first, counts }: Count): string {
  const bytes = Buffer.concat(counts).toString('base64');
  return canonicalize({ counts: bytes, first, kind: 'count', v: 2 }) as string;
}

/** @returns `null` if it is not a count. */
export function parseCount(text: string): Count | null {
  if (!text.startsWith('{"counts":')) return null;
  const value = parseCanonical(text) as {
    counts?: unknown;
    first?: unknown;
    kind?: unknown;
    v?: unknown;
  } | null;
  if (value?.v !== 2 || value.kind !== 'count' || Object.keys(value).length !== 4) return null;
  const { first, counts } = value;
  const bytes = fromBase64(counts);
  if (!Number.isSafeInteger(first) || (first as number) < 0 || !bytes || bytes.length === 0) return null;
  if (bytes.length % 32 !== 0 || bytes.length > MOST_COUNTED * 32) return null;
  const all = Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, i * 32 + 32));
  return { first: first as number, counts: all };
}
