/** A lock counts while the process that made it lives, and not for another one that got its number. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lock, Running } from '../../infra/cli/lists/lock.ts';
import { temporaryFolder } from '../support/folder.ts';

const place = () => join(temporaryFolder(), 'lock');
const ALIVE = process.ppid;

/** As that process would have written it. */
function written(pid: number): string {
  const path = place();
  const release = lock(path);
  const [, boot] = readFileSync(path, 'utf8').split(' ');
  release();
  const words = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return `${pid} ${boot} ${words[19]}`;
}

it('of a process that lives is held', () => {
  const path = place();
  writeFileSync(path, written(ALIVE));
  expect(() => lock(path)).toThrow(Running);
  writeFileSync(path, String(ALIVE));
  expect(() => lock(path)).toThrow(Running);
});

/** A process that was killed, and whose parent does not ask. */
async function unasked(): Promise<number> {
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600']);
  onTestFinished(() => void parent.kill());
  const [line] = await once(parent.stdout, 'data');
  // Until then the shell itself would ask.
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
  process.kill(Number(line), 'SIGKILL');
  await expect.poll(() => readFileSync(`/proc/${Number(line)}/stat`, 'utf8')).toContain(') Z');
  return Number(line);
}

it('of a process that was killed is taken over before its parent asks', async () => {
  const path = place();
  writeFileSync(path, written(await unasked()));
  lock(path)();
  expect(() => readFileSync(path)).toThrow();
});

it.each([
  ['a process that is gone', () => '4194303 a 1'],
  ['a process whose number another one has', () => `${written(ALIVE)}0`],
  ['the time before the machine started again', () => `${ALIVE} other-boot ${written(ALIVE).split(' ')[2]}`],
])('of %s is taken over', (_, content) => {
  const path = place();
  writeFileSync(path, content());
  lock(path)();
  expect(() => readFileSync(path)).toThrow();
});
