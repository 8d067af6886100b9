import { Option } from 'commander';
import type { ShownDocument } from '../../../shared/client/casework.ts';
import type { DeskWords, Language } from '../../../shared/client/desk.ts';
import type { Objection } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { open, print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe } from '../terminal/table.ts';
import { document, type PersonOptions, personOf, withPerson } from './consent.ts';
import { put } from './incident.ts';

/** `fieldgate objection …` */
export function registerObjection(program: Command): void {
  const objection = program
    .command('objection')
    .description("object to a field on a person's behalf, request other rights, report errors, and answer");
  withOfficer(withPerson(objection.command('file')))
    .description(
      'object to a field, which is withheld at once, or request another right (--reason: without the right value)',
    )
    .requiredOption('--field <name>', 'the field')
    .requiredOption('--by <who>', 'child or guardian; recipient: this agency reports an error itself')
    .option('--right <right>', 'correction (if absent), restriction, deletion or explanation')
    .option('--fault <word>', 'of a report: outdated, contradicted, incomplete or other-person')
    .option('--document <kind=number>', 'what the person showed, for a restriction or a deletion', document)
    .calls<PersonOptions & DeskWords & Filed>(async ({ gate, options }) => {
      const { field, by, right, fault, document: shown } = options;
      const filed = { subject: personOf(options), field, by, ...defined({ right, fault, document: shown }) };
      const answer = await gate.objections.file(filed, whyFrom(options));
      print(options, answer, () => inWords(answer.objection));
    });
  objection
    .command('show')
    .description('show an objection')
    .argument('<id>', 'as shown by objection file')
    .addOption(new Option('--html <language>', 'the answer as a page to hand over').choices(['en', 'zh']))
    .option('--out <file>', 'file for the page; default: standard output')
    .calls<{ html?: Language; out?: string }>(async ({ gate, options }, id) => {
      if (options.html !== undefined) {
        put(options.out, await gate.objections.page(id, options.html));
        return;
      }
      const found = await gate.objections.read(id);
      print(options, { objection: found }, () => inWords(found));
    });
  withOfficer(objection.command('resolve'))
    .description('answer in writing, as the owner (--reason is the answer); store a correction first')
    .argument('<id>', 'as shown by objection file')
    .requiredOption('--outcome <word>', 'upheld or rejected')
    .runs<DeskWords & { outcome: string }>(async (options, id) => {
      const { outcome } = options;
      if (outcome !== 'upheld' && outcome !== 'rejected')
        throw new UsageError('--outcome is upheld or rejected.');
      const { gate } = await open(options);
      const answer = await gate.objections.resolve(id, outcome, whyFrom(options));
      print(options, answer, () => inWords(answer.objection));
    });
}

interface Filed {
  field: string;
  by: string;
  right?: string;
  fault?: string;
  document?: ShownDocument;
}

function inWords(one: Objection): string {
  const {
    id,
    field,
    by,
    right,
    fault,
    department,
    state,
    due,
    until,
    toGuardian,
    reason,
    answer,
    corrected,
  } = one;
  return pairs([
    ['objection', id],
    ['right', `${safe(right)}${fault === undefined ? '' : `: ${safe(fault)}`}`],
    ['field', `${safe(field)}, by the ${safe(by)}`],
    ...(until === undefined ? [] : ([['withheld until', until]] as [string, string][])),
    ...(toGuardian === undefined
      ? []
      : ([['guardian', 'in conflict with the child: must not get the answer']] as [string, string][])),
    ['answered by', `${department}, until ${due}`],
    ['state', state],
    ...(reason === undefined ? [] : ([['error', safe(reason)]] as [string, string][])),
    ...(answer === undefined ? [] : ([['answer', safe(answer)]] as [string, string][])),
    ...(corrected ? ([['asked to correct', corrected.join(', ') || 'nobody']] as [string, string][]) : []),
  ]);
}
