import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { DeskWords, Incident, Language } from '../../../shared/client/desk.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import { instant, list, open, optionsOf, print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, table } from '../terminal/table.ts';

interface OpenOptions extends DeskWords {
  ref?: string[];
  idNumber?: string[];
  field: string[];
  from: string;
  until?: string;
  operator: string;
  knownAt?: string;
}

/** `fieldgate incident …` */
export function registerIncident(program: Command): void {
  const incident = program.command('incident').description('act on a suspected leak');
  withOfficer(incident.command('open'))
    .description('open an incident: who received these fields of these people, clocks, tasks')
    .option('--ref <reference>', "a person by this agency's own reference (repeat)", list)
    .option('--id-number <number>', 'a person by resident ID number (repeat)', list)
    .requiredOption('--field <name>', 'a field (repeat, or put commas between)', list)
    .requiredOption('--from <time>', 'from when it may have leaked', instant)
    .option('--until <time>', 'until when; now, unless said', instant)
    .option(
      '--operator <kind>',
      'state-organ, critical-infrastructure or other: which clock runs',
      'state-organ',
    )
    .option('--known-at <time>', 'since when it is known; now, unless said', instant)
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf<OpenOptions>(command);
      const { field, from, until = new Date().toISOString(), operator, knownAt } = options;
      const { gate } = await open(options);
      const answer = await gate.incidents.open({
        subjects: peopleOf(options),
        fields: field,
        from,
        until,
        operator,
        ...defined({ knownAt }),
        ...whyFrom(options),
      });
      print(options, answer, () => inWords(answer.incident));
    });
  closing(incident);
  incident
    .command('show')
    .description('show an incident, or write its report to print')
    .argument('<id>', 'as incident open showed it')
    .addOption(new Option('--html <language>', 'the report as a page').choices(['en', 'zh']))
    .option('--out <file>', 'where the page goes; standard output, unless said')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = optionsOf<{ html?: Language; out?: string }>(command);
      const { gate } = await open(options);
      if (options.html !== undefined) return put(options.out, await gate.incidents.report(id, options.html));
      const found = await gate.incidents.read(id);
      print(options, { incident: found }, () => inWords(found));
    });
}

function closing(incident: Command): void {
  withOfficer(incident.command('close'))
    .description('close an incident with what was found (--reason)')
    .argument('<id>', 'as incident open showed it')
    .addOption(
      new Option('--outcome <word>', 'what it was').choices(['confirmed', 'unfounded']).makeOptionMandatory(),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = optionsOf<DeskWords & { outcome: 'confirmed' | 'unfounded' }>(command);
      const { gate } = await open(options);
      const answer = await gate.incidents.close(id, options.outcome, whyFrom(options));
      print(options, answer, () => inWords(answer.incident));
    });
}

/** Writes a page to a file that only its owner may read, or to standard output. */
export function put(file: string | undefined, text: string): void {
  if (file === undefined) process.stdout.write(text);
  else {
    writeFileSync(file, text, { mode: 0o600 });
    process.stderr.write(`Written to ${file}.\n`);
  }
}

function peopleOf({ ref = [], idNumber = [] }: OpenOptions): Subject[] {
  const people = [
    ...ref.map((one) => ({ ref: one })),
    ...idNumber.map((one) => ({ match: { id_number: one } })),
  ];
  if (people.length === 0) throw new UsageError('Say whom it is about: --ref or --id-number.');
  return people;
}

function inWords({ id, state, subjects, fields, recipients, reportBy, keptUntil, tasks }: Incident): string {
  const rows = recipients.map((one) => [
    one.agency.id,
    one.purpose.code,
    String(one.subjects),
    Object.keys(one.fields).join(', '),
    `${one.first.slice(0, 16)} – ${one.last.slice(0, 16)}`,
  ]);
  const scope =
    rows.length === 0
      ? 'By the log, nobody received these fields in that time.\n'
      : table(['recipient', 'purpose', 'people', 'fields', 'first and last (UTC)'], rows, { wraps: 3 });
  return `${pairs([
    ['incident', id],
    ['state', state],
    ['people', String(subjects)],
    ['fields', Object.keys(fields).join(', ')],
    ['report by', reportBy],
    ['tasks', `${tasks.report} to report, ${tasks.notices} to tell`],
    ['kept until', keptUntil],
  ])}\n${scope}`;
}
