/** What a reader's own policy says of the checkpoint that a log shows as witnessed. Runs in browsers too. */

import type { Checkpoint } from './checkpoint.ts';
import { equal } from './commitments.ts';
import { openCosigned, type VerifyCosignature } from './cosignature.ts';
import type { Sha256 } from './merkle.ts';
import type { Verifier } from './note.ts';
import {
  PolicyError,
  parsePolicy,
  type Witnessed,
  type WitnessPolicy,
  witnessedBy,
} from './witness-policy.ts';

/** `NOTHING`: the log shows no such checkpoint. `UNSIGNED`: a signature on it does not hold. */
export const WITNESS_FAULTS = ['NOTHING', 'UNSIGNED', 'FEW', 'OLD'] as const;
export type WitnessFault = (typeof WITNESS_FAULTS)[number];

export interface Judged extends Omit<Witnessed, 'enough'> {
  fault: WitnessFault | null;
  /** Of the log, whether or not enough have cosigned it; `null` without one that the log has signed. */
  checkpoint: Checkpoint | null;
  /** Witnesses whose signatures this platform can't check. They count as if they had not cosigned. */
  unchecked: string[];
}

export interface Judging {
  verify: VerifyCosignature;
  /** Epoch milliseconds. */
  now: number;
  /** Seconds: how old the quorum may be. */
  fresh?: number | undefined;
}

/** Seconds by which the clock of a witness may be ahead of the reader's. */
const AHEAD = 600;

/** @throws PolicyError also for a policy that demands nothing, or names another log; its line is 0 then */
export function policyFor(sha256: Sha256, text: string, log?: Verifier): WitnessPolicy {
  const policy = parsePolicy(sha256, text);
  if (policy.quorum === null) throw new PolicyError('NONE', 0);
  if (log && !names(policy, log)) throw new PolicyError('OTHER_LOG', 0);
  return policy;
}

export function names({ logs }: WitnessPolicy, log: Verifier): boolean {
  return logs.some(({ verifier }) => verifier.id === log.id && equal(verifier.key, log.key));
}

export async function judge(
  policy: WitnessPolicy,
  log: Verifier,
  note: Uint8Array | null,
  { verify, now, fresh }: Judging,
): Promise<Judged> {
  const { witnesses } = policy;
  const cosigners = witnesses.map(({ cosigner }) => cosigner);
  const unable = new Set<string>();
  const open = (note: Uint8Array) =>
    openCosigned(
      note,
      log,
      cosigners.filter(({ id }) => !unable.has(id)),
      async (cosigner, message, signature) => {
        try {
          return await verify(cosigner, message, signature);
        } catch (error) {
          // ML-DSA is newer than many platforms.
          if (cosigner.type === 4) throw error;
          for (const { id, type } of cosigners) if (type === cosigner.type) unable.add(id);
          return false;
        }
      },
    );
  const first = note && (await open(note));
  const opened = note && !first && unable.size > 0 ? await open(note) : first;
  const cosigned = (opened?.cosigned ?? []).filter(({ time }) => time <= now / 1000 + AHEAD);
  const { enough, ...said } = witnessedBy(policy, { cosigned });
  const isOld = fresh !== undefined && now / 1000 - (said.since ?? 0) > fresh;
  const unchecked = witnesses.filter(({ cosigner }) => unable.has(cosigner.id)).map(({ name }) => name);
  return {
    ...said,
    unchecked,
    checkpoint: opened?.checkpoint ?? null,
    fault: !note ? 'NOTHING' : !opened ? 'UNSIGNED' : !enough ? 'FEW' : isOld ? 'OLD' : null,
  };
}
