import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { DeskWords, Language } from '../../../shared/client/desk.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import type { Incident, IncidentInList, IncidentReport } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import {
  all,
  endOf,
  instant,
  list,
  matches,
  open,
  print,
  repeated,
  whyFrom,
  withOfficer,
  withReceipt,
} from '../common.ts';
import { readSubjects } from '../lists/subjects-file.ts';
import { writeWhole } from '../lists/table-out.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, table } from '../terminal/table.ts';
import { deadline, minute, zoneHere } from '../terminal/times.ts';
import { outcomeWord, word } from '../terminal/words.ts';
import { digestOf } from './consent.ts';

const { incident: t } = await texts('desk');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

interface OpenOptions extends DeskWords {
  ref?: string[];
  match?: Record<string, string>[];
  localId?: string[];
  ticket?: string;
  subjects?: string;
  grade?: string;
  field: string[];
  from: string;
  until?: string;
  operator: string;
  knownAt?: string;
}

/** `fieldgate incident …` */
export function registerIncident(program: Command): void {
  const incident = program.command('incident').description(about.incident);
  withOfficer(incident.command('open'))
    .description(t.open.what)
    .option('--ref <reference>', t.open.ref, list)
    .option('--local-id <key>', w.manyByLocalId, repeated)
    .option('--match <field=value>', w.manyByMatch, matches)
    .option('--subjects <file>', w.manyPeople)
    .option('--ticket <id>', t.open.ticket)
    .requiredOption('--field <name>', t.open.field, list)
    .requiredOption('--from <time>', t.open.from, instant)
    .option('--until <time>', t.open.until, endOf)
    .option('--operator <kind>', t.open.operator, 'county-organ')
    .option('--grade <word>', t.open.grade)
    .option('--known-at <time>', t.open.knownAt, instant)
    .runs<OpenOptions>(async (options) => {
      const { gate } = await open(options);
      const { field, from, until = new Date().toISOString(), operator, grade, knownAt } = options;
      const answer = await gate.incidents.open({
        ...(await peopleOf(gate, options)),
        fields: field,
        from,
        until,
        operator,
        ...defined({ grade, knownAt }),
        ...whyFrom(options),
      });
      print(options, withReceipt(answer.incident, answer), () => inWords(answer.incident));
    });
  closing(incident);
  reporting(incident);
  incident
    .command('list')
    .description(t.list.what)
    .option('--closed', t.list.closed)
    .calls<{ closed?: boolean }>(async ({ gate, options }) => {
      const incidents = await all(gate.incidents.list(options.closed ? 'closed' : 'open'));
      print(options, incidents, () => inLines(incidents));
    });
  incident
    .command('show')
    .description(t.show.what)
    .argument('<id>', t.fromOpen)
    .addOption(new Option('--html <language>', t.show.html))
    .option('--out <file>', w.pageFile)
    .calls<{ html?: Language; out?: string }>(async ({ gate, options }, id) => {
      if (options.html !== undefined) return put(options.out, await gate.incidents.report(id, options.html));
      if (options.out !== undefined) throw new UsageError(w.outOfPage);
      const found = await gate.incidents.read(id);
      print(options, found, () => inWords(found));
    });
}

function closing(incident: Command): void {
  withOfficer(incident.command('close'))
    .description(t.close.what)
    .argument('<id>', t.fromOpen)
    .addOption(
      new Option('--outcome <word>', t.close.outcome)
        .choices(['confirmed', 'unfounded'])
        .makeOptionMandatory(),
    )
    .calls<DeskWords & { outcome: 'confirmed' | 'unfounded' }>(async ({ gate, options }, id) => {
      const answer = await gate.incidents.close(id, options.outcome, whyFrom(options));
      print(options, withReceipt(answer.incident, answer), () => inWords(answer.incident));
    });
}

function reporting(incident: Command): void {
  withOfficer(incident.command('report'))
    .description(t.report.what)
    .argument('<id>', t.fromOpen)
    .requiredOption('--file <path>', t.report.file)
    .addOption(
      new Option('--kind <word>', t.report.kind)
        .choices(['first', 'supplement', 'closing'])
        .makeOptionMandatory(),
    )
    .option('--grade <word>', t.report.grade)
    .runs<DeskWords & { file: string; kind: IncidentReport['kind']; grade?: string }>(async (options, id) => {
      const { kind, grade } = options;
      const evidence = digestOf(options.file);
      const { gate } = await open(options);
      const report = { kind, evidence, ...defined({ grade }), ...whyFrom(options) };
      const answer = await gate.incidents.sent(id, report);
      print(options, withReceipt(answer.incident, answer), () => inWords(answer.incident));
    });
}

/** Writes a page to a file that only its owner may read, or to standard output. */
export function put(file: string | undefined, text: string): void {
  if (file === undefined) process.stdout.write(text);
  else {
    writeWhole(file, text);
    process.stderr.write(w.written(file));
  }
}

/** Numbers on a command line can be read by others of this machine: many people are in a file. */
async function peopleOf(
  gate: Fieldgate,
  { ref = [], match = [], localId = [], ticket, subjects: file }: OpenOptions,
): Promise<{ subjects?: Subject[]; ticket?: string }> {
  const people: Subject[] = [
    ...ref.map((one) => ({ ref: one })),
    ...match.map((one) => ({ match: one })),
    ...localId.map((one) => ({ match: { local_id: one } })),
  ];
  const ways = [ticket !== undefined, file !== undefined, people.length > 0].filter(Boolean);
  if (ways.length !== 1) throw new UsageError(t.namePeople);
  if (ticket !== undefined) return { ticket };
  if (file === undefined) return { subjects: people };
  const { rows } = await readSubjects(file, gate.matchKeys);
  return { subjects: rows.map(({ subject }) => subject) };
}

function inWords(incident: Incident): string {
  const { id, state, subjects, fields, recipients, reportBy, reports, keptUntil, tasks } = incident;
  const rows = recipients.map((one) => [
    one.agency.id,
    one.purpose.code,
    String(one.subjects),
    Object.keys(one.fields).join(', '),
    `${minute(one.first)} – ${minute(one.last)}`,
  ]);
  const scope =
    rows.length === 0
      ? t.noRecipient
      : table([w.recipient, w.purpose, w.people, w.fields, t.firstAndLast(zoneHere())], rows, { wraps: 3 });
  return `${pairs([
    [t.incident, id],
    [w.state, outcomeWord('incident', state)],
    [w.people, String(subjects)],
    [w.fields, Object.keys(fields).join(', ')],
    [t.grade, t.gradeOf(spoken(incident.gradeName.label), spoken(incident.operatorName.label))],
    [t.reportBy, t.reportTo(deadline(reportBy), spoken(incident.reportsTo.label))],
    [
      t.reports,
      reports.map(({ kind, late }) => (late ? t.late(word(kind)) : word(kind))).join(', ') || w.none,
    ],
    [t.tasks, t.taskCount(tasks.report, tasks.notices)],
    [t.keptUntil, deadline(keptUntil)],
  ])}\n${scope}`;
}

function inLines(incidents: readonly IncidentInList[]): string {
  if (incidents.length === 0) return t.list.none;
  const rows = incidents.map(({ id, state, byName, at, subjects, fields, gradeName, reportBy, reports }) => [
    id,
    word(state),
    spoken(byName.label),
    minute(at),
    String(subjects),
    Object.keys(fields).join(', '),
    spoken(gradeName.label),
    reports.map(({ kind }) => word(kind)).join(', ') || t.list.due(deadline(reportBy)),
  ]);
  const head = [w.id, w.state, w.by, w.sinceIn(zoneHere()), w.people, w.fields, t.grade, t.reports];
  return table(head, rows, { wraps: 5 });
}
