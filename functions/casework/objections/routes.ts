import type { Hono } from 'hono';
import { readBody } from '../../http/body.ts';
import { ObjectionRequest, ResolveRequest } from '../../http/contract/objections.ts';
import { requireAct } from '../../session/acts.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { fileObjection } from './file.ts';
import { resolveObjection } from './resolve.ts';
import { concernOf, findObjection, viewOf, wordsOf } from './stored.ts';

export function mountObjections(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/objections', authenticate(deps, 'objection.file'), async (c) => {
    const body = await readBody(c, ObjectionRequest);
    return c.json(await fileObjection(await beginAct(deps, c.get('session'), body), body));
  });

  app.get('/v1/objections/:id', authenticate(deps, 'objection.read'), async (c) => {
    const read = await beginRead(deps, c.get('session'));
    const { objection, outline } = await findObjection(read, c.req.param('id'));
    requireAct(read.session, concernOf(read, objection, outline));
    const words = await wordsOf(read, outline.subject, objection.id);
    return c.json({ objection: await viewOf(read, objection, words) });
  });

  app.post('/v1/objections/:id/resolve', authenticate(deps, 'objection.resolve'), async (c) => {
    const body = await readBody(c, ResolveRequest);
    const act = await beginAct(deps, c.get('session'), body);
    return c.json(await resolveObjection(act, c.req.param('id'), body));
  });
}
