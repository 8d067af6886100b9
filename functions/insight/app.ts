import type { Hono } from 'hono';
import { insightRoutes } from '../../shared/contract/routes/insight.ts';
import type { Deps } from '../deps.ts';
import { contractApp } from '../http/serve.ts';
import { currentPack, packFor, preparePack } from '../session/policy.ts';
import { serveCalls } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import { prepareFreezes } from '../steps/freezes.ts';
import { logWriter } from '../steps/log.ts';

import { alertRefusals } from '../steps/refusals.ts';
import { checkLeak } from './check-leak.ts';
import type { INSIGHT_ENV, InsightDeps } from './deps.ts';
import { statistics } from './statistics.ts';

/** Answers about many people at once, without any field value: this function cannot open anything. */
export function insightApp(base: Deps<(typeof INSIGHT_ENV)[number]>): Hono {
  const deps: InsightDeps = { ...base, log: logWriter(base, 'insight') };
  const app = contractApp<SessionVariables>('insight', deps);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  serveCalls(
    app,
    deps,
    insightRoutes,
    {
      async checkLeak(session, { body: request, c }) {
        const pack = await packFor(deps, request.collection);
        return checkLeak({ deps, pack, session, request, started: c.get('started'), now: deps.now() });
      },
      async countStatistics(session, { body }) {
        const pack = await packFor(deps, body.collection);
        return statistics({ deps, pack, session, now: deps.now() }, body);
      },
    },
    () => ({ before: [preparePack(deps), prepareFreezes(deps)] }),
  );
  return app as unknown as Hono;
}
