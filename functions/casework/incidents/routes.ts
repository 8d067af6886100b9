import type { IncidentInList } from '../../../shared/contract/casework.ts';
import { incidentRoutes } from '../../../shared/contract/routes/incidents.ts';
import { PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { incidentPage } from '../../../shared/pages/incident.ts';
import { type ListedState, listDesk } from '../../../shared/records/casework/desk-lists.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import type { App } from '../../http/app.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import { mayAct } from '../../session/acts.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { Act } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { newestOf, type Row } from '../newest.ts';
import { serveActs } from '../serve.ts';
import { closeIncident, openIncident } from './incidents.ts';
import { reportIncident } from './report.ts';
import { EVERY, findStored, readIncident, summaryOf } from './stored.ts';

const PAGE = 50;

export function mountIncidents(app: App<SessionVariables>, deps: CaseworkDeps): void {
  serveActs(app, deps, incidentRoutes, {
    openIncident: (act, { body }) => openIncident(act, body),
    async listIncidents(act, { query: { state, cursor, limit = PAGE } }) {
      const { items, next } = await listIncidents(act, state, { before: readCursor(cursor), limit });
      return { incidents: items, cursor: writeCursor(next) };
    },
    async readIncident(act, { id, query, c }) {
      const incident = await readIncident(act, id);
      if (!accepts(c, 'text/html')) return { incident };
      const lang = await pageLanguage(c, query.lang);
      const { calendar: zone, casework } = act.pack;
      const page = incidentPage(incident, { lang, zone }, casework?.pages.leak);
      return c.body(page, 200, { ...PAGE_HEADERS, ...languageHeaders([lang]) });
    },
    reportIncident: (act, { id, body }) => reportIncident(act, id, body),
    closeIncident: (act, { id, body }) => closeIncident(act, id, body),
  });
}

/** Those that the office opened; every one for an office that watches over them. @returns one page: see `newestOf` */
function listIncidents(
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
