import type { DeskWords } from '../../../shared/client/desk.ts';
import type { Hold } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { print, repeated, whyFrom, withOfficer, withReceipt } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';
import { moment, timeOf, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { type PersonOptions, personOf, withPerson } from './person.ts';

const { hold: t } = await texts('casework');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface HoldOptions extends PersonOptions, DeskWords {
  instrument?: string;
  field?: string[];
}

/** `fieldgate hold`, `fieldgate hold-confirm` and `fieldgate unhold` */
export function registerHold(program: Command): void {
  const hold = program.command('hold');
  withOfficer(withPerson(hold))
    .description(about.hold)
    .option('--instrument <number>', t.instrument)
    .option('--field <name>', t.field, repeated, [])
    .calls<HoldOptions>(async ({ gate, options }) => {
      const { instrument, field = [] } = options;
      if (instrument === undefined) throw new UsageError(t.noInstrument);
      const fields = field.length > 0 ? field : undefined;
      const asked = { subject: personOf(options), instrument, ...defined({ fields }) };
      const answer = await gate.holds.request(asked, whyFrom(options));
      const data = 'hold' in answer ? withReceipt(answer.hold, answer) : answer;
      print(options, data, () =>
        'hold' in answer ? inWords([answer.hold]) : t.requested(answer.id, timeOf(answer.expiresAt)),
      );
    });
  hold
    .command('list')
    .takes()
    .description(t.list)
    .calls(async ({ gate, options }) => {
      const holds = await gate.holds.list();
      print(options, holds, () => inWords(holds));
    });
  withOfficer(program.command('hold-confirm'))
    .description(about['hold-confirm'])
    .argument('<id>', t.fromHold)
    .calls<DeskWords>(async ({ gate, options }, id) => {
      const answer = await gate.holds.confirm(id, whyFrom(options));
      print(options, withReceipt(answer.hold, answer), () => inWords([answer.hold]));
    });
  withOfficer(program.command('unhold'))
    .description(about.unhold)
    .argument('<id>', t.fromHold)
    .calls<DeskWords>(async ({ gate, options }, id) => {
      const answer = await gate.holds.lift(id, whyFrom(options));
      const data = 'hold' in answer ? withReceipt(answer.hold, answer) : answer;
      print(options, data, () =>
        'hold' in answer ? inWords([answer.hold]) : w.requested(timeOf(answer.expiresAt)),
      );
    });
}

function inWords(holds: readonly Hold[]): string {
  if (holds.length === 0) return t.none;
  const rows = holds.map(({ id, state, instrument, fields, at, by }) => [
    id,
    word(state),
    instrument,
    fields?.join(', ') ?? t.record,
    moment(at),
    by,
  ]);
  return table([w.id, w.state, t.order, t.keeps, w.sinceIn(zoneHere()), w.by], rows, { wraps: 3 });
}
