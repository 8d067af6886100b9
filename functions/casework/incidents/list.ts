import type { IncidentInList } from '../../../shared/contract/casework.ts';
import { type ListedState, listDesk } from '../../../shared/records/casework/desk-lists.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import { mayAct } from '../../session/acts.ts';
import type { Act } from '../act.ts';
import { newestOf, type Row } from '../newest.ts';
import { EVERY, findStored, summaryOf } from './stored.ts';

/** Those that the office opened; every one for an office that watches over them. @returns one page: see `newestOf` */
export function listIncidents(
  act: Act,
  state: ListedState,
  page: { before: string | undefined; limit: number },
): Promise<{ items: IncidentInList[]; next: string | null }> {
  const { deps, session } = act;
  const { clientId } = session.caller;
  return newestOf(
    {
      inboxes: [mayAct(session, {}) ? EVERY : inboxOfAgency(clientId)],
      read: (inbox, rows) => listDesk(deps.tables.casework, { kind: 'incident', state, inbox }, rows),
      show: (rows) => Promise.all(rows.map((row) => shown(act, state, row))),
    },
    page,
  );
}

async function shown(act: Act, state: ListedState, row: Row): Promise<IncidentInList | null> {
  const incident = await findStored(act, row.id);
  if (!incident || (incident.closed === undefined) !== (state === 'open')) return null;
  // A repeat after a crash is listed by its own instant.
  if (row.key !== `${incident.at}#${row.id}`) return null;
  if (!mayAct(act.session, { filer: incident.by === act.session.caller.clientId })) return null;
  return summaryOf(act, incident);
}
