import type { Context, Hono } from 'hono';
import { check, readBody } from '../../http/body.ts';
import { FreezeRequest, LiftRequest } from '../../http/contract/freezes.ts';
import { requireAction } from '../../session/actor.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { freeze, liftFreeze, listFreezes } from './freezes.ts';

/** Caseworkers, stewards and auditors may all freeze something; the pack says who freezes what. */
const ACTIONS = ['casework', 'steward', 'audit'];

export function mountFreezes(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  const caller = authenticate(deps, { action: null });

  app.post('/v1/freezes', caller, async (c) => {
    const session = c.get('session');
    requireAction(session, ...ACTIONS);
    const body = await readBody(c, FreezeRequest);
    return c.json(await freeze(await beginAct(deps, session, body), body));
  });

  app.get('/v1/freezes', caller, async (c) => {
    const session = c.get('session');
    requireAction(session, ...ACTIONS);
    return c.json({ freezes: await listFreezes(await beginRead(deps, session)) });
  });

  app.delete('/v1/freezes/:id', caller, async (c) => {
    const session = c.get('session');
    requireAction(session, ...ACTIONS);
    const words = await readWords(c);
    const answer = await liftFreeze(await beginAct(deps, session, words), c.req.param('id'));
    return c.json(answer, 'state' in answer ? 202 : 200);
  });
}

/** The body, which may be left out if the token has all the words. */
async function readWords(c: Context) {
  return c.req.header('content-type') === undefined ? check(LiftRequest, {}) : readBody(c, LiftRequest);
}
