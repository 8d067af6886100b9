import type { Hono } from 'hono';
import { caseRoutes } from '../../../shared/contract/routes/cases.ts';
import type { SessionVariables } from '../../session/session.ts';
import type { Act } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { serve } from '../serve.ts';
import { assignCase, type ChangedCase, close, confirmOpened } from './change.ts';
import { listCases, viewCase, viewer } from './list.ts';
import { openCase } from './open.ts';

const {
  openCase: open,
  listCases: list,
  readCase: view,
  confirmCase: confirm,
  assignCase: assign,
  closeCase: end,
} = caseRoutes;

export function mountCases(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  serve(app, deps, open, async (act, { body }) => shown(act, await openCase(act, body), 201));
  serve(app, deps, list, async (act, { query }) => ({ answer: { cases: await listCases(act, query) } }));
  serve(app, deps, view, async (act, { id }) => ({ answer: await viewCase(act, id) }));
  serve(app, deps, confirm, async (act, { id }) => shown(act, await confirmOpened(act, id)));
  serve(app, deps, assign, async (act, { id, body }) => shown(act, await assignCase(act, id, body.officers)));
  serve(app, deps, end, async (act, { id }) => shown(act, await close(act, id)));
}

async function shown(act: Act, { record, receipt }: ChangedCase, fresh: 200 | 201 = 200) {
  return { answer: { case: (await viewer(act))(record), receipt }, status: receipt ? fresh : (200 as const) };
}
