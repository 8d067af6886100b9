import { incidentRoutes } from '../../../shared/contract/routes/incidents.ts';
import { PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { incidentPage } from '../../../shared/pages/incident.ts';
import type { App } from '../../http/app.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import type { SessionVariables } from '../../session/session.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serveActs } from '../serve.ts';
import { closeIncident, openIncident } from './incidents.ts';
import { listIncidents } from './list.ts';
import { reportIncident } from './report.ts';
import { readIncident } from './stored.ts';

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
