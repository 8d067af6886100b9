/** Where a command that serves listens, and how long it lives: until it is told to end, or the program that started it has ended. */

import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { texts } from '../messages/language.ts';

const { sidecar: t } = await texts('data');

const LOOK = 500;

/** Resolves on SIGINT or SIGTERM and, unless it stays, when a process above is gone. */
export async function ended(stays: boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (stays) return;
    const begun = above();
    setInterval(() => {
      if (above() !== begun) resolve();
    }, LOOK).unref();
  });
}

/**
 * The processes above this one. npx stands with a shell between the sidecar and the program that started it, and hands no
 * signal on: the sidecar would go on as the agency after all of them have ended.
 */
function above(): string {
  const parents = [process.ppid];
  const between = process.env['npm_lifecycle_event'] === undefined ? 0 : 2;
  for (let i = 0; i < between; i++) parents.push(parentOf(parents.at(-1) ?? 0));
  return parents.join();
}

/** @returns 0 on systems without /proc, and if the process is gone. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
  } catch {
    return 0;
  }
}

export function listenAt(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535) throw new InvalidArgumentError(t.badListen);
  return { host, port: Number(port) };
}
