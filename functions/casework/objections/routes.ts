import type { Hono } from 'hono';
import { Problem } from '../../../shared/errors.ts';
import { readBody } from '../../http/body.ts';
import { ObjectionRequest, ResolveRequest } from '../../http/contract/objections.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead, isInReach } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { fileObjection } from './file.ts';
import { resolveObjection } from './resolve.ts';
import { findObjection, viewOf, wordsOf } from './stored.ts';

export function mountObjections(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  const caller = authenticate(deps, { action: 'casework' });

  app.post('/v1/objections', caller, async (c) => {
    const body = await readBody(c, ObjectionRequest);
    return c.json(await fileObjection(await beginAct(deps, c.get('session'), body), body));
  });

  app.get('/v1/objections/:id', caller, async (c) => {
    const read = await beginRead(deps, c.get('session'));
    const { objection, outline } = await findObjection(read, c.req.param('id'));
    const { clientId, departments } = read.session.caller;
    const concerned = objection.agency === clientId || departments.includes(objection.department);
    if (!concerned || !isInReach(read.pack, read.session.caller, outline)) throw new Problem('NOT_FOUND');
    const words = await wordsOf(read, outline.subject, objection.id);
    return c.json({ objection: await viewOf(read, objection, words) });
  });

  app.post('/v1/objections/:id/resolve', caller, async (c) => {
    const body = await readBody(c, ResolveRequest);
    const act = await beginAct(deps, c.get('session'), body);
    return c.json(await resolveObjection(act, c.req.param('id'), body));
  });
}
