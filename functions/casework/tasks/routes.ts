import type { Hono } from 'hono';
import { CompleteTask, PurposeMet, TakeTask, TasksQuery } from '../../../shared/contract/routes/casework.ts';
import { readBody, readQuery } from '../../http/body.ts';
import { authenticate } from '../../session/authenticate.ts';
import { currentPack } from '../../session/policy.ts';
import type { SessionVariables } from '../../session/session.ts';
import { beginAct, beginRead } from '../act.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { CaseworkDeps } from '../deps.ts';
import { completeReview } from './complete-review.ts';
import { countKnown, findKnown, listKnown } from './list.ts';
import { purposeMet } from './purpose-met.ts';
import { withStatedWords } from './stated-words.ts';
import { giveBackTask, takeTask } from './taking.ts';
import { completeTask, viewer } from './tasks.ts';
import { weighReason } from './weigh-reason.ts';

const PAGE = 100;

export function mountTasks(app: Hono<{ Variables: SessionVariables }>, deps: CaseworkDeps): void {
  app.get('/v1/tasks', authenticate(deps, 'task.list'), async (c) => {
    const session = c.get('session');
    const { cursor, limit = PAGE, ...wanted } = readQuery(c, TasksQuery);
    const pack = await currentPack(deps);
    const query = { ...wanted, after: readCursor(cursor), limit };
    const [{ tasks, next }, view] = await Promise.all([
      listKnown(deps, pack, session, query),
      viewer(deps, pack, session),
    ]);
    return c.json({ tasks: await withStatedWords(deps, pack, tasks.map(view)), cursor: writeCursor(next) });
  });

  app.get('/v1/tasks/counts', authenticate(deps, 'task.list'), async (c) =>
    c.json(await countKnown(deps, await currentPack(deps), c.get('session'))),
  );

  for (const [verb, change] of [
    ['take', takeTask],
    ['give-back', giveBackTask],
  ] as const) {
    app.post(`/v1/tasks/:id/${verb}`, authenticate(deps, 'task.complete'), async (c) => {
      const session = c.get('session');
      const { officer } = await readBody(c, TakeTask);
      const act = await beginRead(deps, session, officer);
      const task = await change(act, await findKnown(act, c.req.param('id')));
      return c.json({ task: (await viewer(deps, act.pack, session))(task) });
    });
  }

  app.post('/v1/purposes/:code/met', authenticate(deps, 'purpose.met'), async (c) => {
    const session = c.get('session');
    const act = await beginAct(deps, session, await readBody(c, PurposeMet));
    const { task, receipt } = await purposeMet(act, c.req.param('code'));
    return c.json({ task: (await viewer(deps, act.pack, session))(task), receipt });
  });

  app.post('/v1/tasks/:id/complete', authenticate(deps, 'task.complete'), async (c) => {
    const session = c.get('session');
    const { outcome = 'done', evidence, delivery, day, ...words } = await readBody(c, CompleteTask);
    const act = await beginAct(deps, session, words);
    const found = await findKnown(act, c.req.param('id'));
    const { task, receipt } =
      (await completeReview(act, found, outcome)) ??
      (await weighReason(act, found, outcome)) ??
      (await completeTask(act, found, outcome, { evidence, delivery, day }));
    const view = await viewer(deps, act.pack, session);
    const [shown] = await withStatedWords(deps, act.pack, [view(task)]);
    return c.json({ task: shown, receipt });
  });
}
