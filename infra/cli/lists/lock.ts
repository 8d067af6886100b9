import { readFileSync, renameSync, rmSync } from 'node:fs';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readIfThere } from '../terminal/named-files.ts';
import { isAlive, writeNew } from '../whole-files.ts';

const { journal: t } = await texts('lists');

/** Another process is at work. */
export class Running extends UsageError {}

/**
 * One process at a time; the lock of a process that has ended does not count. @returns a function that
 * releases it
 */
export function lock(path: string): () => void {
  for (let attempt = 0; ; attempt++) {
    try {
      writeNew(path, `${process.pid} ${beginOf(process.pid)}`.trim());
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt > 0 || isHeld(path)) throw new Running(t.running);
      takeAway(path);
    }
  }
}

/** Of several processes that found the same stale lock, none takes away the lock that another one has made since. */
function takeAway(path: string): void {
  const stale = `${path}.${process.pid}`;
  try {
    renameSync(path, stale);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const isLive = isHeld(stale);
  if (isLive) renameSync(stale, path);
  else rmSync(stale, { force: true });
  if (isLive) throw new Running(t.running);
}

/** A number of a process is given again: what has it now must also have begun when the lock's did. */
function isHeld(path: string): boolean {
  // It may have been released meanwhile.
  const [pid = '', ...began] = (readIfThere(path)?.toString('utf8') ?? '').split(' ');
  const now = beginOf(Number(pid));
  if (now === ENDED) return false;
  return isAlive(Number(pid)) && (now === '' || began.length === 0 || now === began.join(' '));
}

/** A process that was killed has its number until its parent asks, which the first process of a container may never do. */
const ENDED = 'ended';

/** When a process began, by no clock: the machine's start, and the ticks since then. Only Linux tells. */
function beginOf(pid: number): string {
  try {
    // The name of the program may hold spaces and brackets.
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (words[0] === 'Z') return ENDED;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${words[19]}`;
  } catch {
    return '';
  }
}
