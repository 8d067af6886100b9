/** `fieldgate completion`: what a shell proposes after the tab key, made from the commands themselves. */

import { Argument } from 'commander';
import type { Command } from '../../command.ts';
import { texts } from '../../messages/language.ts';
import { bash } from './bash.ts';
import { fish } from './fish.ts';
import { proposalsOf } from './proposals.ts';
import { zsh } from './zsh.ts';

const { completion: t } = await texts('terminal');
const { commands: about } = await texts('program');

const SCRIPTS = { bash, zsh, fish };

/** @param whole the program with every command */
export function registerCompletion(whole: () => Promise<Command>): (program: Command) => void {
  return (program) =>
    program
      .command('completion')
      .description(about.completion)
      .addArgument(new Argument('<shell>', t.shell).choices(Object.keys(SCRIPTS)))
      .addHelpText('after', t.help)
      .runs(async (_options, shell) => {
        const script = SCRIPTS[shell as keyof typeof SCRIPTS];
        process.stdout.write(script(proposalsOf(await whole())));
      });
}
