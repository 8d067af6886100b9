import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Language, Subject } from '../../../shared/client/wire/types.ts';
import { incidentRoutes } from '../../../shared/contract/routes/incidents.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type NamedPeople, withPeople } from '../common.ts';
import { derive, type Own, type Route, show } from '../derive/derive.ts';
import { subjectsOf } from '../lists/subjects-file.ts';
import { writeOut } from '../lists/table-out.ts';
import { texts, words as w } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { incident: t } = await texts('desk');

/** Of each recipient; programs get its officers and entries too. */
const below = { recipients: ['agency', 'purpose', 'subjects', 'fields', 'first', 'last'] };

/** An empty list is an answer, too. */
const after = ({ recipients }: Record<string, Json>) =>
  Array.isArray(recipients) && recipients.length === 0 ? t.noRecipient : '';
const shown = { below, after };

interface OpenOptions extends NamedPeople {
  ticket?: string;
  subjects?: string;
}

/** `fieldgate incident …` */
export function registerIncident(program: Command): void {
  const incident = program.command('incident');
  const opening = withPeople(incident.command('open'))
    .option('--subjects <file>', w.manyPeople)
    .option('--ticket <id>', t.open.ticket)
    .option('--operator <kind>', t.open.operator, 'county-organ');
  derive(opening, incidentRoutes.openIncident, {
    ...{ what: t.open.what, ...shown },
    flags: {
      ...{ subjects: null, operator: '--operator <kind>' },
      ...{ grade: '--grade <word>', knownAt: '--known-at <time>' },
    },
    defaults: ['until'],
    completes: (ask) => {
      ask['until'] ??= new Date().toISOString();
    },
    before: async (gate, ask, options) => void Object.assign(ask, await peopleOf(gate, options)),
  });
  derive(incident.command('close'), incidentRoutes.closeIncident, {
    what: t.close.what,
    flags: { outcome: '--outcome <word>' },
    below,
  });
  derive(incident.command('report'), incidentRoutes.reportIncident, {
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

async function peopleOf(
  gate: Fieldgate,
  { ticket, ...named }: OpenOptions,
): Promise<{ subjects?: Subject[]; ticket?: string }> {
  const { ref, match, localId, subjects } = named;
  const ways = [ticket, subjects, ref ?? match ?? localId].filter((one) => one !== undefined);
  if (ways.length !== 1) throw new UsageError(t.namePeople);
  return ticket === undefined ? { subjects: await subjectsOf(gate, named) } : { ticket };
}
