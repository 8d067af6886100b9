/**
 * A witness of one log: it cosigns a checkpoint only if the log signed it and it continues the last one that this witness
 * cosigned. What it has cosigned is stored before the cosignature leaves, so no crash makes it sign two trees.
 */

import { type Checkpoint, openCheckpoint } from '../tree/checkpoint.ts';
import { equal } from '../tree/commitments.ts';
import {
  type Cosigned,
  type Cosigner,
  cosignatureLine,
  cosignedMessage,
  openCosigned,
  type VerifyCosignature,
} from '../tree/cosignature.ts';
import type { Sha256 } from '../tree/merkle.ts';
import { readNote, type Verifier, type VerifySignature } from '../tree/note.ts';
import { verifyConsistency } from '../tree/proof.ts';

/** The largest checkpoint that a witness has cosigned. */
export type Seen = Pick<Checkpoint, 'size' | 'root'>;

export interface Journal {
  /** `null`: the witness has cosigned nothing of this log. */
  last(): Seen | null;
  /** Resolves once it is stored for good. @throws Error if it may not be */
  append(seen: Seen): void | Promise<void>;
}

export interface WitnessKey {
  cosigner: Cosigner;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface WitnessDeps {
  log: Verifier;
  keys: readonly WitnessKey[];
  journal: Journal;
  sha256: Sha256;
  verify: VerifyCosignature;
  /** Epoch milliseconds. */
  now(): number;
}

/** `fork`: the log signed two trees of one size, and both notes prove it. */
export type Refusal = 'signature' | 'ahead' | 'stale' | 'fork' | 'inconsistent';

export type Said =
  /** @property lines cosignatures as lines of a note */
  { lines: string; checkpoint: Checkpoint } | { refused: Refusal; last: Seen | null };

export interface Witness {
  log: Verifier;
  last(): Seen | null;
  /** Opens a note with the keys of this witness. See `openCosigned`. */
  opens(note: Uint8Array): Promise<Cosigned | null>;
  /**
   * Cosigns one checkpoint after the other.
   * @param old size of the checkpoint that the proof begins with; 0 without one
   * @throws Error of the journal or the key: nothing was said then
   */
  cosign(note: Uint8Array, old: number, proof: readonly Uint8Array[]): Promise<Said>;
}

export function makeWitness(deps: WitnessDeps): Witness {
  const { log, journal } = deps;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    log,
    last: () => journal.last(),
    opens: (note) =>
      openCosigned(
        note,
        log,
        deps.keys.map(({ cosigner }) => cosigner),
        deps.verify,
      ),
    cosign(note, old, proof) {
      // Of two at once, the second must be judged by what the first left.
      const said = turn.then(() => cosign(deps, note, old, proof));
      turn = said.catch(() => {});
      return said;
    },
  };
}

async function cosign(
  { log, keys, journal, sha256, verify, now }: WitnessDeps,
  note: Uint8Array,
  old: number,
  proof: readonly Uint8Array[],
): Promise<Said> {
  const last = journal.last();
  const plain: VerifySignature = (key, message, signature) => verify({ type: 4, key }, message, signature);
  const checkpoint = await openCheckpoint(note, log, plain);
  if (!checkpoint) return { refused: 'signature', last };
  const { size, root } = checkpoint;
  if (old > size) return { refused: 'ahead', last };
  if (old !== (last?.size ?? 0)) return { refused: 'stale', last };
  if (size === last?.size && !equal(root, last.root)) return { refused: 'fork', last };
  if (!continues(sha256, last, checkpoint, proof)) return { refused: 'inconsistent', last };
  if (size !== last?.size) await journal.append({ size, root });
  const text = readNote(note)?.text ?? '';
  const time = Math.floor(now() / 1000);
  const lines = await Promise.all(
    keys.map(async ({ cosigner, sign }) =>
      cosignatureLine(cosigner, time, await sign(cosignedMessage(cosigner, text, time))),
    ),
  );
  return { lines: lines.join(''), checkpoint };
}

/** A tree without leaves continues nothing and is continued by every other. */
function continues(
  sha256: Sha256,
  last: Seen | null,
  { size, root }: Checkpoint,
  proof: readonly Uint8Array[],
): boolean {
  if (size === 0 && !equal(root, sha256(new Uint8Array()))) return false;
  if (!last || last.size === 0) return proof.length === 0;
  const [firstSize, firstRoot] = [last.size, last.root];
  return verifyConsistency(sha256, { firstSize, firstRoot, secondSize: size, secondRoot: root, proof });
}
