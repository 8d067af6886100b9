/** What a witness has cosigned, in a file: a line for each checkpoint, on disk before its cosignature leaves. */
import { closeSync, existsSync, fsyncSync, readFileSync, statSync } from 'node:fs';
import { fromBase64, toBase64 } from '../../../shared/tree/base64.ts';
import { HASH_BYTES } from '../../../shared/tree/merkle.ts';
import type { Journal, Seen } from '../../../shared/witness/witness.ts';
import { lock } from '../lists/lock.ts';
import { appendWhole, openLines, writeNew, writeWhole } from '../whole-files.ts';

/** Characters after which a journal begins again with its last line. */
const LONG = 1_000_000;

/** The witness has a key and no journal, or one with a line that no witness wrote: it no longer knows what it has cosigned. */
export class JournalLost extends Error {
  override readonly name = 'JournalLost';
}

/** Begins the journal of a new key. @throws Error if there is one */
export function createJournal(path: string): void {
  writeNew(path, '');
}

/**
 * Opens a journal for this process alone. A last line without its end is cut off: its cosignature was never sent.
 * @throws JournalLost; UsageError while another process has it open
 */
export function openJournal(path: string): Journal & { close(): void } {
  if (!existsSync(path)) throw new JournalLost(path);
  const unlock = lock(`${path}.lock`);
  try {
    closeSync(openLines(path));
    const last = lastIn(path);
    if (last && statSync(path).size > LONG) writeWhole(path, lineOf(last));
    return journalIn(openLines(path), last, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** What was cosigned last, also while another process goes on; `null`: nothing. @throws JournalLost */
export function lastIn(path: string): Seen | null {
  if (!existsSync(path)) throw new JournalLost(path);
  const seen = readFileSync(path, 'utf8').split('\n').slice(0, -1).map(parseLine);
  if (seen.some((one, at) => !one || one.size <= (seen[at - 1]?.size ?? -1))) throw new JournalLost(path);
  return seen.at(-1) ?? null;
}

function journalIn(file: number, known: Seen | null, unlock: () => void) {
  let last = known;
  let isWhole = true;
  return {
    last: () => last,
    append(seen: Seen) {
      // After a write that failed, the disk may hold more than this process knows.
      if (!isWhole) throw new Error('an earlier write of the journal failed');
      isWhole = false;
      appendWhole(file, lineOf(seen));
      fsyncSync(file);
      isWhole = true;
      last = seen;
    },
    close() {
      closeSync(file);
      unlock();
    },
  };
}

const lineOf = ({ size, root }: Seen) => `${size} ${toBase64(root)}\n`;

function parseLine(line: string): Seen | null {
  const [, digits = '', hash = ''] = /^(0|[1-9]\d{0,15}) (\S+)$/.exec(line) ?? [];
  const root = fromBase64(hash, HASH_BYTES);
  return digits !== '' && root ? { size: Number(digits), root } : null;
}
