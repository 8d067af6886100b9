import type { Hono } from 'hono';
import { HarmReport } from '../../../shared/contract/routes/harm-reports.ts';
import { readBody } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { fileReport } from './file.ts';

export function mountHarmReports(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/harm-reports', authenticate(deps, 'harm.report'), async (c) => {
    const body = await readBody(c, HarmReport);
    const act = await beginAct(deps, c.get('session'), body);
    return c.json(await fileReport(act, body, c.req.header('idempotency-key')));
  });
}
