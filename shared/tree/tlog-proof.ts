/** A proof in a file (C2SP tlog-proof): where a leaf is in a tree, and a checkpoint of it with its cosignatures. */
import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle.ts';

export interface TlogProof {
  index: number;
  proof: readonly Uint8Array[];
  /** The whole note. */
  checkpoint: string;
}

const TITLE = 'c2sp.org/tlog-proof@v1';
const MOST_HASHES = 63;

export function formatTlogProof({ index, proof, checkpoint }: TlogProof): string {
  return [TITLE, `index ${index}`, ...proof.map(toBase64), '', checkpoint].join('\n');
}

/** Nothing in it is checked but its form; a line `extra` says nothing here. */
export function parseTlogProof(text: string): TlogProof | null {
  const [, digits = '', hashes = '', checkpoint = ''] =
    /^c2sp\.org\/tlog-proof@v1\n(?:extra [^\n]+\n)?index (0|[1-9]\d{0,15})\n((?:[^\n]+\n)*)\n([\s\S]+)$/.exec(
      text,
    ) ?? [];
  const lines = hashes.split('\n').slice(0, -1);
  const proof = lines.flatMap((line) => fromBase64(line, HASH_BYTES) ?? []);
  const index = Number(digits);
  if (digits === '' || !Number.isSafeInteger(index)) return null;
  return proof.length === lines.length && lines.length <= MOST_HASHES ? { index, proof, checkpoint } : null;
}
