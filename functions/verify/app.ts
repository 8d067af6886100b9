import type { Hono } from 'hono';
import { checkPage } from '../../shared/attestation/page.ts';
import { CheckCodeRequest, VerificationRequest } from '../../shared/contract/routes/verify.ts';
import { defined } from '../../shared/defined.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import type { Deps } from '../deps.ts';
import { createApp } from '../http/app.ts';
import { readBody } from '../http/body.ts';
import { openBudget } from '../http/open-budget.ts';
import { resultOf } from '../http/problem.ts';
import { authenticate } from '../session/authenticate.ts';
import { asRegistered } from '../session/confirm.ts';
import { currentPack, preparePack } from '../session/policy.ts';
import type { SessionVariables } from '../session/session.ts';
import { prepareFreezes } from '../steps/freezes.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { beginCheck, finishCheck } from './check.ts';
import { makeCheckCode } from './check-codes.ts';
import type { VERIFY_ENV, VerifyDeps } from './deps.ts';
import { issuerMetadata, statusToken } from './issuer.ts';
import { type ListWork, listRoutes, listWork } from './lists/app.ts';
import { recheckProofs } from './recheck.ts';
import { turnsLeft } from './turns.ts';
import { padded } from './verify-eligibility.ts';

type Base = Deps<(typeof VERIFY_ENV)[number]> & Pick<VerifyDeps, 'lists'>;

export interface Verifier {
  app: Hono;
  /** Revokes proofs that are no longer true because their records have changed. @returns how many */
  recheck(goOn?: () => boolean): Promise<number>;
  lists: ListWork;
}

/** Seconds for which a status list may be cached. */
const STATUS_AGE = 300;

export function verifyApp(base: Base): Hono {
  return openVerify(base).app;
}

export function openVerify(base: Base): Verifier {
  const deps: VerifyDeps = {
    ...base,
    log: logWriter(base, 'verify'),
    classKeys: readClassKeyVersions(base.env.classKeys),
  };
  return {
    app: routes(deps),
    recheck: (goOn = () => true) => recheckProofs(deps, goOn),
    lists: listWork(deps),
  };
}

function routes(deps: VerifyDeps): Hono {
  const app = createApp<SessionVariables>(deps.env.publicUrl);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));

  const prepare = preparePack(deps);

  // The proof is claimed here, in parallel with the look-up, and before anything is counted, logged or loaded.
  const caller = authenticate(deps, 'verification.make', { deferReplay: true, remembered: true });
  app.post('/v1/verifications', prepare, prepareFreezes(deps), caller, async (c) => {
    const started = performance.now();
    const body = readBody(c, VerificationRequest);
    return asRegistered(c, async (session) => {
      const reading = resultOf(body.then((request) => beginCheck(deps, session, request)));
      await session.replay.claim();
      const begun = await reading;
      if (begun instanceof Problem) throw begun;
      const answer = await finishCheck(deps, session, started, begun);
      return c.body(padded(answer), 200, { 'content-type': 'application/json' });
    });
  });

  app.get('/v1/programmes', prepare, authenticate(deps, 'programme.read'), async (c) => {
    const [pack, session, now] = [await currentPack(deps), c.get('session'), deps.now()];
    const known = [...pack.programmes.values()].map(async (programme) => {
      const { classes: _, ...shown } = programme;
      const { clientId, roles } = session.caller;
      const listed = programme.recipients?.includes(clientId) ?? true;
      const may = listed && programme.who.some((role) => roles.includes(role));
      const left = may ? await turnsLeft({ deps, pack, programme, session, now }) : undefined;
      return { ...shown, ...defined({ left }) };
    });
    return c.json({ programmes: await Promise.all(known) });
  });

  app.post('/v1/check-codes', prepare, authenticate(deps, 'check-code.make'), async (c) => {
    const request = await readBody(c, CheckCodeRequest);
    return c.json(await makeCheckCode(deps, await currentPack(deps), c.get('session'), request));
  });

  listRoutes(app, deps, prepare);

  app.get('/v1/status/:list', openBudget(deps.now), async (c) => {
    const token = await statusToken(deps, c.req.param('list'), STATUS_AGE);
    if (token === null) throw new Problem('NOT_FOUND');
    return c.body(token, 200, {
      'content-type': 'application/statuslist+jwt',
      'cache-control': `public, max-age=${STATUS_AGE}`,
      'access-control-allow-origin': '*',
    });
  });

  app.get('/.well-known/jwt-vc-issuer', openBudget(deps.now), async (c) => {
    return c.json(await issuerMetadata(deps), 200, {
      'cache-control': `public, max-age=${STATUS_AGE}`,
      'access-control-allow-origin': '*',
    });
  });
  // The page trusts this gateway as the issuer, whatever host name it is requested under.
  app.get('/attestations/check', openBudget(deps.now), (c) => {
    const { html, policy } = checkPage(deps.env.publicUrl);
    return c.html(html, 200, {
      'content-security-policy': policy,
      'cache-control': `public, max-age=${STATUS_AGE}`,
      'referrer-policy': 'no-referrer',
    });
  });
  return app as unknown as Hono;
}
