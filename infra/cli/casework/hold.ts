import type { DeskWords } from '../../../shared/client/desk.ts';
import type { Hold } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { print, repeated, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';
import { type PersonOptions, personOf, withPerson } from './consent.ts';

interface HoldOptions extends PersonOptions, DeskWords {
  instrument?: string;
  field?: string[];
  list?: boolean;
}

/** `fieldgate hold`, `fieldgate hold-confirm` and `fieldgate unhold` */
export function registerHold(program: Command): void {
  withOfficer(withPerson(program.command('hold')))
    .description('order that a record is kept, as the first of two people of a court or of justice')
    .option('--instrument <number>', 'number of the order')
    .option('--field <name>', 'keep only this field (repeat for several)', repeated, [])
    .option('--list', 'show the holds in force; none names a person')
    .calls<HoldOptions>(async ({ gate, options }) => {
      if (options.list) {
        const holds = await gate.holds.list();
        return print(options, { holds }, () => inWords(holds));
      }
      const { instrument, field = [] } = options;
      if (instrument === undefined) throw new UsageError('Name the order with --instrument.');
      const fields = field.length > 0 ? field : undefined;
      const hold = { subject: personOf(options), instrument, ...defined({ fields }) };
      const answer = await gate.holds.request(hold, whyFrom(options));
      print(
        options,
        answer,
        () => `Requested. Another person has to run hold-confirm ${answer.id} before ${answer.expiresAt}.\n`,
      );
    });
  withOfficer(program.command('hold-confirm'))
    .description('put a hold in force, as the second person of the office')
    .argument('<id>', 'as shown by hold')
    .calls<DeskWords>(async ({ gate, options }, id) => {
      const answer = await gate.holds.confirm(id, whyFrom(options));
      print(options, answer, () => inWords([answer.hold]));
    });
  withOfficer(program.command('unhold'))
    .description('lift a hold, as the first or the second of two people')
    .argument('<id>', 'as shown by hold')
    .calls<DeskWords>(async ({ gate, options }, id) => {
      const answer = await gate.holds.lift(id, whyFrom(options));
      print(options, answer, () =>
        'hold' in answer
          ? inWords([answer.hold])
          : `Requested. Another person has to request the same before ${answer.expiresAt}.\n`,
      );
    });
}

function inWords(holds: readonly Hold[]): string {
  if (holds.length === 0) return 'Nothing is held.\n';
  const rows = holds.map(({ id, state, instrument, fields, at, by }) => [
    id,
    state,
    instrument,
    fields?.join(', ') ?? 'the record',
    at.slice(0, 19).replace('T', ' '),
    by,
  ]);
  return table(['id', 'state', 'order', 'keeps', 'since (UTC)', 'by'], rows, { wraps: 3 });
}
