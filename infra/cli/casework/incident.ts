import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { DeskWords, Language } from '../../../shared/client/desk.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import type { Incident } from '../../../shared/contract/casework.ts';
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
    .description('open an incident: recipients of these fields of these people, reporting deadlines, tasks')
    .option('--ref <reference>', "a person by this agency's own reference (repeat)", list)
    .option('--id-number <number>', 'a person by resident ID number (repeat)', list)
    .requiredOption('--field <name>', 'a field (repeat, or separate by commas)', list)
    .requiredOption('--from <time>', 'start of the time in which it may have leaked', instant)
    .option('--until <time>', 'end of that time; default: now', instant)
    .option(
      '--operator <kind>',
      'state-organ, critical-infrastructure or other: determines the deadline',
      'state-organ',
    )
    .option('--known-at <time>', 'time of the discovery; default: now', instant)
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
    .description('show an incident, or write its report for printing')
    .argument('<id>', 'as shown by incident open')
    .addOption(new Option('--html <language>', 'the report as a page').choices(['en', 'zh']))
    .option('--out <file>', 'file for the page; default: standard output')
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
    .description('close an incident with the finding (--reason)')
    .argument('<id>', 'as shown by incident open')
    .addOption(
      new Option('--outcome <word>', 'the kind of finding')
        .choices(['confirmed', 'unfounded'])
        .makeOptionMandatory(),
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
  if (people.length === 0) throw new UsageError('Name the person: --ref or --id-number.');
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
      ? 'According to the log, these fields had no recipient in that time.\n'
      : table(['recipient', 'purpose', 'people', 'fields', 'first and last (UTC)'], rows, { wraps: 3 });
  return `${pairs([
    ['incident', id],
    ['state', state],
    ['people', String(subjects)],
    ['fields', Object.keys(fields).join(', ')],
    ['report by', reportBy],
    ['tasks', `${tasks.report} to report, ${tasks.notices} to inform`],
    ['kept until', keptUntil],
  ])}\n${scope}`;
}
