import { Option } from 'commander';
import type { CaseOpening } from '../../../shared/client/cases.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { CaseState, RegisteredCase } from '../../../shared/contract/cases.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import {
  list,
  open,
  type PeopleOptions,
  print,
  subjectsFrom,
  whyFrom,
  withOfficer,
  withPeople,
} from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe, table } from '../terminal/table.ts';

const STATES = ['waiting', 'open', 'ended', 'closed'];

interface OpenOptions extends PeopleOptions {
  assign?: string[];
}

/** `fieldgate case …`: the register of cases. */
export function registerCase(program: Command): void {
  const group = program.command('case').description('open, confirm, assign, close and show cases');
  withPeople(withOfficer(group.command('open')))
    .description('open a case about children; it counts once a second person confirms it')
    .requiredOption('--purpose <code>', 'purpose, such as W3')
    .option('--assign <officer>', 'officer who works on it (repeat, or separate by commas)', list)
    .option('--instrument <number>', 'legal instrument, if the purpose needs one')
    .runs<OpenOptions>(async (options) => {
      const { purpose, instrument, case: number, officer } = options;
      const officers = options.assign ?? (officer === undefined ? [] : [officer]);
      if (number === undefined) throw new UsageError('Name the case: --case.');
      if (officers.length === 0) throw new UsageError('Name the officers who work on it: --assign.');
      const opening: CaseOpening = {
        ...{ case: number, purpose, officers, subjects: subjectsFrom(options) },
        ...defined({ instrument }),
      };
      const { gate } = await open(options);
      const { case: _, ...why } = whyFrom(options);
      const answer = await gate.cases.open(opening, why);
      print(options, answer, () => inWords(answer.case));
    });
  group
    .command('list')
    .description("show the office's cases, those that end soonest first")
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--agency <client id>', 'for auditors: the cases of this agency')
    .calls<{ state?: CaseState; agency?: string }>(async ({ gate, options }) => {
      const cases = await gate.cases.list(defined({ state: options.state, agency: options.agency }));
      print(options, { cases }, () => inLines(cases));
    });
  group
    .command('show')
    .description('show one case')
    .argument('<id>', 'as shown by case list, or by the task to confirm it')
    .calls(async ({ gate, options }, id) => {
      const found = await gate.cases.view(id);
      print(options, found, () => inWords(found));
    });
  withOfficer(group.command('assign').description('assign a case to officers, in place of those before'))
    .argument('<id>', 'as shown by case list')
    .requiredOption('--assign <officer>', 'officer (repeat, or separate by commas)', list)
    .calls<Why & { assign: string[] }>(async ({ gate, options }, id) => {
      const answer = await gate.cases.assign(id, options.assign, whyFrom(options));
      print(options, answer, () => inWords(answer.case));
    });
  for (const act of ['confirm', 'close'] as const) {
    const what =
      act === 'confirm'
        ? 'confirm a case that another person opened'
        : 'close a case, which ends its releases at once';
    withOfficer(group.command(act).description(what))
      .argument('<id>', 'as shown by case list')
      .calls<Why>(async ({ gate, options }, id) => {
        const answer = await gate.cases[act](id, whyFrom(options));
        print(options, answer, () => inWords(answer.case));
      });
  }
}

function inWords(one: RegisteredCase): string {
  return pairs([
    ['case', safe(one.case)],
    ['id', one.id],
    ['state', one.again ? `${one.state}, opened again` : one.state],
    ['purpose', one.purpose],
    ...(one.instrument === undefined ? [] : [['instrument', safe(one.instrument)] as const]),
    ['assigned to', one.officers.map(safe).join(', ')],
    ['opened', `${minute(one.opened.at)} by ${one.agency}, ${safe(one.opened.officer)}`],
    ['reason', safe(one.opened.reason)],
    ...(one.confirmed ? [['confirmed', `${minute(one.confirmed.at)} by ${one.confirmed.by}`] as const] : []),
    ...(one.closed ? [['closed', minute(one.closed.at)] as const] : []),
    ...(one.waitsFor ? [['waits for', waits(one)] as const] : []),
    [one.state === 'waiting' ? 'confirm by' : 'until', `${minute(one.until)} UTC`],
    ['children', one.refs ? one.refs.join(', ') : String(one.children)],
  ]);
}

const waits = ({ waitsFor }: RegisteredCase): string =>
  waitsFor === undefined
    ? ''
    : 'agency' in waitsFor
      ? `a supervisor of ${waitsFor.agency}`
      : `an office of ${waitsFor.department}`;

function inLines(cases: readonly RegisteredCase[]): string {
  if (cases.length === 0) return 'No cases.\n';
  const rows = cases.map((one) => [
    safe(one.case),
    one.purpose,
    one.waitsFor ? `waits for ${waits(one)}` : one.state,
    one.officers.map(safe).join(', '),
    String(one.children),
    minute(one.until),
    one.id,
  ]);
  return table(['case', 'for', 'state', 'assigned to', 'children', 'until (UTC)', 'id'], rows, { wraps: 2 });
}

const minute = (instant: string) => instant.slice(0, 16).replace('T', ' ');
