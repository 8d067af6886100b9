import type { Command } from '../command.ts';
import { print } from '../common.ts';
import { inWords, readWaiting } from './waiting.ts';

/** `fieldgate second` */
export function registerSecond(program: Command): void {
  program.command('second').calls(async ({ gate, options }) => {
    const waiting = await readWaiting(gate);
    print(options, waiting, () => inWords(waiting));
  });
}
