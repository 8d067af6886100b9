/**
 * Rounds of witnesses. The tree grows while they look, so all are asked about one checkpoint, until enough have cosigned it.
 * Nothing waits for a round: what is published is published.
 */

import type { Lock } from '../../shared/log/files/stores.ts';
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseCheckpoint } from '../../shared/tree/checkpoint.ts';
import { openCosigned } from '../../shared/tree/cosignature.ts';
import { readNote, type Verifier } from '../../shared/tree/note.ts';
import { parsePolicy, type WitnessPolicy, witnessedBy } from '../../shared/tree/witness-policy.ts';
import { forgetRound, readCosignatures } from '../../shared/witness/received.ts';

export interface RoundsDeps {
  published: Lock;
  pending: Lock;
  witnessed: Lock;
  policy: Lock;
  /** Of cosignatures that were received. */
  received: Table;
  log: Verifier;
  now(): number;
}

/** Milliseconds for which a policy is kept, and after which a round that finds no quorum gives way to the next one. */
const POLICY_FOR = 60_000;
/** The same for none: an operator who names the first witnesses waits for them. */
const NO_POLICY_FOR = 3_000;
const ROUND_FOR = 10 * 60_000;
/** Milliseconds within which witnesses that are there have answered. */
const ANSWERS_WITHIN = 60_000;

export interface Rounds {
  /**
   * Ends the round if enough have cosigned, and begins the next. May be repeated.
   * @returns whether answers are still likely
   */
  step(): Promise<boolean>;
}

export function openRounds(deps: RoundsDeps): Rounds {
  let policy: { read: number; parsed: WitnessPolicy | null } | undefined;
  /** Since when this process has seen the round that is open. */
  let begun: { note: string; at: number } | undefined;

  async function currentPolicy(): Promise<WitnessPolicy | null> {
    const kept = policy?.parsed ? POLICY_FOR : NO_POLICY_FOR;
    if (policy && deps.now() - policy.read < kept) return policy.parsed;
    const text = await deps.policy.read();
    policy = { read: deps.now(), parsed: text === null ? null : parsePolicy(sha256, text) };
    return policy.parsed;
  }

  return {
    async step() {
      const witnesses = await currentPolicy();
      if (!witnesses) return false;
      const [published, note] = await Promise.all([deps.published.read(), deps.pending.read()]);
      if (published === null) return false;
      if (note !== null && begun?.note !== note) begun = { note, at: deps.now() };
      const over = note === null || (await showWitnessed(deps, witnesses, note));
      const age = begun ? deps.now() - begun.at : 0;
      if (!over && age < ROUND_FOR) return age < ANSWERS_WITHIN;
      if (sizeOf(published) <= sizeOf(note)) return false;
      if (!(await deps.pending.swap(note, published))) return true;
      if (note !== null) await forgetRound(deps.received, sizeOf(note));
      return true;
    },
  };
}

/** Publishes the round's checkpoint with what was received, if that is enough. @returns whether it is */
async function showWitnessed(deps: RoundsDeps, policy: WitnessPolicy, note: string): Promise<boolean> {
  const cosigners = policy.witnesses.map(({ cosigner }) => cosigner);
  const open = (lines: string) =>
    openCosigned(Buffer.from(note + lines), deps.log, cosigners, verifyCosignature).catch(() => null);
  const held: string[] = [];
  // Each alone: what does not hold, or can't be checked here, is no reason to leave out the others.
  for (const line of (await readCosignatures(deps.received, sizeOf(note))).sort())
    if ((await open(line))?.cosigned.length === 1) held.push(line);
  const opened = await open(held.join(''));
  if (!opened || !witnessedBy(policy, opened).enough) return false;
  const before = await deps.witnessed.read();
  const after = note + held.join('');
  // The size never falls: another sequencer may be a round ahead.
  if (before !== after && sizeOf(before) <= sizeOf(note)) await deps.witnessed.swap(before, after);
  return true;
}

/** Leaves of a note of this log; 0 for none. */
function sizeOf(note: string | null): number {
  const read = note === null ? null : readNote(Buffer.from(note));
  return parseCheckpoint(read?.text ?? '')?.size ?? 0;
}
