import type { Hono } from 'hono';
import { FreezeRequest, LiftRequest } from '../../../shared/contract/routes/freezes.ts';
import { readBody, readBodyOrNone } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { freeze, liftFreeze } from './freezes.ts';
import { listFreezes, viewFreeze } from './view.ts';

export function mountFreezes(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/freezes', authenticate(deps, 'freeze.set'), async (c) => {
    const body = await readBody(c, FreezeRequest);
    return c.json(await freeze(await beginAct(deps, c.get('session'), body), body));
  });

  app.get('/v1/freezes', authenticate(deps, 'freeze.list'), async (c) => {
    return c.json({ freezes: await listFreezes(await beginRead(deps, c.get('session'))) });
  });

  app.get('/v1/freezes/:id', authenticate(deps, 'freeze.read'), async (c) => {
    return c.json({ freeze: await viewFreeze(await beginRead(deps, c.get('session')), c.req.param('id')) });
  });

  app.delete('/v1/freezes/:id', authenticate(deps, 'freeze.lift'), async (c) => {
    const words = await readBodyOrNone(c, LiftRequest);
    const answer = await liftFreeze(await beginAct(deps, c.get('session'), words), c.req.param('id'));
    return c.json(answer, 'state' in answer ? 202 : 200);
  });
}
