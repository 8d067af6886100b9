/** The proof of one entry, step by step, from the gateway's data and without trusting its statements. */
import { sha256 } from '@noble/hashes/sha2.js';
import {
  headIn,
  isSignedBy,
  placeIn,
  writerKeyIn,
  writtenBy,
} from '../../../../shared/client/evidence/evidence.ts';
import { asCommitted } from '../../../../shared/client/evidence/shown.ts';
import { fromBase64, toBase64 } from '../../../../shared/tree/base64.ts';
import { BUILDS_PATH, buildOf, openBuilds } from '../../../../shared/tree/builds.ts';
import { hashLeaf, hashPair } from '../../../../shared/tree/merkle.ts';
import { parseVerifier, type Verifier } from '../../../../shared/tree/note.ts';
import { file, keep } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import type { LogEntry } from '../log/entries.ts';
import { continuesRemembered } from './fork.ts';
import { type Remembered, recall } from './remembered.ts';

export type StepName =
  | 'bytes'
  | 'leaf'
  | 'path'
  | 'root'
  | 'checkpoint'
  | 'continues'
  | 'signature'
  | 'writer'
  | 'words';

export interface Step {
  name: StepName;
  ok: boolean;
  /** A hash or number used in the step. */
  shown: string;
}

export interface Proof {
  steps: Step[];
  /** From the leaf up: the sibling, its side, and the node computed from both. */
  path: { side: 'left' | 'right'; neighbour: string; node: string }[];
  index: number;
  size: number;
  note: string;
  /** Whether the log has a second tree by SM3, which is not looked at here. */
  unread: boolean;
  remembered: Remembered | null;
  /** What wrote it, by the writer's certificate, and the release that the gateway's own list names for it. */
  by: { name: string; build?: string; release: string | undefined } | null;
}

/** The log's key: the remembered one, otherwise the one that the gateway gives. */
export async function logKey(): Promise<{ verifier: Verifier; text: string }> {
  const known = await recall().catch(() => null);
  const text = known?.key ?? new TextDecoder().decode(await file('/log/key', { cache: 'no-store' })).trim();
  const verifier = parseVerifier(sha256, text);
  if (!verifier) throw new ApiError(0, { code: 'ANSWER_INVALID' });
  return { verifier, text };
}

/** @throws ApiError with status 409 while the entry is stored but not yet in the tree */
export async function proveEntry(entry: LogEntry): Promise<Proof> {
  const [answer, { verifier }] = await Promise.all([
    keep(
      'GET /v1/log/proofs/inclusion',
      { query: { entry: entry.id } },
      { headers: { 'cache-control': 'no-store' } },
    ),
    logKey(),
  ]);
  const bytes = fromBase64(entry.canonical ?? '') ?? new Uint8Array();
  const leaf = hashLeaf(sha256, bytes);
  const { index, size, checkpoint, proof } = answer;
  const neighbours = proof.map((one) => fromBase64(one, 32) ?? new Uint8Array(32));
  const { path, root } = climb(leaf, index, size, neighbours);
  const head = await headIn(checkpoint, verifier);
  const key = await writerKeyIn(answer, entry.id.split('-')[0] ?? '', verifier);
  const receipt = {
    entry: entry.id,
    leafHash: toBase64(leaf),
    writer: entry.id.split('-')[0] ?? '',
    seq: Number(entry.id.split('-')[1]),
    signature: entry.signature ?? '',
  };
  const known = await recall(verifier.name).catch(() => null);
  const placed = await placeIn(answer, receipt, verifier);
  const fork = head && known ? await continuesRemembered(known, head) : true;
  const steps: Step[] = [
    { name: 'bytes', ok: isShown(bytes, entry), shown: String(bytes.length) },
    { name: 'leaf', ok: toBase64(leaf) === entry.leafHash, shown: entry.leafHash },
    {
      name: 'path',
      ok: neighbours.length === path.length && placed !== null,
      shown: String(neighbours.length),
    },
    { name: 'root', ok: head !== null && toBase64(root) === toBase64(head.root), shown: toBase64(root) },
    { name: 'checkpoint', ok: head !== null && head.size === size, shown: String(size) },
    { name: 'continues', ok: fork, shown: '' },
    { name: 'signature', ok: key !== null && (await isSignedBy(key, receipt)), shown: entry.signature ?? '' },
    { name: 'writer', ok: key !== null, shown: receipt.writer },
    {
      name: 'words',
      ok: (entry.mismatched ?? []).length === 0 && asCommitted(sha256, bytes, { ...entry }) !== null,
      shown: '',
    },
  ];
  const by = key === null ? null : writtenBy(answer);
  const release = by?.build && (await namedBy({ name: by.name, code: by.build }, verifier));
  return {
    ...{ steps, path, index, size, note: checkpoint, remembered: known, unread: !!head?.sm3 },
    by: by && { ...by, release: release || undefined },
  };
}

/** By the gateway's own list: no browser pins a key of releases, so no signature is checked. */
async function namedBy(of: { name: string; code: string }, any: Verifier): Promise<string | undefined> {
  const list = await file(`/log/${BUILDS_PATH}`).catch(() => new Uint8Array());
  return buildOf(await openBuilds(new TextDecoder().decode(list), any, async () => true), of)?.release;
}

/** Whether the bytes belong to the entry on the page. */
function isShown(bytes: Uint8Array, entry: LogEntry): boolean {
  const leaf = leafIn(bytes);
  return leaf?.['id'] === entry.id && leaf['time'] === entry.time;
}

function leafIn(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

/** The nodes up to the root (RFC 9162, section 2.1.3.2). */
function climb(leaf: Uint8Array, index: number, size: number, neighbours: readonly Uint8Array[]) {
  const path: Proof['path'] = [];
  let [at, last, node] = [index, size - 1, leaf];
  for (const neighbour of neighbours) {
    if (last === 0) break;
    const left = (at & 1) === 1 || at === last;
    node = left ? hashPair(sha256, neighbour, node) : hashPair(sha256, node, neighbour);
    path.push({ side: left ? 'left' : 'right', neighbour: toBase64(neighbour), node: toBase64(node) });
    if (left) while ((at & 1) === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return { path, root: node };
}
