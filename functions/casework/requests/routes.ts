import type { Context, Hono } from 'hono';
import {
  AnswerRequest,
  AskMaterial,
  NewRequest,
  RequestsQuery,
  SupplyMaterial,
  WithdrawRequest,
} from '../../../shared/contract/routes/requests.ts';
import { invalid } from '../../../shared/errors.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
import { currentPack } from '../../session/policy.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { answerRequest, withdrawRequest } from './answer.ts';
import type { AnsweredRequest } from './change.ts';
import { disputeRefusal } from './dispute.ts';
import { countOf, listOf, viewer, viewRequest } from './list.ts';
import { askForMaterial, supplyFor } from './material.ts';
import { submitRequest } from './submit.ts';

const PAGE = 50;

export function mountRequests(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/requests', authenticate(deps, 'request.file'), async (c) => {
    const body = await readBody(c, NewRequest);
    const pack = await currentPack(deps);
    if (body.collection !== undefined && body.collection !== pack.collection) {
      throw invalid('/collection', commonTexts.noSuchCollection);
    }
    const { request, ...rest } = await submitRequest(deps, c.get('session'), body);
    return c.json({ ...request, ...rest }, rest.receipt ? 201 : 200);
  });

  app.get('/v1/requests', authenticate(deps, 'request.list'), async (c) => {
    const { cursor, limit = PAGE, counts, ...wanted } = readQuery(c, RequestsQuery);
    const session = c.get('session');
    const [page, counted] = await Promise.all([
      listOf(deps, session, { ...wanted, before: readCursor(cursor), limit }),
      counts && countOf(deps, session, wanted.box),
    ]);
    return c.json({ requests: page.requests, cursor: writeCursor(page.next), counts: counted });
  });

  app.get('/v1/requests/:id', authenticate(deps, 'request.read'), async (c) =>
    c.json(await viewRequest(deps, c.get('session'), c.req.param('id'))),
  );

  for (const [name, outcome] of [
    ['approve', 'approved'],
    ['refuse', 'refused'],
  ] as const) {
    app.post(`/v1/requests/:id/${name}`, authenticate(deps, `request.${name}`), async (c) => {
      const { fields, why, ...words } = await readBody(c, AnswerRequest);
      const act = await beginAct(deps, c.get('session'), words);
      return respond(c, await answerRequest(act, c.req.param('id'), { outcome, why }, fields));
    });
  }

  app.post('/v1/requests/:id/withdraw', authenticate(deps, 'request.withdraw'), async (c) => {
    const act = await beginAct(deps, c.get('session'), await readBody(c, WithdrawRequest));
    return respond(c, await withdrawRequest(act, c.req.param('id')));
  });

  app.post('/v1/requests/:id/ask-material', authenticate(deps, 'request.ask-material'), async (c) => {
    const { fields, missing, ...words } = await readBody(c, AskMaterial);
    const act = await beginAct(deps, c.get('session'), words);
    return respond(c, await askForMaterial(act, c.req.param('id'), missing, fields));
  });

  app.post('/v1/requests/:id/supply', authenticate(deps, 'request.supply'), async (c) => {
    const { statement, documents, ...words } = await readBody(c, SupplyMaterial);
    const act = await beginAct(deps, c.get('session'), words);
    return respond(c, await supplyFor(act, c.req.param('id'), { statement, documents }));
  });

  app.post('/v1/requests/:id/dispute', authenticate(deps, 'request.dispute'), async (c) => {
    const act = await beginAct(deps, c.get('session'), await readBody(c, WithdrawRequest));
    return respond(c, await disputeRefusal(act, c.req.param('id')));
  });

  async function respond(c: Context, { record, receipt }: AnsweredRequest): Promise<Response> {
    const view = await viewer(deps, await currentPack(deps), c.get('session'));
    return c.json({ request: view(record), receipt });
  }
}
