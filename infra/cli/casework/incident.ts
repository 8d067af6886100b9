import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { incidentRoutes } from '../../../shared/contract/routes/incidents.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type NamedPeople, withPeople } from '../common.ts';
import { derive } from '../derive/derive.ts';
import { subjectsOf } from '../lists/subjects-file.ts';
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
  const { what, html: page } = t.show;
  derive(incident.command('show'), incidentRoutes.readIncident, { ...{ what, page }, ...shown });
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
