/** A log of made-up leaves with its key, in memory, and witnesses of it. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { rawKeyOf, sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import { formatCheckpoint } from '../../shared/tree/checkpoint.ts';
import { type Cosigner, formatCosigner, parseCosigner } from '../../shared/tree/cosignature.ts';
import { type Edge, EMPTY_EDGE, grow, rootOf } from '../../shared/tree/grow.ts';
import { keyId, makeVerifier, signNote } from '../../shared/tree/note.ts';
import { proveConsistency } from '../../shared/tree/prove.ts';
import { tilePath } from '../../shared/tree/tiles.ts';
import { makeWitness, type Seen, type WitnessKey } from '../../shared/witness/witness.ts';

export const NOW = Date.parse('2026-12-01T08:00:00Z');

/** @param fork leaves of this word instead: another history under the same key */
export function makeLog({ privateKey, publicKey } = generateKeyPairSync('ed25519'), name = 'log.example') {
  const log = makeVerifier(sha256, name, rawKeyOf(publicKey));
  const signed = (text: string) =>
    Buffer.from(signNote(text, log, sign(null, Buffer.from(text), privateKey)));
  const history = (word: string) => {
    const files = new Map<string, Uint8Array>();
    let edge: Edge = EMPTY_EDGE;
    const growTo = (size: number) => {
      const leaves = Array.from({ length: size - edge.size }, (_, at) =>
        Buffer.from(`${word} ${edge.size + at}`),
      );
      const growth = grow(sha256, edge, leaves);
      for (const { path, bytes } of growth.files) files.set(path, bytes);
      ({ edge } = growth);
      return { origin: name, size, root: rootOf(sha256, edge) };
    };
    return {
      files,
      size: () => edge.size,
      /** The note of the tree that has grown to this size. */
      note: (size: number) => signed(formatCheckpoint(growTo(size))),
      proof: (first: number, second: number) =>
        proveConsistency(sha256, async (tile) => files.get(tilePath(tile)) ?? null, first, second),
    };
  };
  return { log, privateKey, signed, history };
}

export function makeKey(name: string, type: Cosigner['type'] = 4) {
  const pair = type === 4 ? generateKeyPairSync('ed25519') : generateKeyPairSync('ml-dsa-44' as 'ed25519');
  return keyOf(name, type, pair.privateKey, pair.publicKey);
}

export function keyOf(name: string, type: Cosigner['type'], secret: KeyObject, open: KeyObject) {
  const key = open.export({ format: 'der', type: 'spki' }).subarray(type === 4 ? -32 : -1312);
  const cosigner: Cosigner = { name, id: keyId(sha256, name, key, type), type, key };
  const parsed = parseCosigner(sha256, formatCosigner(cosigner));
  if (!parsed) throw new Error('a key that its own form does not give back');
  return {
    cosigner: parsed,
    sign: (message: Uint8Array) => sign(null, message, secret),
  } satisfies WitnessKey;
}

/** A journal that dies with the test. */
export function memory(last: Seen | null = null) {
  const lines: Seen[] = last ? [last] : [];
  return { lines, last: () => lines.at(-1) ?? null, append: (seen: Seen) => void lines.push(seen) };
}

export function witnessOf(
  log: ReturnType<typeof makeLog>['log'],
  more: Partial<Parameters<typeof makeWitness>[0]> = {},
) {
  const keys = [makeKey('witness.example/w1')];
  return makeWitness({
    log,
    keys,
    journal: memory(),
    sha256,
    verify: verifyCosignature,
    now: () => NOW,
    ...more,
  });
}
