import type { Hono } from 'hono';
import { PAGE_POLICY } from '../../../shared/pages/html.ts';
import { incidentPage } from '../../../shared/pages/incident.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { CloseRequest, IncidentQuery, IncidentRequest } from '../../http/contract/incidents.ts';
import { accepts } from '../../http/headers.ts';
import { requireAction } from '../../session/actor.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { closeIncident, openIncident, readIncident } from './incidents.ts';

/** Caseworkers, stewards and auditors may all find a leak; the pack says who opens an incident about what. */
const ACTIONS = ['casework', 'steward', 'audit'];

export function mountIncidents(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  const caller = authenticate(deps, { action: null });

  app.post('/v1/incidents', caller, async (c) => {
    const session = c.get('session');
    requireAction(session, ...ACTIONS);
    const body = await readBody(c, IncidentRequest);
    return c.json(await openIncident(await beginAct(deps, session, body), body));
  });

  app.get('/v1/incidents/:id', caller, async (c) => {
    const session = c.get('session');
    requireAction(session, ...ACTIONS);
    const { lang = 'en' } = readQuery(c, IncidentQuery);
    const incident = await readIncident(await beginRead(deps, session), c.req.param('id'));
    if (!accepts(c, 'text/html')) return c.json({ incident });
    return c.body(incidentPage(incident, lang), 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
  });

  app.post('/v1/incidents/:id/close', caller, async (c) => {
    const session = c.get('session');
    requireAction(session, ...ACTIONS);
    const body = await readBody(c, CloseRequest);
    return c.json(await closeIncident(await beginAct(deps, session, body), c.req.param('id'), body));
  });
}
