/** What the witnesses of the reader's own policy say of a log that was verified. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import { sha256, verifyCosignature } from '../../../shared/log/node-crypto.ts';
import type { Checkpoint } from '../../../shared/tree/checkpoint.ts';
import { type Judged, judge, policyFor, type WitnessFault } from '../../../shared/tree/judge.ts';
import type { Verifier } from '../../../shared/tree/note.ts';
import { verifyConsistency } from '../../../shared/tree/proof.ts';
import { proveConsistency } from '../../../shared/tree/prove.ts';
import { tilePath } from '../../../shared/tree/tiles.ts';
import { PolicyError, type WitnessPolicy } from '../../../shared/tree/witness-policy.ts';
import type { Command } from '../command.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readNamed } from '../terminal/named-files.ts';
import { timeOf } from '../terminal/times.ts';
import type { ReadFile } from './files.ts';

const { policy: t } = await texts('witness');

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

/**
 * `ok: false`: in words. `OTHER`: what they cosigned is not the log that was read. Times are POSIX seconds. `found`: the file of the
 * policy, if the reader did not name it. `late`: not enough of them have looked for a fifth of the time that is fresh.
 */
export type Seen =
  | ({ ok: true; size: number; late: boolean; found?: string } & Pick<Judged, 'by' | 'without' | 'since'>)
  | { ok: false; code: WitnessFault | 'OTHER'; fault: string };

/** Where `npm start` puts the policy of its own witnesses, and a reader may put theirs. */
const OWN = join('.fieldgate', 'witness', 'policy');

/**
 * The text of the reader's policy: of `--policy`, otherwise of the folder, if that one names this log.
 * @throws UsageError for `--fresh` alone, and for a policy of `--policy` that demands nothing or names another log
 */
export function policyText({ policy: file, fresh }: PolicyOptions, log?: Verifier): string | undefined {
  const path = file ?? (existsSync(OWN) ? OWN : undefined);
  if (path === undefined) {
    if (fresh !== undefined) throw new UsageError(t.alone);
    return undefined;
  }
  const text = readNamed(path);
  try {
    policyFor(sha256, text, log);
    return text;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    if (file === undefined && error.fault === 'OTHER_LOG') return undefined;
    throw new UsageError(t.damaged(path, error.line, t.faults[error.fault]));
  }
}

/**
 * Reads the policy and what the log shows of its witnesses, before the log itself is read: it may grow meanwhile.
 * @param standard seconds, without `--fresh`
 * @returns a function that judges the log, of which each leaf was read; `null` without a policy
 * @throws UsageError as `policyText`
 */
export async function witnessesOf(
  options: PolicyOptions,
  read: ReadFile,
  log: Verifier,
  standard?: number,
): Promise<((checked: Pick<Checkpoint, 'size' | 'root'>) => Promise<Seen>) | null> {
  const text = policyText(options, log);
  if (text === undefined) return null;
  let note = await read('witnessed');
  // Of a log that has just begun, witnesses are asked about the first checkpoint.
  for (let waits = 0; !note && waits < WAITS && (await read('pending')); waits++) {
    await setTimeout(WAIT);
    note = await read('witnessed');
  }
  const fresh = options.fresh ?? standard ?? Infinity;
  const how = { verify: verifyCosignature, now: Date.now(), fresh };
  const { fault, checkpoint, unchecked, ...seen } = await judge(policyFor(sha256, text), log, note, how);
  return async ({ size, root }) => {
    if (fault || !checkpoint)
      return { ok: false, code: fault ?? 'NOTHING', fault: faultInWords({ fault, unchecked, ...seen }) };
    const ends = { secondSize: size, secondRoot: root };
    const claim = { firstSize: checkpoint.size, firstRoot: checkpoint.root, ...ends };
    const proof = await proveConsistency(sha256, (tile) => read(tilePath(tile)), checkpoint.size, size).catch(
      () => null,
    );
    if (!proof || !verifyConsistency(sha256, { ...claim, proof }))
      return { ok: false, code: 'OTHER', fault: t.other };
    const found = options.policy === undefined && { found: OWN };
    const late = how.now / 1000 - (seen.since ?? 0) > fresh / 5;
    return { ok: true, size: checkpoint.size, late, ...seen, ...found };
  };
}

const namesIn = (by: Judged['by']) => by.map(({ name }) => name).join(', ') || t.nobody;
const instant = (seconds: number | null) => timeOf(new Date((seconds ?? 0) * 1000).toISOString());

export function faultInWords({ fault, by, without, since, unchecked }: Omit<Judged, 'checkpoint'>): string {
  const unable = unchecked.length > 0 ? ` ${t.unable(unchecked.join(', '))}` : '';
  if (fault === 'UNSIGNED') return t.unsigned;
  if (fault === 'FEW') return t.few(namesIn(by), without.join(', ')) + unable;
  return fault === 'OLD' ? t.old(instant(since)) : t.nothing;
}

/** Such as: 2 of 3 (mca, mps, health). */
export function quorumInWords({ groups, quorum }: WitnessPolicy): string {
  const words = (name: string): string => {
    const { least, members } = groups.get(name) ?? {};
    return least && members ? t.least(least, members.length, members.map(words).join(', ')) : name;
  };
  return words(quorum ?? '');
}

/** Such as: cosigned by 3 of 3, 20 s ago. */
export function seenShort({
  by,
  without,
  since,
  late,
  found,
}: Pick<Judged, 'by' | 'without' | 'since'> & { late?: boolean; found?: string }): string {
  const seconds = Math.max(0, Math.round(Date.now() / 1000 - (since ?? 0)));
  const age = seconds < 120 ? t.seconds(seconds) : t.minutes(Math.round(seconds / 60));
  return (
    t.short(by.length, by.length + without.length, age) +
    (without.length > 0 ? t.without(without.join(', ')) : '') +
    (late ? t.late : '') +
    whose(found)
  );
}

/** A policy that lies in the folder may be the gateway's own. */
const whose = (found: string | undefined) => (found === undefined ? '' : t.found(found));

export function seenInWords(seen: Seen | null): [string, string][] {
  if (!seen) return [[t.cosigned, t.notAsked]];
  if (!seen.ok) return [];
  return [
    [t.cosigned, t.by(namesIn(seen.by), instant(seen.since)) + whose(seen.found)],
    [t.covers, t.covered(seen.size)],
  ];
}

const WAITS = 5;
/** Milliseconds. */
const WAIT = 2_000;

const UNITS = { s: 1, m: 60, h: 3600 } as const;

function age(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError(t.badAge);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
