import type { Context, Hono } from 'hono';
import type * as v from 'valibot';
import type { ActName } from '../../shared/policy/acts/names.ts';
import { readBody, readQuery } from '../http/body.ts';
import { authenticate } from '../session/authenticate.ts';
import type { SessionVariables } from '../session/session.ts';
import { type Act, beginAct, beginRead } from './act.ts';
import type { CaseworkDeps } from './deps.ts';

type Schema = v.GenericSchema<unknown, unknown>;
interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  act: ActName;
  request?: { 'application/json': Schema };
  query?: Schema & { entries: Record<string, Schema> };
  response: Schema | null;
}
type Out<S> = S extends Schema ? v.InferOutput<S> : undefined;
interface Ask<R extends Route> {
  id: string;
  body: R extends { request: { 'application/json': infer S } } ? Out<S> : undefined;
  query: R extends { query: infer S } ? Out<S> : undefined;
}

/** Serves a route as the contract declares it: path, act, and the schemas of body and query. */
export function serve<R extends Route>(
  app: Hono<{ Variables: SessionVariables }>,
  deps: CaseworkDeps,
  route: R,
  run: (act: Act, ask: Ask<R>) => Promise<{ answer: object; status?: 200 | 201 | 202 }>,
): void {
  const answerCall = async (c: Context<{ Variables: SessionVariables }>) => {
    const session = c.get('session');
    const body = route.request && (await readBody(c, route.request['application/json']));
    const query = route.query && readQuery(c, route.query);
    const act = await (body ? beginAct(deps, session, body) : beginRead(deps, session));
    const { answer, status = 200 } = await run(act, { id: c.req.param('id') ?? '', body, query } as Ask<R>);
    return c.json(answer, status);
  };
  app.on(route.method, route.path, authenticate(deps, route.act), answerCall);
}
