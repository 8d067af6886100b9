import type { Hono } from 'hono';
import { DeskListQuery } from '../../../shared/contract/routes/desk-lists.ts';
import {
  CloseRequest,
  IncidentQuery,
  IncidentRequest,
  ReportRequest,
} from '../../../shared/contract/routes/incidents.ts';
import { PAGE_HEADERS } from '../../../shared/pages/html.ts';
import { incidentPage } from '../../../shared/pages/incident.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { accepts } from '../../http/headers.ts';
import { languageHeaders, pageLanguage } from '../../http/language.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { closeIncident, openIncident } from './incidents.ts';
import { listIncidents } from './list.ts';
import { reportIncident } from './report.ts';
import { readIncident } from './stored.ts';

const PAGE = 50;

export function mountIncidents(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/incidents', authenticate(deps, 'incident.open'), async (c) => {
    const body = await readBody(c, IncidentRequest);
    return c.json(await openIncident(await beginAct(deps, c.get('session'), body), body));
  });

  app.get('/v1/incidents', authenticate(deps, 'incident.list'), async (c) => {
    const { state, cursor, limit = PAGE } = readQuery(c, DeskListQuery);
    const read = await beginRead(deps, c.get('session'));
    const { items, next } = await listIncidents(read, state, { before: readCursor(cursor), limit });
    return c.json({ incidents: items, cursor: writeCursor(next) });
  });

  app.get('/v1/incidents/:id', authenticate(deps, 'incident.read'), async (c) => {
    const { lang: asked } = readQuery(c, IncidentQuery);
    const read = await beginRead(deps, c.get('session'));
    const incident = await readIncident(read, c.req.param('id'));
    if (!accepts(c, 'text/html')) return c.json({ incident });
    const lang = await pageLanguage(c, asked);
    const { calendar: zone, casework } = read.pack;
    const page = incidentPage(incident, { lang, zone }, casework?.pages.leak);
    return c.body(page, 200, { ...PAGE_HEADERS, ...languageHeaders([lang]) });
  });

  app.post('/v1/incidents/:id/reports', authenticate(deps, 'incident.report'), async (c) => {
    const body = await readBody(c, ReportRequest);
    return c.json(
      await reportIncident(await beginAct(deps, c.get('session'), body), c.req.param('id'), body),
    );
  });

  app.post('/v1/incidents/:id/close', authenticate(deps, 'incident.close'), async (c) => {
    const body = await readBody(c, CloseRequest);
    return c.json(await closeIncident(await beginAct(deps, c.get('session'), body), c.req.param('id'), body));
  });
}
