/**
 * The progress of a list in a folder: `journal.ndjson` has one line for each answered row. A row is done once its line is on
 * disk, so the process may be killed at any time. Rows are known by their content, under a key that never leaves the machine:
 * a list may grow or be sorted, and the journal names no person. Answers with data of people are sealed under that key.
 */

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import type { Json } from '../../../shared/json.ts';
import { fileIn } from '../identity/folders.ts';
import { mac, ownSecret } from '../identity/own-secret.ts';
import { texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { appendWhole, openLines, writeWhole } from '../whole-files.ts';
import { lock } from './lock.ts';

const { journal: t } = await texts('lists');

/** The job. Another one needs another folder. */
export type JobHead = Readonly<Record<string, Json>>;

/** A request that was sent and has no answer. */
export interface Open {
  keys: readonly string[];
  name: string | undefined;
}

type JournalLine =
  | { key: string; sealed: string }
  | { key: string; answer: object }
  | { sent: string[]; name?: string };

export interface Journal<Answer> {
  /** By the key of the row. */
  answers: ReadonlyMap<string, Answer>;
  /** Rows of the last request, if the process ended before its answer was kept. */
  open: Open | null;
  keyOf(content: Json): string;
  /** Before a request: its rows. */
  send(keys: readonly string[], name?: string): void;
  /** Nothing came of the last request: the gateway refused it. */
  unsend(): void;
  /** On disk when it returns. */
  keep(answers: readonly (readonly [string, Answer])[]): void;
  close(): void;
}

/**
 * Opens or creates the folder of a job.
 * @param sealed whether answers hold data of people
 * @throws UsageError if it belongs to another job, if another process works in it, or if it can't be written
 */
export function openJournal<Answer extends object>(
  folder: string,
  head: JobHead,
  sealed = false,
): Journal<Answer> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const unlock = lock(join(folder, 'lock'));
    try {
      return read<Answer>(folder, head, sealed, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(w.unwritable(folder, (error as NodeJS.ErrnoException).code));
  }
}

function read<Answer extends object>(
  folder: string,
  job: JobHead,
  sealed: boolean,
  unlock: () => void,
): Journal<Answer> {
  const secret = ownSecret(fileIn('lists.key'));
  const head = { job, secret: mac(secret, 'head').slice(0, 16) };
  const path = join(folder, 'journal.ndjson');
  let file = openLines(path);
  const [first, ...lines] = readFileSync(path, 'utf8').split('\n').slice(0, -1).map(parse);
  const write = (some: readonly object[]) => {
    appendWhole(file, some.map((line) => `${JSON.stringify(line)}\n`).join(''));
    fsyncSync(file);
  };
  // A job that sent nothing, such as one that its budget stopped before the start, keeps no folder from another.
  if (first !== undefined && lines.length === 0 && JSON.stringify(first) !== JSON.stringify(head)) {
    ftruncateSync(file, 0);
    write([head]);
  } else if (first === undefined) write([head]);
  else if (JSON.stringify(first) !== JSON.stringify(head))
    throw new UsageError(otherJob(folder, first, head));
  const last = new Map<string, Extract<JournalLine, { key: string }>>();
  let sent: Extract<JournalLine, { sent: string[] }> | null = null;
  for (const line of lines as JournalLine[]) {
    if ('sent' in line) sent = line;
    else last.set(line.key, line);
  }
  // Of a job that goes on for years only the last line of each row counts.
  if (lines.length > 1000 + 2 * last.size) {
    closeSync(file);
    const kept = [head, ...last.values(), ...(sent ? [sent] : [])];
    writeWhole(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    file = openLines(path);
  }
  const answers = new Map<string, Answer>();
  for (const [key, line] of last)
    answers.set(key, ('sealed' in line ? opened(secret, line) : line.answer) as Answer);
  let open: Open | null = sent && sent.sent.length > 0 ? { keys: sent.sent, name: sent.name } : null;
  if (open?.keys.every((key) => answers.has(key))) open = null;
  return {
    answers,
    open,
    // Members in one order, whatever the order of the columns.
    keyOf: (content) => mac(secret, `row ${canonicalize(content)}`).slice(0, 22),
    send: (keys, name) => write([{ sent: keys, name }]),
    unsend: () => write([{ sent: [] }]),
    keep(some) {
      write(some.map(([key, answer]) => ({ key, ...(sealed ? seal(secret, key, answer) : { answer }) })));
      for (const [key, answer] of some) answers.set(key, answer);
    },
    close() {
      closeSync(file);
      unlock();
    },
  };
}

/** A head with the same job was made on another machine, or before the folder of keys was lost. */
function otherJob(folder: string, first: unknown, { job }: { job: JobHead }): string {
  const same = JSON.stringify((first as { job?: unknown } | null)?.job) === JSON.stringify(job);
  return same ? t.otherMachine(folder) : t.otherJob(folder);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UsageError(t.changed);
  }
}

/** Each line has a key of its own, so a nonce is never used twice with one. */
function cipherKey(secret: Buffer, salt: Buffer): Buffer {
  return createHmac('sha256', secret).update('seal').update(salt).digest();
}

const NONCE = Buffer.alloc(12);

function seal(secret: Buffer, key: string, answer: object): { sealed: string } {
  const salt = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', cipherKey(secret, salt), NONCE).setAAD(Buffer.from(key));
  const text = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()]);
  return { sealed: Buffer.concat([salt, cipher.getAuthTag(), text]).toString('base64') };
}

function opened(secret: Buffer, { key, sealed }: { key: string; sealed: string }): object {
  const bytes = Buffer.from(sealed, 'base64');
  const [salt, tag, text] = [bytes.subarray(0, 32), bytes.subarray(32, 48), bytes.subarray(48)];
  try {
    const cipher = createDecipheriv('aes-256-gcm', cipherKey(secret, salt), NONCE);
    cipher.setAAD(Buffer.from(key)).setAuthTag(tag);
    return JSON.parse(Buffer.concat([cipher.update(text), cipher.final()]).toString('utf8')) as object;
  } catch {
    throw new UsageError(t.changed);
  }
}
