/** A witness that looks at its log now and then, as a command of its own or within a sidecar. */

import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import { formatCosigner } from '../../../shared/tree/cosignature.ts';
import type { Looked } from '../../../shared/witness/round.ts';
import { type GlobalOptions, print } from '../common.ts';
import { readLogKey } from '../log/files.ts';
import { logAt } from '../log/where.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { accessOf } from './access.ts';
import { JournalLost } from './journal.ts';
import { createKeeper, Forgot, Forked, filesIn, type Keeper, openKeeper } from './keeper.ts';

const { witness: t } = await texts('witness');
const { verify: l } = await texts('log');

/** Seconds between two looks. */
export const EVERY = 10;

/** Why a witness cosigns nothing more, in words; `null` for another error. */
export function endOf(error: unknown, folder: string): string | null {
  if (error instanceof Forked) return t.forked(filesIn(folder).fork);
  if (error instanceof Forgot) return t.states.forgot(error.size);
  return error instanceof JournalLost ? t.lost(folder) : null;
}

/** What a folder has. @throws UsageError */
export function readable<Result>(folder: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const end = endOf(error, folder);
    if (end !== null) throw new UsageError(end);
    if (error instanceof UsageError) throw error;
    throw new UsageError(w.unreadable(folder, (error as NodeJS.ErrnoException).code));
  }
}

/** One look. @throws UsageError once the log has two histories, or the witness has forgotten what it said */
export async function looked(
  keeper: Keeper,
  access: ReturnType<typeof accessOf>,
  folder: string,
): Promise<Looked> {
  try {
    const result = await keeper.look(access);
    if (result.state === 'fork') throw new UsageError(t.forked(filesIn(folder).fork));
    if (result.state === 'forgot') throw new UsageError(t.states.forgot(result.size));
    return result;
  } catch (error) {
    const end = endOf(error, folder);
    throw end === null ? error : new UsageError(end);
  }
}

/** Looks until the signal. @param say is called for each change, so that a day of quiet is one. @throws as `looked` */
export async function keepLooking(
  keeper: Keeper,
  access: ReturnType<typeof accessOf>,
  {
    folder,
    every,
    signal,
    say,
  }: { folder: string; every: number; signal: AbortSignal; say(now: Looked): void },
): Promise<void> {
  let before = '';
  while (!signal.aborted) {
    const now = await looked(keeper, access, folder).catch((error: Error) => {
      if (error instanceof UsageError) throw error;
      process.stderr.write(`${error.message}\n`);
      return null;
    });
    const state = JSON.stringify(now);
    if (now && state !== before) say(now);
    before = state;
    await setTimeout(every * 1000, null, { signal }).catch(() => {});
  }
}

const FINE: ReadonlySet<Looked['state']> = new Set(['cosigned', 'missed', 'nothing']);

export function lineOf(looked: Looked): string {
  const say = t.states[looked.state];
  return `${typeof say === 'string' ? say : say('size' in looked ? looked.size : 0)}\n`;
}

export function told(options: GlobalOptions, looked: Looked): number {
  print(options, looked, () => lineOf(looked));
  return FINE.has(looked.state) ? EXIT.ok : EXIT.refused;
}

/** The key that the gateway shows of its log. @throws UsageError */
export async function shownKey(options: GlobalOptions): Promise<string> {
  const key = await logAt(options).read('key');
  if (!key) throw new UsageError(l.noLog);
  return Buffer.from(key).toString('utf8');
}

interface Within {
  options: GlobalOptions;
  folder: string;
  gate: Fieldgate;
  clientId: string;
  signal: AbortSignal;
}

/**
 * A witness within another program, which goes on when the witness has to end. In a new folder it makes a key first.
 * @returns a function that resolves once it has ended
 * @throws UsageError before the first look
 */
export async function witnessWithin({
  options,
  folder,
  gate,
  clientId,
  signal,
}: Within): Promise<() => Promise<void>> {
  const say = (line: string) => process.stderr.write(`witness: ${line}`);
  if (!existsSync(filesIn(folder).own)) {
    const log = readLogKey(await shownKey(options));
    const cosigner = readable(folder, () => createKeeper(folder, `${clientId}.witness`, log));
    say(t.init.made(`witness ${clientId} ${formatCosigner(cosigner)}`, log.name));
  }
  const keeper = readable(folder, () => openKeeper(folder));
  const how = { folder, every: EVERY, signal, say: (now: Looked) => say(lineOf(now)) };
  const end = keepLooking(keeper, accessOf(gate, logAt(options).read), how)
    .catch((error: Error) => void say(`${error.message}\n`))
    .finally(() => keeper.close());
  return () => end;
}
