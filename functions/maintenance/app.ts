import type { Context, Hono } from 'hono';
import type * as v from 'valibot';
import { type ClassKeys, type EnvName, readClassKeyVersions } from '../../shared/env.ts';
import type { LogWriter } from '../../shared/log/writer.ts';
import { createApp } from '../http/app.ts';
import { AUTH_ENV, authenticate } from '../http/auth.ts';
import { EraseRequest } from '../http/contract/maintenance.ts';
import type { Deps } from '../http/deps.ts';
import { LOG_ENV, logWriter } from '../http/log.ts';
import { check, readBody } from '../http/validate.ts';
import { actorOf, demandAction } from './acting.ts';
import { erase } from './erase.ts';

export const MAINTENANCE_ENV = [
  ...AUTH_ENV,
  ...LOG_ENV,
  'keysTable',
  'sheetsTable',
  'indexTable',
  'caseworkTable',
  'jobsTable',
  'classKeys',
  'referenceKey',
] as const satisfies readonly EnvName[];

export interface MaintenanceDeps extends Deps<(typeof MAINTENANCE_ENV)[number]> {
  log: LogWriter;
  classKeys: ClassKeys;
}

/** Erasure and key maintenance. No route returns a field's value. */
export function maintenanceApp(base: Deps<(typeof MAINTENANCE_ENV)[number]>): Hono {
  const deps: MaintenanceDeps = {
    ...base,
    log: logWriter(base, 'maintenance'),
    classKeys: readClassKeyVersions(base.env.classKeys),
  };
  const app = createApp();
  const anyAction = authenticate(deps, { action: null });

  app.post('/v1/subjects/:ref/erase', anyAction, async (c) => {
    const session = c.get('session');
    demandAction(session, 'steward', 'casework');
    const actor = actorOf(session, await readWords(c, EraseRequest));
    const answer = await erase({ deps, session, actor, ref: c.req.param('ref') });
    return c.json(answer, 'state' in answer ? 202 : 200);
  });
  return app as unknown as Hono;
}

/** The body, which may be left out where the token has all the words. */
function readWords<S extends v.GenericSchema<unknown, unknown>>(
  c: Context,
  schema: S,
): Promise<v.InferOutput<S>> {
  return c.req.header('content-type') === undefined
    ? Promise.resolve().then(() => check(schema, {}))
    : readBody(c, schema);
}
