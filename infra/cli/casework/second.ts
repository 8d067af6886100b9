import type { Command } from '../command.ts';
import { print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { inWords, readWaiting } from './waiting.ts';

const { commands: about } = await texts('program');

/** `fieldgate second` */
export function registerSecond(program: Command): void {
  program
    .command('second')
    .description(about.second)
    .calls(async ({ gate, options }) => {
      const waiting = await readWaiting(gate);
      print(options, waiting, () => inWords(waiting));
    });
}
