import type { Context, Hono } from 'hono';
import { fromBase64url, toBase64url } from '../../../shared/bytes.ts';
import { Problem } from '../../../shared/errors.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { AnswerRequest, NewRequest, RequestsQuery, WithdrawRequest } from '../../http/contract/requests.ts';
import { authenticate } from '../../session/authenticate.ts';
import { currentPack } from '../../session/policy.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { type Answered, answerRequest, withdrawRequest } from './answer.ts';
import { listOf, viewer, viewRequest } from './list.ts';
import { submitRequest } from './submit.ts';

const PAGE = 50;

export function mountRequests(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.post('/v1/requests', authenticate(deps, 'request.file'), async (c) => {
    const body = await readBody(c, NewRequest);
    const pack = await currentPack(deps);
    if (body.collection !== pack.collection) {
      throw new Problem('INVALID_REQUEST', {
        errors: [{ path: '/collection', message: 'no such collection' }],
      });
    }
    const { request, ...rest } = await submitRequest(deps, c.get('session'), body);
    return c.json({ ...request, ...rest }, rest.receipt ? 201 : 200);
  });

  app.get('/v1/requests', authenticate(deps, 'request.list'), async (c) => {
    const { cursor, limit = PAGE, box, state } = readQuery(c, RequestsQuery);
    const page = await listOf(deps, c.get('session'), { box, state, before: readCursor(cursor), limit });
    return c.json({ requests: page.requests, cursor: page.next && toBase64url(Buffer.from(page.next)) });
  });

  app.get('/v1/requests/:id', authenticate(deps, 'request.read'), async (c) =>
    c.json(await viewRequest(deps, c.get('session'), c.req.param('id'))),
  );

  for (const [name, outcome] of [
    ['approve', 'approved'],
    ['refuse', 'refused'],
  ] as const) {
    app.post(`/v1/requests/:id/${name}`, authenticate(deps, `request.${name}`), async (c) => {
      const { fields, ...words } = await readBody(c, AnswerRequest);
      const act = await beginAct(deps, c.get('session'), words);
      return respond(c, await answerRequest(act, c.req.param('id'), outcome, fields));
    });
  }

  app.post('/v1/requests/:id/withdraw', authenticate(deps, 'request.withdraw'), async (c) => {
    const act = await beginAct(deps, c.get('session'), await readBody(c, WithdrawRequest));
    return respond(c, await withdrawRequest(act, c.req.param('id')));
  });

  async function respond(c: Context, { record, receipt }: Answered): Promise<Response> {
    const view = await viewer(deps, await currentPack(deps), c.get('session'));
    return c.json({ request: view(record), ...(receipt && { receipt }) });
  }
}

/** @throws Problem INVALID_REQUEST for anything but a place in a list of requests */
function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const text = fromBase64url(cursor)?.toString('latin1') ?? '';
  if (!/^\d{4}-\d\d-\d\dT[\d:.]{12}Z#[\w-]{22}$/.test(text)) {
    throw new Problem('INVALID_REQUEST', {
      errors: [{ path: '/cursor', message: 'is no cursor of requests' }],
    });
  }
  return text;
}
