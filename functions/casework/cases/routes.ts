import type { Hono } from 'hono';
import { readBody, readQuery } from '../../http/body.ts';
import { AssignCase, CaseAct, CasesQuery, OpenCase } from '../../http/contract/cases.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import { type Act, beginAct, beginRead } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { assignCase, type ChangedCase, close, confirmOpened } from './change.ts';
import { listCases, viewCase, viewer } from './list.ts';
import { openCase } from './open.ts';

export function mountCases(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/cases', authenticate(deps, 'case.open'), async (c) => {
    const body = await readBody(c, OpenCase);
    const act = await beginAct(deps, c.get('session'), body);
    const opened = await openCase(act, body);
    return c.json(await shown(act, opened), opened.receipt ? 201 : 200);
  });

  app.get('/v1/cases', authenticate(deps, 'case.list'), async (c) => {
    const query = readQuery(c, CasesQuery);
    return c.json({ cases: await listCases(await beginRead(deps, c.get('session')), query) });
  });

  app.get('/v1/cases/:id', authenticate(deps, 'case.read'), async (c) =>
    c.json(await viewCase(await beginRead(deps, c.get('session')), c.req.param('id'))),
  );

  app.post('/v1/cases/:id/confirm', authenticate(deps, 'case.confirm'), async (c) => {
    const act = await beginAct(deps, c.get('session'), await readBody(c, CaseAct));
    return c.json(await shown(act, await confirmOpened(act, c.req.param('id'))));
  });

  app.post('/v1/cases/:id/assign', authenticate(deps, 'case.assign'), async (c) => {
    const { officers, ...words } = await readBody(c, AssignCase);
    const act = await beginAct(deps, c.get('session'), words);
    return c.json(await shown(act, await assignCase(act, c.req.param('id'), officers)));
  });

  app.post('/v1/cases/:id/close', authenticate(deps, 'case.close'), async (c) => {
    const act = await beginAct(deps, c.get('session'), await readBody(c, CaseAct));
    return c.json(await shown(act, await close(act, c.req.param('id'))));
  });

  async function shown(act: Act, { record, receipt }: ChangedCase) {
    return { case: (await viewer(act))(record), receipt };
  }
}
