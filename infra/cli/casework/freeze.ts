import type { DeskWords, FreezeTarget } from '../../../shared/client/desk.ts';
import type { Freeze } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';
import { type PersonOptions, personOf, withPerson } from './consent.ts';

interface FreezeOptions extends PersonOptions, DeskWords {
  agency?: string;
  frozenOfficer?: string;
  purpose?: string;
  class?: string;
  list?: boolean;
  stopped?: string;
}

/** `fieldgate freeze` and `fieldgate unfreeze` */
export function registerFreeze(program: Command): void {
  withOfficer(withPerson(program.command('freeze')))
    .description('freeze a person, an agency, an officer, a purpose or a class at once')
    .option('--agency <client id>', 'all requests of this agency')
    .option('--frozen-officer <name>', 'with --agency: all requests of this officer of it')
    .option('--purpose <code>', 'all requests for this purpose')
    .option('--class <name>', 'every field of this class')
    .option('--list', 'show the freezes in force; those of people only for stewards and auditors')
    .option(
      '--stopped <id>',
      'how many answers this freeze refused or left a class out of (for stewards and auditors)',
    )
    .calls<FreezeOptions>(async ({ gate, options }) => {
      if (options.list) {
        const freezes = await gate.freezes.list();
        return print(options, { freezes }, () => inWords(freezes));
      }
      if (options.stopped !== undefined) {
        const freeze = await gate.freezes.read(options.stopped);
        return print(options, { freeze }, () => inWords([freeze]) + stoppedInWords(freeze));
      }
      const answer = await gate.freezes.set(targetOf(options), whyFrom(options));
      print(options, answer, () => inWords([answer.freeze]));
    });
  withOfficer(program.command('unfreeze'))
    .description('lift a freeze, as the first or the second of two people')
    .argument('<id>', 'as shown by freeze')
    .calls<DeskWords>(async ({ gate, options }, id) => {
      const answer = await gate.freezes.lift(id, whyFrom(options));
      print(options, answer, () =>
        'state' in answer
          ? `Requested. Another person has to request the same before ${answer.expiresAt}.\n`
          : inWords([answer.freeze]),
      );
    });
}

function targetOf(options: FreezeOptions): FreezeTarget {
  const { agency, frozenOfficer, purpose, class: name } = options;
  const person = options.ref ?? options.idNumber ?? options.localId;
  const named = [person, agency, purpose, name].filter((one) => one !== undefined);
  if (named.length !== 1 || (frozenOfficer !== undefined && agency === undefined)) {
    throw new UsageError(
      'Name what to freeze: a person (--ref, --id-number), --agency (with --frozen-officer), --purpose or --class.',
    );
  }
  if (agency !== undefined) return { agency, ...defined({ officer: frozenOfficer }) };
  if (purpose !== undefined) return { purpose };
  return name === undefined ? { subject: personOf(options) } : { class: name };
}

function stoppedInWords({ stopped = 0, target }: Freeze): string {
  const did = target.kind === 'class' ? 'It was left out of' : 'It refused';
  return stopped === 0
    ? `${did} no answer.\n`
    : `${did} at least ${stopped} ${stopped === 1 ? 'answer' : 'answers'}.\n`;
}

function inWords(freezes: readonly Freeze[]): string {
  if (freezes.length === 0) return 'Nothing is frozen.\n';
  const rows = freezes.map(({ id, target, state, at, by }) => [
    id,
    state,
    [target.kind, target.ref ?? target.agency ?? target.purpose ?? target.class, target.officer]
      .join(' ')
      .trim(),
    at.slice(0, 19).replace('T', ' '),
    by,
  ]);
  return table(['id', 'state', 'what', 'since (UTC)', 'by'], rows, { wraps: 2 });
}
