import type { Hono } from 'hono';
import { LeakCheckRequest, StatisticsRequest } from '../../shared/contract/routes/insight.ts';
import type { Deps } from '../deps.ts';
import { createApp } from '../http/app.ts';
import { readBody } from '../http/body.ts';
import { authenticate } from '../session/authenticate.ts';
import { currentPack, packFor, preparePack } from '../session/policy.ts';
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
  const app = createApp<SessionVariables>(deps.env.publicUrl);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  app.post(
    '/v1/leak-checks',
    preparePack(deps),
    prepareFreezes(deps),
    authenticate(deps, 'leak.check'),
    async (c) => {
      const request = await readBody(c, LeakCheckRequest);
      const pack = await packFor(deps, request.collection);
      const [session, started] = [c.get('session'), c.get('started')];
      return c.json(await checkLeak({ deps, pack, session, request, started, now: deps.now() }));
    },
  );
  app.post(
    '/v1/statistics',
    preparePack(deps),
    prepareFreezes(deps),
    authenticate(deps, 'statistics.count'),
    async (c) => {
      const request = await readBody(c, StatisticsRequest);
      const pack = await packFor(deps, request.collection);
      return c.json(await statistics({ deps, pack, session: c.get('session'), now: deps.now() }, request));
    },
  );
  return app as unknown as Hono;
}
