/**
 * Verifies the log in a thread of its own: bundles to leaves, leaves to the root that the log signed, and
 * each leaf's signature to a writer that the log certifies. It trusts no tile and no cache.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { continues, headIn, LEAF_DOMAIN, writerKeyIn } from '../../../../shared/client/evidence/evidence.ts';
import { toBase64 } from '../../../../shared/tree/base64.ts';
import { openKey, type SignatureCheck } from '../../../../shared/tree/ed25519.ts';
import { type Edge, EMPTY_EDGE, grow, rootOf } from '../../../../shared/tree/grow.ts';
import { hashLeaf } from '../../../../shared/tree/merkle.ts';
import { parseVerifier } from '../../../../shared/tree/note.ts';
import { readSignatures, signaturesPath } from '../../../../shared/tree/signatures.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../../../shared/tree/tiles.ts';
import { type AskedInquiry, type CheckedInquiry, inquiryCheck } from './inquiry.ts';

export type FaultCode = 'CHECKPOINT' | 'FORK' | 'BUNDLE' | 'ROOT' | 'SIGNATURE' | 'WRITER' | 'COUNT';

/** The progress of the verification. It is stored, so that the next run reads only new entries. */
export interface Verified {
  edge: Edge;
  /** Writer to its key, for the writers seen so far. */
  writers: [string, Uint8Array][];
  /** Entries by hour (`2026-11-26T01`). */
  hours: [string, number][];
  note: string;
  size: number;
}

export interface Start {
  /** Base URL of the gateway. */
  base: string;
  /** The log's key in vkey form. */
  key: string;
  from: Verified | null;
  /** An answer that is compared with the log; it needs every leaf, so `from` is `null`. */
  inquiry?: AskedInquiry;
}

export type Message =
  | { kind: 'progress'; done: number; size: number }
  | { kind: 'done'; verified: Verified }
  | { kind: 'compared'; checked: CheckedInquiry }
  | { kind: 'fault'; code: FaultCode; entry: string | null; at: number | null }
  | { kind: 'stopped'; message: string };

class Fault extends Error {
  readonly code: FaultCode;
  readonly entry: string | null;
  readonly at: number | null;
  constructor(code: FaultCode, entry: string | null = null, at: number | null = null) {
    super(code);
    this.code = code;
    this.entry = entry;
    this.at = at;
  }
}

const tell = (message: Message) => postMessage(message);
let paused: { promise: Promise<void>; go(): void } | null = null;

addEventListener('message', ({ data }: MessageEvent<Start | 'pause' | 'resume'>) => {
  if (data === 'pause') {
    let go = () => {};
    const promise = new Promise<void>((resolve) => {
      go = resolve;
    });
    paused ??= { promise, go };
  } else if (data === 'resume') {
    paused?.go();
    paused = null;
  } else {
    const check = data.inquiry && inquiryCheck(data.inquiry);
    verify(data, check).then(
      (verified) => tell(check ? { kind: 'compared', checked: check.result() } : { kind: 'done', verified }),
      (error) => {
        if (error instanceof Fault)
          tell({ kind: 'fault', code: error.code, entry: error.entry, at: error.at });
        else tell({ kind: 'stopped', message: error instanceof Error ? error.message : 'unknown' });
      },
    );
  }
});

/** Maximum files a second, to respect the gateway's limits. */
const RATE = 13;
let slot = 0;

async function load(base: string, path: string): Promise<Uint8Array | null> {
  for (let attempt = 0; ; attempt++) {
    const wait = slot - performance.now();
    slot = Math.max(slot, performance.now()) + 1000 / RATE;
    if (wait > 0) await sleep(wait);
    const response = await fetch(`${base}/log/${path}`, { cache: 'no-store' });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    if (response.status === 404) return null;
    if (attempt >= 5 || (response.status !== 429 && response.status < 500))
      throw new Error(String(response.status));
    await sleep(1000 * Math.max(1, Number(response.headers.get('retry-after') ?? 2 ** attempt)));
  }
}

/** Leaves of a bundle, as far as a log of this size has them, and their signatures. */
function loadBundle(base: string, index: number, size: number): Promise<(Uint8Array | null)[]> {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  return Promise.all([
    load(base, tilePath({ level: 'entries', index, width })),
    load(base, signaturesPath(index, width)),
  ]);
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function verify(
  { base, key, from }: Start,
  check?: ReturnType<typeof inquiryCheck>,
): Promise<Verified> {
  const log = parseVerifier(sha256, key);
  const noteBytes = await load(base, 'checkpoint');
  const note = noteBytes ? textOf(noteBytes) : '';
  const head = log && (await headIn(note, log));
  if (!log || !head) throw new Fault('CHECKPOINT');
  const writerKey = await load(base, 'writer-key');
  if (from && from.size > head.size) throw new Fault('FORK');
  if (from && from.size === head.size) {
    const before = await headIn(from.note, log);
    if (!before || !continues(before, head, [])) throw new Fault('FORK');
  }
  let edge = from?.edge ?? EMPTY_EDGE;
  const writers = new Map(from?.writers ?? []);
  const keys = new Map<string, SignatureCheck>();
  const hours = new Map(from?.hours ?? []);
  let next: ReturnType<typeof loadBundle> | null = null;
  while (edge.size < head.size) {
    if (paused) await paused.promise;
    const index = Math.floor(edge.size / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, head.size - index * TILE_WIDTH);
    const [bundle, signed] = await (next ?? loadBundle(base, index, head.size));
    // Files come at a fixed rate, so the next ones are asked for while these are checked.
    next = (index + 1) * TILE_WIDTH < head.size ? loadBundle(base, index + 1, head.size) : null;
    next?.catch(() => {});
    const leaves = bundle && unpackEntries(bundle, width);
    const signatures = signed && readSignatures(signed, width);
    if (!leaves || !signatures) throw new Fault('BUNDLE', null, index * TILE_WIDTH);
    const skip = edge.size - index * TILE_WIDTH;
    // The bundle must still start with the leaves verified earlier.
    for (let at = 0; at < skip; at++) {
      if (!same(leaves[at] as Uint8Array, edge.entries[at] as Uint8Array))
        throw new Fault('FORK', null, index * TILE_WIDTH + at);
    }
    const fresh = leaves.slice(skip);
    const checks = [];
    for (const [at, leaf] of fresh.entries()) {
      const place = edge.size + at;
      const { id, writer, time, kind } = readLeaf(leaf, place);
      if (check && !check.see(leaf, place, { id, kind })) throw new Fault('COUNT', id || null, place);
      // A count is the log's own leaf: the checkpoint covers it, and no writer signs it.
      if (kind === 'count') continue;
      if (kind === 'writer') {
        const answer = { writerKey: writerKey ? textOf(writerKey) : '', certificate: toBase64(leaf) };
        const raw = await writerKeyIn(answer, writer, log);
        if (!raw) throw new Fault('WRITER', id, place);
        writers.set(writer, raw);
      }
      hours.set(time.slice(0, 13), (hours.get(time.slice(0, 13)) ?? 0) + 1);
      checks.push(
        isSigned(leaf, signatures[skip + at] as Uint8Array, writer, writers, keys).then((good) =>
          good ? null : { id, place },
        ),
      );
    }
    const bad = (await Promise.all(checks)).find((one) => one !== null);
    if (bad) throw new Fault('SIGNATURE', bad.id, bad.place);
    edge = grow(sha256, edge, fresh).edge;
    tell({ kind: 'progress', done: edge.size, size: head.size });
  }
  const root = rootOf(sha256, edge);
  if (!same(root, head.root)) throw new Fault(from ? 'FORK' : 'ROOT');
  return { edge, writers: [...writers], hours: [...hours], note, size: head.size };
}

function readLeaf(leaf: Uint8Array, at: number): { id: string; writer: string; time: string; kind: string } {
  try {
    const { id, writer, time, kind, counts } = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(leaf),
    );
    if (kind === 'count' && typeof counts === 'string') return { id: '', writer: '', time: '', kind };
    if ([id, writer, time].every((one) => typeof one === 'string'))
      return { id, writer, time, kind: String(kind) };
  } catch {
    // Reported below.
  }
  throw new Fault('BUNDLE', null, at);
}

const DOMAIN = new TextEncoder().encode(LEAF_DOMAIN);

async function isSigned(
  leaf: Uint8Array,
  signature: Uint8Array,
  writer: string,
  writers: ReadonlyMap<string, Uint8Array>,
  keys: Map<string, SignatureCheck>,
): Promise<boolean> {
  const statement = new Uint8Array(DOMAIN.length + 32);
  statement.set(DOMAIN);
  statement.set(hashLeaf(sha256, leaf), DOMAIN.length);
  const raw = writers.get(writer);
  if (!raw) return false;
  const check = keys.get(writer) ?? (await openKey(raw));
  keys.set(writer, check);
  return check(statement, signature);
}

const same = (a: Uint8Array, b: Uint8Array | undefined) =>
  b !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at]);
