import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Option } from 'commander';
import type { DeskWords, Language } from '../../../shared/client/desk.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import type { Incident, IncidentReport } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { instant, list, open, print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, table } from '../terminal/table.ts';

interface OpenOptions extends DeskWords {
  ref?: string[];
  idNumber?: string[];
  ticket?: string;
  grade?: string;
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
    .option('--ticket <id>', 'the people whom a leak check found, in place of --ref')
    .requiredOption('--field <name>', 'a field (repeat, or separate by commas)', list)
    .requiredOption('--from <time>', 'start of the time in which it may have leaked', instant)
    .option('--until <time>', 'end of that time; default: now', instant)
    .option(
      '--operator <kind>',
      'county-organ, provincial-organ, state-organ (central), critical-infrastructure or other: sets the deadline',
      'county-organ',
    )
    .option('--grade <word>', 'general, larger, major or extraordinary')
    .option('--known-at <time>', 'time of the discovery; default: now', instant)
    .runs<OpenOptions>(async (options) => {
      const { field, from, until = new Date().toISOString(), operator, grade, knownAt } = options;
      const { gate } = await open(options);
      const answer = await gate.incidents.open({
        ...peopleOf(options),
        fields: field,
        from,
        until,
        operator,
        ...defined({ grade, knownAt }),
        ...whyFrom(options),
      });
      print(options, answer, () => inWords(answer.incident));
    });
  closing(incident);
  reporting(incident);
  incident
    .command('show')
    .description('show an incident, or write its report for printing')
    .argument('<id>', 'as shown by incident open')
    .addOption(new Option('--html <language>', 'the report as a page').choices(['en', 'zh']))
    .option('--out <file>', 'file for the page; default: standard output')
    .calls<{ html?: Language; out?: string }>(async ({ gate, options }, id) => {
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
    .calls<DeskWords & { outcome: 'confirmed' | 'unfounded' }>(async ({ gate, options }, id) => {
      const answer = await gate.incidents.close(id, options.outcome, whyFrom(options));
      print(options, answer, () => inWords(answer.incident));
    });
}

function reporting(incident: Command): void {
  withOfficer(incident.command('report'))
    .description('record a report about an incident as it was sent')
    .argument('<id>', 'as shown by incident open')
    .requiredOption('--file <path>', 'the report that was sent; only its digest leaves this machine')
    .addOption(
      new Option('--kind <word>', 'which report it is')
        .choices(['first', 'supplement', 'closing'])
        .makeOptionMandatory(),
    )
    .option('--grade <word>', 'the grade as it is known now')
    .runs<DeskWords & { file: string; kind: IncidentReport['kind']; grade?: string }>(async (options, id) => {
      const { kind, grade } = options;
      const evidence = digestOf(options.file);
      const { gate } = await open(options);
      const report = { kind, evidence, ...defined({ grade }), ...whyFrom(options) };
      const answer = await gate.incidents.sent(id, report);
      print(options, answer, () => inWords(answer.incident));
    });
}

function digestOf(file: string): string {
  try {
    return hash('sha256', readFileSync(file));
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Writes a page to a file that only its owner may read, or to standard output. */
export function put(file: string | undefined, text: string): void {
  if (file === undefined) process.stdout.write(text);
  else {
    writeFileSync(file, text, { mode: 0o600 });
    process.stderr.write(`Written to ${file}.\n`);
  }
}

function peopleOf({ ref = [], idNumber = [], ticket }: OpenOptions): {
  subjects?: Subject[];
  ticket?: string;
} {
  if (ticket !== undefined) return { ticket };
  const people = [
    ...ref.map((one) => ({ ref: one })),
    ...idNumber.map((one) => ({ match: { id_number: one } })),
  ];
  if (people.length === 0) throw new UsageError('Name the person: --ref, --id-number or --ticket.');
  return { subjects: people };
}

function inWords(incident: Incident): string {
  const { id, state, subjects, fields, recipients, reportBy, reports, keptUntil, tasks } = incident;
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
    ['grade', `${incident.gradeName.label}, of ${incident.operatorName.label}`],
    ['report by', `${reportBy} to ${incident.reportsTo.label}`],
    ['reports', reports.map(({ kind, late }) => (late ? `${kind} (late)` : kind)).join(', ') || 'none'],
    ['tasks', `${tasks.report} to report, ${tasks.notices} to inform`],
    ['kept until', keptUntil],
  ])}\n${scope}`;
}
