import type { Hono } from 'hono';
import { type ClassKeys, type EnvName, readClassKeyVersions } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import type { Deps } from '../deps.ts';
import { createApp } from '../http/app.ts';
import { AUTH_ENV, authenticate } from '../session/authenticate.ts';
import { LOG_ENV, logWriter } from '../steps/log.ts';
import { currentPack, POLICY_ENV, pack, preparePack } from '../steps/policy.ts';
import { tellRefusals } from '../steps/refusals.ts';
import { ensureDecoy } from './ensure-decoy.ts';
import { answerOnce } from './idempotent.ts';
import { intakeRecords } from './intake-records.ts';
import { readIntake } from './request.ts';
import { toResponse } from './response.ts';

export const INTAKE_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  ...POLICY_ENV,
  'keysTable',
  'sheetsTable',
  'indexTable',
  'classKeys',
  'indexKey',
  'referenceKey',
] as const satisfies readonly EnvName[];

export interface IntakeDeps extends Deps<(typeof INTAKE_ENV)[number]> {
  log: LogWriter;
  classKeys: ClassKeys;
}

type Base = Deps<(typeof INTAKE_ENV)[number]>;

/** Puts the deployment's decoy into the store where it lacks: see `functions/http/decoy.ts`. */
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
  const app = createApp();
  app.use(tellRefusals(deps.log, () => currentPack(deps)));
  app.post('/v1/intake', preparePack(deps), authenticate(deps, { action: 'intake' }), async (c) => {
    const session = c.get('session');
    const pack = await currentPack(deps);
    const { request, records, digest } = await readIntake(c, pack);
    const answer = await answerOnce(deps, session, c.req.header('idempotency-key'), digest, async () => {
      const results = await intakeRecords({ deps, pack, session, request }, records);
      return toResponse(results, c.get('requestId'));
    });
    return c.body(answer, 200, { 'content-type': 'application/json' });
  });
  return app as unknown as Hono;
}
