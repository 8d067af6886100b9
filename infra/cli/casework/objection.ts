import type { Command } from 'commander';
import type { DeskWords } from '../../../shared/client/desk.ts';
import type { Objection } from '../../../shared/contract/casework.ts';
import { open, optionsOf, print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe } from '../terminal/table.ts';
import { type PersonOptions, personOf, withPerson } from './consent.ts';

/** `fieldgate objection …` */
export function registerObjection(program: Command): void {
  const objection = program
    .command('objection')
    .description("object to a field on a person's behalf, and answer objections");
  withOfficer(withPerson(objection.command('file')))
    .description('object to a field; it is withheld at once (--reason: the error, without the right value)')
    .requiredOption('--field <name>', 'the field')
    .requiredOption('--by <who>', 'child or guardian')
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf<PersonOptions & DeskWords & { field: string; by: string }>(command);
      const { gate } = await open(options);
      const filed = { subject: personOf(options), field: options.field, by: options.by };
      const answer = await gate.objections.file(filed, whyFrom(options));
      print(options, answer, () => inWords(answer.objection));
    });
  objection
    .command('show')
    .description('show an objection')
    .argument('<id>', 'as shown by objection file')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = optionsOf(command);
      const { gate } = await open(options);
      const found = await gate.objections.read(id);
      print(options, { objection: found }, () => inWords(found));
    });
  withOfficer(objection.command('resolve'))
    .description('answer in writing, as the owner (--reason is the answer); store a correction first')
    .argument('<id>', 'as shown by objection file')
    .requiredOption('--outcome <word>', 'upheld or rejected')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = optionsOf<DeskWords & { outcome: string }>(command);
      const { outcome } = options;
      if (outcome !== 'upheld' && outcome !== 'rejected')
        throw new UsageError('--outcome is upheld or rejected.');
      const { gate } = await open(options);
      const answer = await gate.objections.resolve(id, outcome, whyFrom(options));
      print(options, answer, () => inWords(answer.objection));
    });
}

function inWords({ id, field, by, department, state, due, reason, answer, corrected }: Objection): string {
  return pairs([
    ['objection', id],
    ['field', `${safe(field)}, by the ${safe(by)}`],
    ['answered by', `${department}, until ${due}`],
    ['state', state],
    ...(reason === undefined ? [] : ([['error', safe(reason)]] as [string, string][])),
    ...(answer === undefined ? [] : ([['answer', safe(answer)]] as [string, string][])),
    ...(corrected ? ([['asked to correct', corrected.join(', ') || 'nobody']] as [string, string][]) : []),
  ]);
}
