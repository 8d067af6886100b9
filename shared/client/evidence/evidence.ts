/**
 * The evidence that the gateway gives for a receipt, checked step by step from the log's own key: log key →
 * writer key of a function → writer's certificate → signature of the entry; and log key → checkpoint → position
 * in the tree. The sender of an answer chooses every member of it.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import canonicalize from 'canonicalize';
import { decodeJwt, importJWK, type JWK } from 'jose';
import type { Receipt } from '../../contract/common.ts';
import { defined } from '../../defined.ts';
import type { Json } from '../../json.ts';
import { fromBase64, toBase64 } from '../../tree/base64.ts';
import { type Checkpoint, openCheckpoint } from '../../tree/checkpoint.ts';
import { openKey } from '../../tree/ed25519.ts';
import { hashLeaf } from '../../tree/merkle.ts';
import type { Verifier, VerifySignature } from '../../tree/note.ts';
import { prefixRoot, verifyConsistency, verifyInclusion } from '../../tree/proof.ts';
import { mayWrite, openWriterKeys, vouching } from '../../tree/writer-key.ts';
import type { Fork } from '../../witness/fork.ts';

/** The position of an entry in a tree that the log has signed. */
export interface Place {
  index: number;
  /** Leaves of that tree. */
  size: number;
  /** The signed checkpoint (C2SP). Keep it with the receipt: the log can't revoke it. */
  checkpoint: string;
}

/** Prefix of the bytes that a writer signs, before the leaf's hash. */
export const LEAF_DOMAIN = 'fieldgate leaf v2\n';
const CERTIFICATE_DOMAIN = 'fieldgate writer v2\n';
const DAY = 24 * 3_600_000;
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Whether the text is a receipt in its one canonical form. The signature is not checked. */
export function isReceipt(value: unknown): value is Receipt {
  if (typeof value !== 'object' || value === null) return false;
  const { entry, leafHash, writer, seq, signature } = value as Partial<Receipt>;
  const [, id, number] = /^([0-9a-f]{32})-(0|[1-9]\d{0,14})-(?:0|[1-9]\d{0,5})$/.exec(entry ?? '') ?? [];
  return (
    id !== undefined &&
    id === writer &&
    number === String(seq) &&
    typeof leafHash === 'string' &&
    fromBase64(leafHash, 32) !== null &&
    typeof signature === 'string' &&
    fromBase64(signature, 64) !== null
  );
}

/** @throws DOMException if the platform fails, which says nothing about the signature */
export const verifyEd25519: VerifySignature = async (key, message, signature) =>
  (await openKey(key))(message, signature);

/** Whether the writer with this key signed the entry. @param receipt in canonical form */
export async function isSignedBy(key: Uint8Array, { leafHash, signature }: Receipt): Promise<boolean> {
  const hash = fromBase64(leafHash, 32);
  const signed = fromBase64(signature, 64);
  return hash !== null && signed !== null && verifyEd25519(key, join(bytesOf(LEAF_DOMAIN), hash), signed);
}

/** @returns the raw key of a writer that this log certifies, or `null`. */
export async function writerKeyIn(
  answer: Readonly<Record<string, unknown>>,
  writer: string,
  log: Verifier,
): Promise<Uint8Array | null> {
  if (typeof answer['writerKey'] !== 'string' || typeof answer['certificate'] !== 'string') return null;
  const keys = await openWriterKeys(bytesOf(answer['writerKey']), log, verifyEd25519);
  const { build, key, kinds, name, started, until, signature, time, id } = certificateIn(
    answer['certificate'],
  );
  const raw = fromBase64(key, 32);
  const vouched = fromBase64(signature, 64);
  if (!keys || !raw || !vouched || hex(sha256(raw)).slice(0, 32) !== writer) return null;
  if (id !== `${writer}-0-0` || started !== time) return null;
  const lasts = Date.parse(until) - Date.parse(started);
  if (!(lasts > 0 && lasts <= DAY)) return null;
  const statement = join(
    bytesOf(CERTIFICATE_DOMAIN),
    bytesOf(canonicalize({ build, key, kinds, name, started, until, writer }) ?? ''),
  );
  const good = await Promise.all(
    vouching(keys, { name, kinds }).map((one) => verifyEd25519(one.key, statement, vouched)),
  );
  return good.includes(true) ? raw : null;
}

/** The function that wrote an entry, and the digest of its package, of a certificate that `writerKeyIn` has checked. */
export function writtenBy(answer: Readonly<Record<string, unknown>>): { name: string; build?: string } {
  const { name, build } = certificateIn(String(answer['certificate']));
  return { name, ...defined({ build }) };
}

/** Whether the receipt's leaf is the one in the answer, and its writer's certificate covers its time and its kind. */
export function isCovered(answer: Readonly<Record<string, unknown>>, { entry, leafHash }: Receipt): boolean {
  const { leaf, certificate } = answer;
  if (typeof leaf !== 'string' || typeof certificate !== 'string') return false;
  const bytes = fromBase64(leaf);
  const expected = fromBase64(leafHash, 32);
  if (!bytes || !expected || hex(hashLeaf(sha256, bytes)) !== hex(expected)) return false;
  const { started, until, kinds } = certificateIn(certificate);
  const { id, time, kind } = JSON.parse(new TextDecoder().decode(bytes)) as Record<
    string,
    string | undefined
  >;
  if (id !== entry || time === undefined || !mayWrite({ kinds }, kind)) return false;
  return started <= time && time <= until;
}

/** @returns the checkpoint of this log, signed by its key, or `null`. */
export function headIn(note: string, log: Verifier): Promise<Checkpoint | null> {
  return openCheckpoint(bytesOf(note), log, verifyEd25519);
}

/** Whether the later tree continues the earlier one. @param proof in the gateway's form */
export function continues(first: Checkpoint, second: Checkpoint, proof: unknown): boolean {
  const hashes = hashesIn(proof);
  if (!hashes) return false;
  // Every tree continues the empty one, of which there is one. No proof says more.
  if (first.size === 0) return isEmpty(first) && (second.size > 0 || isEmpty(second));
  const from = { firstSize: first.size, firstRoot: first.root };
  return verifyConsistency(sha256, {
    ...from,
    secondSize: second.size,
    secondRoot: second.root,
    proof: hashes,
  });
}

const isEmpty = ({ root }: Checkpoint) => toBase64(root) === toBase64(sha256(new Uint8Array()));

/** Of two trees that do not go together: what the second one has at the size of the first, if the proof shows it. */
export function prefixIn(first: Checkpoint, second: Checkpoint, proof: unknown): Fork['prefix'] {
  const hashes = hashesIn(proof);
  const of = { firstSize: first.size, secondSize: second.size, secondRoot: second.root };
  const root = hashes && prefixRoot(sha256, { ...of, proof: hashes });
  return root && hashes ? { root: toBase64(root), proof: hashes.map(toBase64) } : undefined;
}

/** @returns the position of the entry, or `null` unless the proof leads from it to a checkpoint of this log. */
export async function placeIn(
  answer: Readonly<Record<string, unknown>>,
  receipt: Pick<Receipt, 'leafHash'>,
  log: Verifier,
): Promise<{ place: Place; head: Checkpoint } | null> {
  const { index, size, checkpoint, proof } = answer;
  if (typeof index !== 'number' || typeof size !== 'number' || typeof checkpoint !== 'string') return null;
  const head = await headIn(checkpoint, log);
  const leafHash = fromBase64(receipt.leafHash, 32);
  const hashes = hashesIn(proof);
  if (!head || head.size !== size || !leafHash || !hashes) return null;
  const claim = { index, size, leafHash, root: head.root, proof: hashes };
  return verifyInclusion(sha256, claim) ? { place: { index, size, checkpoint }, head } : null;
}

/** @returns `null` for anything but a list of hashes that a tree can have. */
function hashesIn(proof: unknown): Uint8Array[] | null {
  if (!Array.isArray(proof) || proof.length > 64) return null;
  const hashes = proof.map((one) => (typeof one === 'string' ? fromBase64(one, 32) : null));
  return hashes.includes(null) ? null : (hashes as Uint8Array[]);
}

/** Members of the leaf that certifies a writer, as texts; empty texts if it is another leaf. */
function certificateIn(encoded: string) {
  const none = {
    ...{ key: '', kinds: [] as string[], name: '', started: '', until: '', signature: '', time: '', id: '' },
    build: undefined as string | undefined,
  };
  const bytes = fromBase64(encoded);
  if (!bytes) return none;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const leaf = JSON.parse(text);
    if (canonicalize(leaf) !== text) return none;
    const { build, key, kinds, name, started, until, signature } = leaf.certificate;
    const members = { key, name, started, until, signature, time: leaf.time, id: leaf.id };
    const texts = [...Object.values(members), ...kinds, build ?? ''].every((one) => typeof one === 'string');
    return texts ? { ...members, kinds, build: build as string | undefined } : none;
  } catch {
    return none;
  }
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* Checks an office's signature of a request from its log entry alone, at any later time. */

export interface EvidenceReport {
  /** `none`: the request was not signed. `forgotten`: it was signed, and its proof was erased on purpose. */
  evidence: 'valid' | 'broken' | 'none' | 'forgotten';
  /** The registered name of the key, and the signed lines. */
  keyid?: string;
  signed?: string[];
}

/**
 * @param entry as `GET /v1/log/entries/{id}` gives it.
 * @returns `valid` if the key made the signature over this base and the token in it belongs to the entry's
 * handler. The gateway checks that the entry commits to this evidence (`mismatched`).
 */
export async function checkEvidence(entry: Readonly<Record<string, Json>>): Promise<EvidenceReport> {
  const handler = entry['handler'] as { agency?: string; evidence?: string } | undefined;
  const list = (name: string) => (Array.isArray(entry[name]) ? (entry[name] as Json[]) : []);
  if (handler?.evidence !== 'signed') return { evidence: 'none' };
  if (entry['erased'] === true) return { evidence: 'forgotten' };
  const { keyid, base, signature, key } = (entry['evidence'] ?? {}) as Record<string, unknown>;
  const broken = { evidence: 'broken' } as const;
  if (typeof keyid !== 'string' || typeof base !== 'string' || typeof signature !== 'string') return broken;
  if (list('mismatched').includes('evidence')) return broken;
  const report = { keyid, signed: base.split('\n') };
  const valid = (await isSigned(key as JWK, base, signature)) && officeOf(base) === handler.agency;
  return { evidence: valid ? 'valid' : 'broken', ...report };
}

/** The RFC 9421 algorithm of a kind of key, with its names in JOSE and Web Crypto. */
const KINDS = new Map<unknown, [jose: string, how: string | object]>([
  ['EC', ['ES256', { name: 'ECDSA', hash: 'SHA-256' }]],
  ['OKP', ['Ed25519', 'Ed25519']],
  ['RSA', ['PS512', { name: 'RSA-PSS', saltLength: 64 }]],
]);

async function isSigned({ kty, crv, x, y, n, e }: JWK, base: string, signature: string): Promise<boolean> {
  try {
    const [algorithm, how] = KINDS.get(kty) ?? ['', ''];
    const key = await importJWK({ kty, crv, x, y, n, e } as JWK, algorithm);
    const bytes = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
    return await crypto.subtle.verify(how as never, key as never, bytes, new TextEncoder().encode(base));
  } catch {
    return false;
  }
}

/** The holder of the token in the signed Authorization line. */
function officeOf(base: string): unknown {
  const token = /^"authorization": DPoP ([\w.-]+)$/m.exec(base)?.[1];
  try {
    return token === undefined ? undefined : decodeJwt(token)['client_id'];
  } catch {
    return undefined;
  }
}
