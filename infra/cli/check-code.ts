import type { Command } from 'commander';
import type { DeskWords } from '../../shared/client/desk.ts';
import { type PersonOptions, personOf, withPerson } from './casework/consent.ts';
import { open, optionsOf, print, whyFrom, withOfficer } from './common.ts';

interface CheckCodeOptions extends PersonOptions, DeskWords {
  programme: string;
  recipient: string;
}

/** `fieldgate check-code` */
export function registerCheckCode(program: Command): void {
  withOfficer(withPerson(program.command('check-code')))
    .description('make the one-time code by which a guardian lets a help platform check a child once')
    .requiredOption('--programme <name>', 'a programme that starts with a code, such as help-page-check')
    .requiredOption('--recipient <client id>', 'the platform that the guardian asks')
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf<CheckCodeOptions>(command);
      const { programme, recipient } = options;
      const { gate } = await open(options);
      const subject = personOf(options);
      const made = await gate.checkCode({ programme, recipient, subject, ...whyFrom(options) });
      print(options, made, () => `${made.code}  good once, for ${recipient}, until ${made.expires}\n`);
    });
}
