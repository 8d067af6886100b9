import type { Hono } from 'hono';
import { readClassKeyVersions } from '../../shared/env.ts';
import type { Deps } from '../deps.ts';
import { createApp } from '../http/app.ts';
import { answering } from '../http/problem.ts';
import { authenticate } from '../session/authenticate.ts';
import { currentPack, pack, preparePack } from '../session/policy.ts';
import type { SessionVariables } from '../session/session.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import type { INTAKE_ENV, IntakeDeps } from './deps.ts';
import { ensureDecoy } from './ensure-decoy.ts';
import { answerOnce } from './idempotent.ts';
import { intakeRecords } from './intake-records.ts';
import { readIntake, toResponse } from './request.ts';

type Base = Deps<(typeof INTAKE_ENV)[number]>;

/** Stores the deployment's decoy if it is missing: see `functions/steps/holding.ts`. */
export function makeDecoy(base: Base): Promise<void> {
  return ensureDecoy(depsOf(base), pack);
}

function depsOf(base: Base): IntakeDeps {
  return {
    ...base,
    log: logWriter(base, 'intake'),
    classKeys: readClassKeyVersions(base.env.classKeys),
  };
}

export function intakeApp(base: Base): Hono {
  const deps = depsOf(base);
  const app = createApp<SessionVariables>(deps.env.publicUrl);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  app.post('/v1/intake', preparePack(deps), authenticate(deps, 'intake.write'), async (c) => {
    const session = c.get('session');
    const pack = await currentPack(deps);
    const { request, records, digest } = await readIntake(c, pack);
    await session.replay.charge(records.length);
    const answer = await answerOnce(deps, session, c.req.header('idempotency-key'), digest, async () => {
      const results = await intakeRecords({ deps, pack, session, request }, records);
      return toResponse(results, answering(c));
    });
    return c.body(answer, 200, { 'content-type': 'application/json' });
  });
  return app as unknown as Hono;
}
