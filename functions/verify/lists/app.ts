/** The routes of lists, and the work on them. */

import type { Hono, MiddlewareHandler } from 'hono';
import { LIST_ID, LIST_PART, ListPart, ListRequest } from '../../../shared/contract/routes/verify-lists.ts';
import { Problem } from '../../../shared/errors.ts';
import { readBody } from '../../http/body.ts';
import { wantedBy } from '../../http/language.ts';
import { authenticate } from '../../session/authenticate.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { VerifyDeps } from '../deps.ts';
import { listOf, removeList, resultOf, viewList } from './list.ts';
import { putPart, submitList } from './submit.ts';
import { type Lane, lanesOf, workOn } from './work.ts';

type App = Hono<{ Variables: SessionVariables }>;

export function listRoutes(app: App, deps: VerifyDeps, prepare: MiddlewareHandler): void {
  const caller = authenticate(deps, 'verification.make');
  const one = '/v1/lists/:id';

  app.put(`${one}/rows/:part`, prepare, caller, async (c) => {
    const { id, part } = placeOf(c.req.param());
    const rows = await readBody(c, ListPart);
    await putPart(await listOf(deps, c.get('session'), id), part, rows);
    return c.json({ rows: rows.rows.length });
  });

  app.post(one, prepare, caller, async (c) => {
    const { id } = placeOf(c.req.param());
    return c.json(await submitList(deps, c.get('session'), id, await readBody(c, ListRequest), wantedBy(c)));
  });

  app.get(one, prepare, caller, async (c) => {
    const { id } = placeOf(c.req.param());
    return c.json(await viewList(await listOf(deps, c.get('session'), id)));
  });

  app.get(`${one}/results/:part`, prepare, caller, async (c) => {
    const { id, part } = placeOf(c.req.param());
    const jwe = await resultOf(await listOf(deps, c.get('session'), id), part);
    return c.body(jwe, 200, { 'content-type': 'application/jose' });
  });

  app.delete(one, prepare, caller, async (c) => {
    const { id } = placeOf(c.req.param());
    await removeList(await listOf(deps, c.get('session'), id));
    return c.json({ state: 'removed' as const });
  });
}

/** @throws Problem NOT_FOUND for what no list, or part, can be called */
function placeOf({ id = '', part = '0' }: Record<string, string>): { id: string; part: string } {
  if (!LIST_ID.test(id) || !LIST_PART.test(part)) throw new Problem('NOT_FOUND');
  return { id, part };
}

/** What a state machine, or the local gateway, does with a list. */
export interface ListWork {
  lanes(marker: string, most: number): Promise<Lane[]>;
  work(lane: Lane, goOn: () => boolean): Promise<{ again: boolean }>;
}

export function listWork(deps: VerifyDeps): ListWork {
  return {
    lanes: (marker, most) => lanesOf(deps, marker, most),
    work: (lane, goOn) => workOn(deps, lane, goOn),
  };
}
