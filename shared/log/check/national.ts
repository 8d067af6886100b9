/** What a reader demands of a log with the national profile: its lines by SM2, and the certificates of its writers by SM2. */
import { fromBase64 } from '../../tree/base64.ts';
import type { Checkpoint } from '../../tree/checkpoint.ts';
import { sm2Line } from '../../tree/national.ts';
import { readNote, type Verifier } from '../../tree/note.ts';
import { openWriterKeys, WRITER_KEY_PATH } from '../../tree/writer-key.ts';
import type { LeafForm } from '../entry/leaf.ts';
import { sha256, sm3, verifyEd25519 } from '../node-crypto.ts';
import { CERTIFIED_MS, certificateStatement } from '../write/item.ts';
import { LogError } from './fault.ts';

/**
 * @param spki public key of SM2 that the reader trusts
 * @param shown what the log's own key signed, and the note that names the keys of writers, as it was read
 * @returns what checks each leaf in order, and their end
 * @throws LogError unless it has a root of SM3, and this key signed it and the note, which names a key of SM2 for writers
 */
export async function requireNational(
  log: Verifier,
  spki: Uint8Array,
  shown: { checkpoint: Checkpoint; note: Uint8Array; named: Uint8Array | null },
): Promise<ByNation> {
  if (!shown.checkpoint.sm3) throw new LogError('SM3', 'checkpoint');
  // Nothing else reads curves of others.
  const { parseSm2Key, sm2Digest, sm2KeyNamed, sm2Verify } = await import('../../tree/sm2.ts');
  const key = parseSm2Key(spki);
  const { id } = sm2Line(sha256, log.name, spki);
  const notes = { checkpoint: shown.note, [WRITER_KEY_PATH]: shown.named ?? new Uint8Array() };
  for (const [path, bytes] of Object.entries(notes)) {
    const note = readNote(bytes);
    const digest = key && note && sm2Digest(sm3, key, Buffer.from(note.text));
    // Each line that bears the key's id must hold, as with other keys that a reader knows.
    const lines = note?.signatures.filter((one) => one.name === log.name && one.id === id) ?? [];
    const isSigned =
      key && digest && lines.length > 0 && lines.every(({ signature }) => sm2Verify(key, digest, signature));
    if (!isSigned) throw new LogError('SM2', path);
  }
  const named = await openWriterKeys(notes[WRITER_KEY_PATH], log, verifyEd25519);
  const keys = named?.flatMap((one) => sm2KeyNamed(one) ?? []) ?? [];
  if (keys.length === 0) throw new LogError('SM2', WRITER_KEY_PATH);
  return byNation((statement, signature) =>
    keys.some((one) => sm2Verify(one, sm2Digest(sm3, one, statement), signature)),
  );
}

export interface ByNation {
  onLeaf(leaf: LeafForm): void;
  end(): void;
}

/**
 * Each writer has a certificate by SM2 but those that began before the log's first such one, or within a day after it: a
 * function that runs while the setting changes. Instants are the writers' own, so the latest in the tree counts.
 */
function byNation(vouched: (statement: Uint8Array, signature: Uint8Array) => boolean): ByNation {
  let [first, latest] = [Number.POSITIVE_INFINITY, 0];
  let without: string | null = null;
  return {
    onLeaf({ id, writer, ...leaf }) {
      if (leaf.kind !== 'writer') return;
      const { sm2, started } = leaf.certificate;
      latest = Math.max(latest, Date.parse(started));
      if (sm2 === undefined) {
        without ??= id;
        if (latest <= first + CERTIFIED_MS) return;
      } else if (vouched(certificateStatement(writer, leaf.certificate), fromBase64(sm2) ?? Buffer.of())) {
        first = Math.min(first, Date.parse(started));
        return;
      }
      throw new LogError('SM2', id);
    },
    // A log that leaves out all of them does not show that it just began.
    end() {
      if (without !== null && first === Number.POSITIVE_INFINITY) throw new LogError('SM2', without);
    },
  };
}
