import { readFileSync, rmSync } from 'node:fs';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { writeNew } from '../whole-files.ts';

const { journal: t } = await texts('lists');

/**
 * One process at a time; the lock of a process that has ended does not count. @returns a function that
 * releases it
 */
export function lock(path: string): () => void {
  for (let attempt = 0; ; attempt++) {
    try {
      writeNew(path, String(process.pid));
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
