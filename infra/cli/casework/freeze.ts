import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { DeskWords, FreezeTarget } from '../../../shared/client/desk.ts';
import type { Freeze } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { print, whyFrom, withOfficer, withReceipt } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';
import { moment, timeOf, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { type PersonOptions, personOf, withPerson } from './person.ts';

const { freeze: t } = await texts('casework');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface FreezeOptions extends PersonOptions, DeskWords {
  agency?: string;
  frozenOfficer?: string;
  purpose?: string;
  class?: string;
  stopped?: string;
}

/** `fieldgate freeze` and `fieldgate unfreeze` */
export function registerFreeze(program: Command): void {
  const freeze = program.command('freeze');
  withOfficer(withPerson(freeze))
    .description(about.freeze)
    .option('--agency <client id>', t.agency)
    .option('--frozen-officer <name>', t.frozenOfficer)
    .option('--purpose <code>', t.purpose)
    .option('--class <name>', t.class)
    .option('--stopped <id>', t.stopped)
    .calls<FreezeOptions>(async ({ gate, options }) => {
      if (options.stopped !== undefined) {
        const found = await gate.freezes.read(options.stopped);
        return print(options, found, () => inWords([found]) + stoppedInWords(found));
      }
      const answer = await gate.freezes.set(targetOf(options), whyFrom(options));
      const { target } = answer.freeze;
      // The answer has no name; the one that was typed is shown, so that a mistake is seen.
      const shown = {
        ...answer.freeze,
        target: { ...target, ...defined({ officer: options.frozenOfficer }) },
      };
      const seen = await hasActed(gate, target.agency, options.frozenOfficer);
      print(options, withReceipt(shown, answer), () => inWords([shown]) + (seen ? '' : t.neverSeen));
    });
  freeze
    .command('list')
    .takes()
    .description(t.list)
    .calls(async ({ gate, options }) => {
      const freezes = await gate.freezes.list();
      print(options, freezes, () => inWords(freezes));
    });
  withOfficer(program.command('unfreeze'))
    .description(about.unfreeze)
    .argument('<id>', t.fromFreeze)
    .calls<DeskWords>(async ({ gate, options }, id) => {
      const answer = await gate.freezes.lift(id, whyFrom(options));
      const data = 'state' in answer ? answer : withReceipt(answer.freeze, answer);
      print(options, data, () =>
        'state' in answer ? w.requested(timeOf(answer.expiresAt)) : inWords([answer.freeze]),
      );
    });
}

function targetOf(options: FreezeOptions): FreezeTarget {
  const { agency, frozenOfficer, purpose, class: name } = options;
  const person = options.ref ?? options.match ?? options.localId;
  const named = [person, agency, purpose, name].filter((one) => one !== undefined);
  if (named.length !== 1 || (frozenOfficer !== undefined && agency === undefined)) {
    throw new UsageError(t.nameTarget);
  }
  if (agency !== undefined) return { agency, ...defined({ officer: frozenOfficer }) };
  if (purpose !== undefined) return { purpose };
  return name === undefined ? { subject: personOf(options) } : { class: name };
}

/** Whether the log of the last month names the officer; not asked by a caller who may not read it. */
async function hasActed(gate: Fieldgate, agency: string | undefined, officer: string | undefined) {
  if (agency === undefined || officer === undefined) return true;
  const { items } = await gate.logPage({ agency, officer, limit: 1 }).catch(() => ({ items: [null] }));
  return items.length > 0;
}

function stoppedInWords({ stopped = 0, target }: Freeze): string {
  return target.kind === 'class' ? t.leftOut(stopped) : t.refusedSome(stopped);
}

function inWords(freezes: readonly Freeze[]): string {
  if (freezes.length === 0) return t.none;
  const rows = freezes.map(({ id, target, state, at, by }) => [
    id,
    word(state),
    [word(target.kind), target.ref ?? target.agency ?? target.purpose ?? target.class, target.officer]
      .join(' ')
      .trim(),
    moment(at),
    by,
  ]);
  return table([w.id, w.state, t.what, w.sinceIn(zoneHere()), w.by], rows, { wraps: 2 });
}
