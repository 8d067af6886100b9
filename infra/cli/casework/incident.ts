import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { DeskWords, Language, Subject } from '../../../shared/client/wire/types.ts';
import { incidentRoutes } from '../../../shared/contract/routes/incidents.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import {
  endOf,
  instant,
  list,
  type NamedPeople,
  open,
  subjectsFrom,
  whyFrom,
  withOfficer,
  withPeople,
} from '../common.ts';
import { derive, type Own, type Route, show } from '../derive/derive.ts';
import { readSubjects } from '../lists/subjects-file.ts';
import { writeOut } from '../lists/table-out.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { incident: t } = await texts('desk');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** Of each recipient; programs get its officers and entries too. */
const below = { recipients: ['agency', 'purpose', 'subjects', 'fields', 'first', 'last'] };

/** An empty list is an answer, too. */
const after = ({ recipients }: Record<string, Json>) =>
  Array.isArray(recipients) && recipients.length === 0 ? t.noRecipient : '';
const shown = { below, after };

interface OpenOptions extends DeskWords, NamedPeople {
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
  withOfficer(withPeople(incident.command('open')))
    .description(t.open.what)
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
      const answer = await gate.call('POST /v1/incidents', {
        body: {
          ...(await peopleOf(gate, options)),
          fields: field,
          from,
          until,
          operator,
          ...defined({ grade, knownAt }),
          ...whyFrom(options),
        },
      });
      const opened = incidentRoutes.openIncident;
      await show({ gate, options }, opened, answer as unknown as Record<string, Json>, shown);
    });
  derive(incident.command('close'), incidentRoutes.closeIncident, {
    what: t.close.what,
    flags: { outcome: '--outcome <word>' },
    below,
  });
  derive(incident.command('report'), incidentRoutes.reportIncident, {
    what: t.report.what,
    flags: { evidence: '--file <path>', kind: '--kind <word>', grade: '--grade <word>' },
    below,
  });
  derive(incident.command('list'), incidentRoutes.listIncidents, {
    flags: { state: ['--closed', 'closed', 'open'] },
    columns: ['id', 'state', 'byName', 'at', 'subjects', 'fields', 'gradeName', 'reportBy', 'reports'],
  });
  const words = { ...t.show, id: t.fromOpen };
  registerShow(incident, 'GET /v1/incidents/:id', incidentRoutes.readIncident, words, shown);
}

/** `show`: one by its id, or its printable page. */
export function registerShow(
  group: Command,
  line: 'GET /v1/incidents/:id' | 'GET /v1/objections/:id',
  route: Route,
  words: { what: string; id: string; html: string },
  own: Own,
): void {
  group
    .command('show')
    .description(words.what)
    .argument('<id>', words.id)
    .addOption(new Option('--html <language>', words.html))
    .option('--out <file>', w.pageFile)
    .calls<{ html?: Language; out?: string }>(async ({ gate, options }, id) => {
      const { html: lang, out } = options;
      if (lang !== undefined) return put(out, await gate.text(line, { id, query: { lang } }, 'text/html'));
      if (out !== undefined) throw new UsageError(w.outOfPage);
      await show({ gate, options }, route, await gate.call(line, { id }), own);
    });
}

/** Writes a page to a file that only its owner may read, or to standard output. */
export function put(file: string | undefined, text: string): void {
  if (file === undefined) process.stdout.write(text);
  else {
    writeOut(file, text);
    process.stderr.write(w.written(file));
  }
}

/** Numbers on a command line can be read by others of this machine: many people are in a file. */
async function peopleOf(
  gate: Fieldgate,
  { ref, match, localId, ticket, subjects: file }: OpenOptions,
): Promise<{ subjects?: Subject[]; ticket?: string }> {
  const ways = [ticket, file, ref ?? match ?? localId].filter((one) => one !== undefined);
  if (ways.length !== 1) throw new UsageError(t.namePeople);
  if (ticket !== undefined) return { ticket };
  if (file === undefined) return { subjects: subjectsFrom(defined({ ref, match, localId })) };
  const { rows } = await readSubjects(file, gate.matchKeys);
  return { subjects: rows.map(({ subject }) => subject) };
}
