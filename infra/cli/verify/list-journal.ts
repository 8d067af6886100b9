/**
 * The progress of a list job in a folder: one line for each row in `journal.ndjson`, and the proofs. A row is
 * done once its line is on disk, which happens after its proof is on disk. So the job may be killed at any
 * time.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ListResult } from '../../../shared/client/verify-list.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { journal: t } = await texts('verify');
const { words: w } = await texts('words');

/** The job's parameters. Another list or programme needs another folder. */
export interface JobHead {
  programme: string;
  recipient: string;
  /** SHA-256 of the file. */
  list: string;
}

export interface JournalLine {
  row: number;
  outcome: 'YES' | 'NOT_CONFIRMED' | 'INVALID';
  validUntil?: string;
  /** The log entry, for questions at the owner's desk. */
  entry?: string;
  /** Name of the proof's file in the folder. */
  proof?: string;
}

export interface Journal {
  lines: JournalLine[];
  /** @returns the line, once it is on disk */
  keep(result: ListResult): JournalLine;
  close(): void;
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * Opens or creates the folder of a job.
 * @throws UsageError if it belongs to another job, if another process works in it, or if it can't be written
 */
export function openJournal(folder: string, head: JobHead): Journal {
  try {
    mkdirSync(join(folder, 'proofs'), { recursive: true, mode: 0o700 });
    const unlock = lock(join(folder, 'lock'));
    try {
      return open(folder, head, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(w.unwritable(folder, (error as NodeJS.ErrnoException).code));
  }
}

function open(folder: string, head: JobHead, unlock: () => void): Journal {
  const path = join(folder, 'journal.ndjson');
  const file = openSync(path, 'a+', 0o600);
  const text = readFileSync(path, 'utf8');
  // A line that was cut off when the process ended is written again.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  ftruncateSync(file, Buffer.byteLength(whole));
  const [first, ...lines] = whole.split('\n').slice(0, -1).map(parse);
  const write = (line: object) => {
    writeSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
  };
  if (first === undefined) write(head);
  else if (JSON.stringify(first) !== JSON.stringify(head)) throw new UsageError(t.otherJob(folder));
  return {
    lines: lines as JournalLine[],
    keep(result) {
      const line = kept(folder, result);
      write(line);
      return line;
    },
    close() {
      closeSync(file);
      unlock();
    },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UsageError(t.changed);
  }
}

function kept(folder: string, result: ListResult): JournalLine {
  const { row } = result;
  if ('invalid' in result) return { row, outcome: 'INVALID' };
  const { outcome, validUntil, receipt, attestation } = result.verification;
  const line = { row, outcome, validUntil, entry: receipt.entry };
  // An answer without a confirmation has no proof worth keeping.
  if (outcome !== 'YES') return line;
  const proof = join('proofs', `${String(row).padStart(6, '0')}.txt`);
  writeProof(join(folder, proof), `${attestation}\n`);
  return { ...line, proof };
}

/** Written completely or not at all, and on disk before the line that names it. */
function writeProof(path: string, text: string): void {
  const file = openSync(`${path}.part`, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.part`, path);
}

/**
 * One process at a time; the lock of a process that has ended does not count. @returns a function that
 * releases it
 */
function lock(path: string): () => void {
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt > 0 || isAlive(Number(readFileSync(path, 'utf8')))) throw new UsageError(t.running);
      rmSync(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
