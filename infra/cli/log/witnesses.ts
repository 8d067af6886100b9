/** What the witnesses of the reader's own policy say of a log that was verified. */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import { sha256, verifyCosignature } from '../../../shared/log/node-crypto.ts';
import type { Checkpoint } from '../../../shared/tree/checkpoint.ts';
import { equal } from '../../../shared/tree/commitments.ts';
import { openCosigned } from '../../../shared/tree/cosignature.ts';
import type { Verifier } from '../../../shared/tree/note.ts';
import { verifyConsistency } from '../../../shared/tree/proof.ts';
import { proveConsistency } from '../../../shared/tree/prove.ts';
import { tilePath } from '../../../shared/tree/tiles.ts';
import {
  PolicyError,
  parsePolicy,
  type Witnessed,
  type WitnessPolicy,
  witnessedBy,
} from '../../../shared/tree/witness-policy.ts';
import type { Command } from '../command.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { timeOf } from '../terminal/times.ts';
import type { ReadFile } from './files.ts';

const { policy: t } = await texts('witness');
const { words: w } = await texts('words');

export interface PolicyOptions {
  policy?: string;
  /** Seconds. */
  fresh?: number;
}

export function withPolicy<C extends Command>(command: C): C {
  return command
    .option('--policy <file>', t.file)
    .addOption(new Option('--fresh <age>', t.fresh).argParser(age));
}

/** `ok: false`: in words. Times are POSIX seconds. */
export type Seen = ({ ok: true; size: number } & Omit<Witnessed, 'enough'>) | { ok: false; fault: string };

/**
 * Reads the policy and what the log shows of its witnesses, before the log itself is read: it may grow meanwhile.
 * @returns a function that judges the log, of which each leaf was read; `null` without `--policy`
 * @throws UsageError for a policy that demands nothing, names another log, or is damaged
 */
export async function witnessesOf(
  { policy: file, fresh }: PolicyOptions,
  read: ReadFile,
  log: Verifier,
): Promise<((checked: Pick<Checkpoint, 'size' | 'root'>) => Promise<Seen>) | null> {
  if (file === undefined) {
    if (fresh !== undefined) throw new UsageError(t.alone);
    return null;
  }
  const policy = policyIn(file);
  if (policy.quorum === null) throw new UsageError(t.none(file));
  const isNamed = policy.logs.some(({ verifier }) => verifier.id === log.id && equal(verifier.key, log.key));
  if (!isNamed) throw new UsageError(t.otherLog(file));
  let note = await read('witnessed');
  // Of a log that has just begun, witnesses are asked about the first checkpoint.
  for (let waits = 0; !note && waits < WAITS && (await read('pending')); waits++) {
    await setTimeout(WAIT);
    note = await read('witnessed');
  }
  return async (checked) => judge(policy, note, { read, log, fresh }, checked);
}

interface Judging {
  read: ReadFile;
  log: Verifier;
  fresh: number | undefined;
}

async function judge(
  policy: WitnessPolicy,
  note: Uint8Array | null,
  { read, log, fresh }: Judging,
  { size, root }: Pick<Checkpoint, 'size' | 'root'>,
): Promise<Seen> {
  if (!note) return { ok: false, fault: t.nothing };
  const cosigners = policy.witnesses.map(({ cosigner }) => cosigner);
  const opened = await openCosigned(note, log, cosigners, verifyCosignature);
  if (!opened) return { ok: false, fault: t.unsigned };
  const now = Date.now() / 1000;
  const cosigned = opened.cosigned.filter(({ time }) => time <= now + AHEAD);
  const { enough, ...seen } = witnessedBy(policy, { cosigned });
  const names = seen.by.map(({ name }) => name).join(', ') || t.nobody;
  if (!enough) return { ok: false, fault: t.few(names, seen.without.join(', ')) };
  const since = (seen.since ?? 0) * 1000;
  if (fresh !== undefined && Date.now() - since > fresh * 1000)
    return { ok: false, fault: t.old(timeOf(new Date(since).toISOString())) };
  const claim = {
    firstSize: opened.checkpoint.size,
    firstRoot: opened.checkpoint.root,
    secondSize: size,
    secondRoot: root,
  };
  if (claim.firstSize > size) return { ok: false, fault: t.other };
  const proof = await proveConsistency(sha256, (tile) => read(tilePath(tile)), claim.firstSize, size).catch(
    () => null,
  );
  if (!proof || !verifyConsistency(sha256, { ...claim, proof })) return { ok: false, fault: t.other };
  return { ok: true, size: claim.firstSize, ...seen };
}

function policyIn(file: string) {
  try {
    return parsePolicy(sha256, readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof PolicyError)
      throw new UsageError(t.damaged(file, error.line, t.faults[error.fault]));
    throw new UsageError(w.unreadable(file, (error as NodeJS.ErrnoException).code));
  }
}

export function seenInWords(seen: Seen | null): [string, string][] {
  if (!seen) return [[t.cosigned, t.notAsked]];
  if (!seen.ok) return [];
  const names = seen.by.map(({ name }) => name).join(', ');
  const at = timeOf(new Date((seen.since ?? 0) * 1000).toISOString());
  return [
    [t.cosigned, t.by(names, at)],
    [t.covers, t.covered(seen.size)],
  ];
}

const WAITS = 5;
/** Milliseconds. */
const WAIT = 2_000;
/** Seconds by which the clock of a witness may be ahead of this machine's. */
const AHEAD = 600;

const UNITS = { s: 1, m: 60, h: 3600 } as const;

function age(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError(t.badAge);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
