import type { Hono } from 'hono';
import { fileRoutes } from '../../shared/contract/routes/files.ts';
import { intakeRoutes } from '../../shared/contract/routes/intake.ts';
import { suiteFor } from '../../shared/crypto/suites.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import { isClosed } from '../../shared/errors.ts';
import { answering, toProblem } from '../http/problem.ts';
import { contractApp } from '../http/serve.ts';
import { asRegistered } from '../session/confirm.ts';
import { currentPack, pack, preparePack } from '../session/policy.ts';
import { serveCalls } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import type { IntakeBase, IntakeDeps } from './deps.ts';
import { ensureDecoy } from './ensure-decoy.ts';
import { beginFile, completeFile, fileParts } from './files.ts';
import { answerOnce } from './idempotent.ts';
import { intakeRecords } from './intake-records.ts';
import { readIntake, toResponse } from './request.ts';

/** Stores the deployment's decoy if it is missing: see `functions/steps/holding.ts`. */
export function makeDecoy(base: IntakeBase): Promise<void> {
  return ensureDecoy(depsOf(base), pack);
}

/** A department that has not deployed what the pack needs of its keys keeps no gateway from starting. @throws any other fault */
export function unlessRefused(fault: unknown): void {
  if (!isClosed(toProblem(fault).code)) throw fault;
}

function depsOf(base: IntakeBase): IntakeDeps {
  return {
    ...base,
    log: logWriter(base, 'intake'),
    classKeys: readClassKeyVersions(base.env.classKeys),
    suite: suiteFor(base.env.cryptography),
  };
}

export function intakeApp(base: IntakeBase): Hono {
  const deps = depsOf(base);
  const app = contractApp<SessionVariables>('intake', deps);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  serveCalls(
    app,
    deps,
    intakeRoutes,
    {
      writeRecords: {
        async raw(c) {
          const pack = await currentPack(deps);
          const reading = readIntake(c, pack);
          return asRegistered(c, async (session) => {
            const claimed = session.replay.claim();
            claimed.catch(() => {});
            const { request, records, digest } = await reading.catch(async (error) => {
              await claimed;
              throw error;
            });
            await session.replay.charge(records.length);
            const key = c.req.header('idempotency-key');
            if (key !== undefined) await claimed;
            const answer = await answerOnce(deps, session, key, digest, async () => {
              const results = await intakeRecords(deps, { pack, session, request, claimed }, records);
              return toResponse(results, answering(c));
            });
            return c.body(answer, 200, { 'content-type': 'application/json' });
          });
        },
      },
    },
    // The look-up of the first record is made in parallel with the replay claim; `intakeRecords` waits for it.
    () => ({ before: [preparePack(deps)], deferReplay: true, remembered: true }),
  );
  serveCalls(
    app,
    deps,
    fileRoutes,
    {
      beginFile: (session, { body }) => beginFile(deps, session, body),
      fileParts: (session, { id, body }) => fileParts(deps, session, id, body.parts),
      completeFile: (session, { id }) => completeFile(deps, session, id),
    },
    () => ({ before: [preparePack(deps)] }),
  );
  return app as unknown as Hono;
}
