import type { Hono } from 'hono';
import { OpenReport } from '../../../shared/contract/routes/harm-reports.ts';
import { readBody } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { ReleaseDeps } from '../deps.ts';
import { sendAnswer } from '../seal-answer.ts';
import { openReport } from './open.ts';

export function mountHarmReports(app: Hono<{ Variables: SessionVariables }>, deps: ReleaseDeps): void {
  app.post('/v1/harm-reports/:id/open', authenticate(deps, 'harm.open'), async (c) => {
    const session = c.get('session');
    const body = await readBody(c, OpenReport);
    const answer = await openReport(deps, session, c.req.param('id'), body);
    return sendAnswer(deps, c, session, { text: JSON.stringify(answer), restricted: true });
  });
}
