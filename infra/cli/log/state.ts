/**
 * What earlier verifications of a log found: the checkpoint, which the log has signed, and the end from which the next one
 * goes on. That one is believed only under a key of this user, because a changed one could hide a fault of the log.
 */

import { timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckedLog, Verified } from '../../../shared/log/check/check-log.ts';
import { formatVerified, parseVerified } from '../../../shared/log/check/verified.ts';
import { verifyEd25519 } from '../../../shared/log/node-crypto.ts';
import { type Checkpoint, openCheckpoint } from '../../../shared/tree/checkpoint.ts';
import { formatVerifier, type Verifier } from '../../../shared/tree/note.ts';
import { ofUser } from '../identity/folders.ts';
import { mac, ownSecret } from '../identity/own-secret.ts';
import { texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readIfThere } from '../terminal/named-files.ts';
import { writeWhole } from '../whole-files.ts';

const { files: t } = await texts('log');

export interface Earlier {
  /** The last checkpoint of this log that was verified on this machine. */
  remembered?: Checkpoint;
  from?: Verified;
  /** When all its entries were last read (epoch milliseconds). */
  wholeAt?: number;
}

/** Longest that a verification goes on from earlier ones: then all entries are read again. */
const WHOLE_MS = 7 * 86_400_000;

/**
 * @param whole leaves out where the last verification ended, and so reads all entries; so does a complete reading of a week ago
 * @throws UsageError if a stored file was changed
 */
export async function recall(folder: string, log: Verifier, whole: boolean): Promise<Earlier> {
  const path = fileOf(folder, log);
  const note = readIfThere(path);
  const remembered = note && (await openCheckpoint(note, log, verifyEd25519));
  if (note && !remembered) throw new UsageError(t.damaged(path));
  const end = whole ? null : await recallEnd(`${path}${END}`, log);
  return { ...(remembered && { remembered }), ...(end && Date.now() - end.wholeAt < WHOLE_MS && end) };
}

/** Of the file next to the checkpoint. Its first line protects the second. */
const END = '.end';

async function recallEnd(path: string, log: Verifier): Promise<{ from: Verified; wholeAt: number } | null> {
  const stored = readIfThere(path)?.toString('utf8');
  if (stored === undefined) return null;
  const cut = stored.indexOf('\n');
  const [tag, text] = [Buffer.from(stored.slice(0, cut)), stored.slice(cut + 1)];
  const expected = Buffer.from(tagOf(text, log));
  if (tag.length !== expected.length || !timingSafeEqual(tag, expected))
    throw new UsageError(t.changed(path));
  const [instant = '', state = ''] = text.split('\n');
  const wholeAt = Date.parse(instant);
  const from = Number.isNaN(wholeAt) ? null : await parseVerified(state, log);
  return from && { from, wholeAt };
}

const tagOf = (text: string, log: Verifier) =>
  mac(ownSecret(ofUser('verified.key')), `verified ${formatVerifier(log)}\n${text}`);

/**
 * Stores a verified log.
 * @param wholeAt when all its entries were last read (epoch milliseconds)
 * @throws UsageError if the folder can't be written
 */
export function remember(folder: string, log: Verifier, checked: CheckedLog, wholeAt: number): void {
  const path = fileOf(folder, log);
  const text = `${new Date(wholeAt).toISOString()}\n${formatVerified(checked)}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The checkpoint is first, so that a restore never knows of a shorter log than the next verification.
    writeWhole(path, checked.note);
    writeWhole(`${path}${END}`, `${tagOf(text, log)}\n${text}`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(w.unwritable(folder, (error as NodeJS.ErrnoException).code));
  }
}

function fileOf(folder: string, { name, id }: Verifier): string {
  return join(folder, `${name.replaceAll(/[^A-Za-z0-9.-]/g, '-')}.${id}`);
}
