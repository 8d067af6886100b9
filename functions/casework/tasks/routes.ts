import type { Hono } from 'hono';
import { fromBase64url, toBase64url } from '../../../shared/bytes.ts';
import { Problem } from '../../../shared/errors.ts';
import { listTasks } from '../../../shared/records/casework/tasks.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { CompleteTask, TasksQuery } from '../../http/contract/casework.ts';
import { authenticate } from '../../session/authenticate.ts';
import { currentPack } from '../../session/policy.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { completeReview } from './complete-review.ts';
import { completeTask, inboxesOf, viewer } from './tasks.ts';

const PAGE = 100;

export function mountTasks(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.get('/v1/tasks', authenticate(deps, 'task.list'), async (c) => {
    const session = c.get('session');
    const { state, cursor, limit = PAGE } = readQuery(c, TasksQuery);
    const pack = await currentPack(deps);
    const { tables } = deps;
    const query = { inboxes: inboxesOf(pack, session.caller), state, after: readCursor(cursor), limit };
    const [{ tasks, next }, view] = await Promise.all([
      listTasks(tables.tasks, query),
      viewer(deps, pack, session),
    ]);
    return c.json({ tasks: tasks.map(view), cursor: next && toBase64url(Buffer.from(next)) });
  });

  app.post('/v1/tasks/:id/complete', authenticate(deps, 'task.complete'), async (c) => {
    const session = c.get('session');
    const { outcome = 'done', ...words } = await readBody(c, CompleteTask);
    const act = await beginAct(deps, session, words);
    const id = c.req.param('id');
    const { task, receipt } =
      (await completeReview(act, id, outcome)) ?? (await completeTask(act, id, outcome));
    const view = await viewer(deps, act.pack, session);
    return c.json({ task: view(task), ...(receipt && { receipt }) });
  });
}

/** @throws Problem INVALID_REQUEST for anything but a place in a list of tasks */
function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const text = fromBase64url(cursor)?.toString('latin1') ?? '';
  if (!/^\d{4}-\d\d-\d\dT[\d:.]{12}Z#[\w-]{22}$/.test(text)) {
    throw new Problem('INVALID_REQUEST', { errors: [{ path: '/cursor', message: 'is no cursor of tasks' }] });
  }
  return text;
}
