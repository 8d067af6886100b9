import type { Hono } from 'hono';
import { LiftRequest } from '../../../shared/contract/routes/freezes.ts';
import { HoldRequest } from '../../../shared/contract/routes/holds.ts';
import { readBody, readBodyOrNone } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { confirmHold, liftHold, listHolds, requestHold } from './holds.ts';

export function mountHolds(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/holds', authenticate(deps, 'hold.set'), async (c) => {
    const body = await readBody(c, HoldRequest);
    const answer = await requestHold(await beginAct(deps, c.get('session'), body), body);
    return c.json(answer, 'hold' in answer ? 200 : 202);
  });

  app.get('/v1/holds', authenticate(deps, 'hold.list'), async (c) => {
    return c.json({ holds: await listHolds(await beginRead(deps, c.get('session'))) });
  });

  app.post('/v1/holds/:id/confirm', authenticate(deps, 'hold.confirm'), async (c) => {
    const act = await beginAct(deps, c.get('session'), await readBodyOrNone(c, LiftRequest));
    return c.json(await confirmHold(act, c.req.param('id')));
  });

  app.delete('/v1/holds/:id', authenticate(deps, 'hold.lift'), async (c) => {
    const act = await beginAct(deps, c.get('session'), await readBodyOrNone(c, LiftRequest));
    const answer = await liftHold(act, c.req.param('id'));
    return c.json(answer, 'hold' in answer ? 200 : 202);
  });
}
