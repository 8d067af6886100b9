/** The protocol of witnesses (C2SP tlog-witness): `add-checkpoint` and the last checkpoint, as bytes in and out. */

import { fromBase64, toBase64 } from '../tree/base64.ts';
import { join } from '../tree/commitments.ts';
import { HASH_BYTES } from '../tree/merkle.ts';
import type { Refusal, Witness } from './witness.ts';

/** Bytes of a request; more are refused before they are read. */
export const MAX_REQUEST = 1_000_000;
const MAX_PROOF = 63;

export interface WitnessAnswer {
  status: number;
  type: string;
  text: string;
}

const STATUS: Record<Refusal, number> = {
  signature: 403,
  ahead: 400,
  stale: 409,
  fork: 422,
  inconsistent: 422,
};

/**
 * @param witnesses by the origin of their log
 * @throws Error of a journal or key
 */
export async function addCheckpoint(
  witnesses: ReadonlyMap<string, Pick<Witness, 'cosign'>>,
  body: Uint8Array,
): Promise<WitnessAnswer> {
  const request = parseRequest(body);
  if (!request) return plain(400, 'malformed');
  const { old, proof, note } = request;
  const witness = witnesses.get(new TextDecoder().decode(note.subarray(0, note.indexOf(LF))));
  if (!witness) return plain(404, 'unknown log');
  const said = await witness.cosign(note, old, proof);
  if ('lines' in said) return { ...plain(200, ''), text: said.lines };
  const { refused, last } = said;
  if (refused === 'stale') return { status: 409, type: 'text/x.tlog.size', text: `${last?.size ?? 0}\n` };
  return plain(STATUS[refused], refused);
}

const plain = (status: number, word: string): WitnessAnswer => ({
  status,
  type: 'text/plain; charset=utf-8',
  text: `${word}\n`,
});

const LF = 0x0a;

interface AddCheckpoint {
  old: number;
  proof: Uint8Array[];
  note: Uint8Array;
}

/** The body of a request. */
export function formatRequest({ old, proof, note }: AddCheckpoint): Uint8Array {
  return join([new TextEncoder().encode([`old ${old}`, ...proof.map(toBase64), '', ''].join('\n')), note]);
}

function parseRequest(body: Uint8Array): AddCheckpoint | null {
  const end = body.findIndex((byte, at) => byte === LF && body[at + 1] === LF);
  if (end < 0) return null;
  const [first = '', ...hashes] = new TextDecoder().decode(body.subarray(0, end)).split('\n');
  const [, digits] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  const old = Number(digits);
  const proof = hashes.flatMap((hash) => fromBase64(hash, HASH_BYTES) ?? []);
  if (!Number.isSafeInteger(old) || hashes.length > MAX_PROOF || proof.length !== hashes.length) return null;
  return { old, proof, note: body.subarray(end + 2) };
}
