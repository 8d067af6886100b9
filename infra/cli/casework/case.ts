import { Option } from 'commander';
import type { CaseAnswer, CaseOpening } from '../../../shared/client/cases.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { CaseState, RegisteredCase } from '../../../shared/contract/cases.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import {
  type GlobalOptions,
  list,
  open,
  type PeopleOptions,
  print,
  subjectsFrom,
  whyFrom,
  withOfficer,
  withPeople,
  withReceipt,
} from '../common.ts';
import { requireNames } from '../log/known.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { deadline, lastDay, timeOf, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';

const { cases: t } = await texts('casework');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

const STATES = ['waiting', 'open', 'ended', 'closed'];

interface OpenOptions extends PeopleOptions {
  assign?: string[];
}

/** `fieldgate case …`: the register of cases. */
export function registerCase(program: Command): void {
  const group = program.command('case').description(about.case);
  withPeople(withOfficer(group.command('open')))
    .description(t.open.what)
    .requiredOption('--purpose <code>', t.open.purpose)
    .option('--assign <officer>', t.open.assign, list)
    .option('--instrument <number>', w.instrumentOption)
    .runs<OpenOptions>(async (options) => {
      const { purpose, instrument, case: number, officer } = options;
      const officers = options.assign ?? (officer === undefined ? [] : [officer]);
      if (number === undefined) throw new UsageError(t.open.noCase);
      if (officers.length === 0) throw new UsageError(t.open.noOfficer);
      const opening: CaseOpening = {
        ...{ case: number, purpose, officers, subjects: subjectsFrom(options) },
        ...defined({ instrument }),
      };
      const { gate } = await open(options);
      const { case: _, ...why } = whyFrom(options);
      const answer = await gate.cases.open(opening, why);
      done(options, answer);
    });
  group
    .command('list')
    .description(t.list.what)
    .addOption(new Option('--state <state>', w.onlyState).choices(STATES))
    .option('--agency <client id>', t.list.agency)
    .calls<{ state?: CaseState; agency?: string }>(async ({ gate, options }) => {
      const { state, agency } = options;
      await requireNames(gate, { agency });
      const cases = await gate.cases.list(defined({ state, agency }));
      print(options, cases, () => inLines(cases));
    });
  group
    .command('show')
    .description(t.show)
    .argument('<id>', t.fromListOrTask)
    .calls(async ({ gate, options }, id) => {
      const found = await gate.cases.view(id);
      print(options, found, () => inWords(found));
    });
  withOfficer(group.command('assign').description(t.assign.what))
    .argument('<id>', t.fromList)
    .requiredOption('--assign <officer>', t.assign.assign, list)
    .calls<Why & { assign: string[] }>(async ({ gate, options }, id) => {
      const answer = await gate.cases.assign(id, options.assign, whyFrom(options));
      done(options, answer);
    });
  for (const act of ['confirm', 'close'] as const) {
    const what = act === 'confirm' ? t.confirm : t.close;
    withOfficer(group.command(act).description(what))
      .argument('<id>', t.fromList)
      .calls<Why>(async ({ gate, options }, id) => {
        const answer = await gate.cases[act](id, whyFrom(options));
        done(options, answer);
      });
  }
}

/** A case that its supervisor or an office has to confirm is not open yet. */
function done(options: GlobalOptions, answer: CaseAnswer): void {
  if (answer.case.state === 'waiting') process.exitCode = EXIT.waiting;
  print(options, withReceipt(answer.case, answer), () => inWords(answer.case));
}

function inWords(one: RegisteredCase): string {
  return pairs([
    [w.case, safe(one.case)],
    [w.id, one.id],
    [w.state, one.again ? t.again(word(one.state)) : word(one.state)],
    [w.purpose, one.purpose],
    ...(one.instrument === undefined ? [] : [[w.instrument, safe(one.instrument)] as const]),
    [t.assignedTo, one.officers.map(safe).join(', ')],
    [t.opened, t.by(timeOf(one.opened.at), one.agency, safe(one.opened.officer))],
    [w.reason, safe(one.opened.reason)],
    ...(one.confirmed
      ? [[t.confirmed, t.confirmedBy(timeOf(one.confirmed.at), one.confirmed.by)] as const]
      : []),
    ...(one.closed ? [[t.closed, timeOf(one.closed.at)] as const] : []),
    ...(one.waitsFor ? [[t.waitsFor, waits(one)] as const] : []),
    [one.state === 'waiting' ? t.confirmBy : w.until, `${deadline(one.until)}`],
    [t.subjects, one.refs ? one.refs.join(', ') : String(one.subjects)],
  ]);
}

const waits = ({ waitsFor }: RegisteredCase): string =>
  waitsFor === undefined
    ? ''
    : 'agency' in waitsFor
      ? t.supervisor(waitsFor.agency)
      : t.office(waitsFor.department);

function inLines(cases: readonly RegisteredCase[]): string {
  if (cases.length === 0) return t.none;
  const rows = cases.map((one) => [
    safe(one.case),
    one.purpose,
    one.waitsFor ? t.waits(waits(one)) : word(one.state),
    one.officers.map(safe).join(', '),
    String(one.subjects),
    lastDay(one.until),
    one.id,
  ]);
  return table([w.case, w.for, w.state, t.assignedTo, t.subjects, w.untilIn(zoneHere()), w.id], rows, {
    wraps: 2,
  });
}
