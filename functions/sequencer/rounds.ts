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
/** The same with a quorum and without all: on a busy log, the slowest would never be seen otherwise. */
const ALL_FOR = 20_000;
/** Milliseconds within which witnesses that are there have answered. */
const ANSWERS_WITHIN = 60_000;

export interface Rounds {
  /**
   * Shows what enough have cosigned, and begins the next round once all have, or the others had their time. May be repeated.
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
      const by = note === null ? 'all' : await showWitnessed(deps, witnesses, note);
      const age = begun ? deps.now() - begun.at : 0;
      if (age < { all: 0, enough: ALL_FOR, few: ROUND_FOR }[by]) return age < ANSWERS_WITHIN;
      if (sizeOf(published) <= sizeOf(note)) return false;
      if (!(await deps.pending.swap(note, published))) return true;
      if (note !== null) await forgetRound(deps.received, sizeOf(note));
      return true;
    },
  };
}

/** Publishes the round's checkpoint with what was received, if that is enough. @returns whether it is, and of all */
async function showWitnessed(
  deps: RoundsDeps,
  policy: WitnessPolicy,
  note: string,
): Promise<'few' | 'enough' | 'all'> {
  const cosigners = policy.witnesses.map(({ cosigner }) => cosigner);
  const open = (lines: string) =>
    openCosigned(Buffer.from(note + lines), deps.log, cosigners, verifyCosignature).catch(() => null);
  const held: string[] = [];
  // Each alone: what does not hold, or can't be checked here, is no reason to leave out the others.
  for (const line of (await readCosignatures(deps.received, sizeOf(note))).sort())
    if ((await open(line))?.cosigned.length === 1) held.push(line);
  const opened = await open(held.join(''));
  const said = opened && witnessedBy(policy, opened);
  if (!said?.enough) return 'few';
  const before = await deps.witnessed.read();
  const after = note + held.join('');
  // The size never falls: another sequencer may be a round ahead.
  if (before !== after && sizeOf(before) <= sizeOf(note)) await deps.witnessed.swap(before, after);
  return said.without.length === 0 ? 'all' : 'enough';
}

/** Leaves of a note of this log; 0 for none. */
function sizeOf(note: string | null): number {
  const read = note === null ? null : readNote(Buffer.from(note));
  return parseCheckpoint(read?.text ?? '')?.size ?? 0;
}
