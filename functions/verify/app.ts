import type { Hono } from 'hono';
import { checkPage } from '../../shared/attestation/page.ts';
import { proofRoutes, verifyRoutes } from '../../shared/contract/routes/verify.ts';
import { defined } from '../../shared/defined.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import type { Deps } from '../deps.ts';
import { resultOf } from '../http/problem.ts';
import { contractApp, serveOpen } from '../http/serve.ts';
import { asRegistered } from '../session/confirm.ts';
import { currentPack, preparePack } from '../session/policy.ts';
import { serveCalls } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import { prepareFreezes } from '../steps/freezes.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { beginCheck, finishCheck } from './check.ts';
import { makeCheckCode } from './check-codes.ts';
import { countersign } from './countersign.ts';
import type { VERIFY_ENV, VerifyDeps } from './deps.ts';
import { issuerMetadata, statusToken } from './issuer.ts';
import { type ListWork, listRoutes, listWork } from './lists/app.ts';
import { proofStatus } from './proof-status.ts';
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
  const app = contractApp<SessionVariables>('verify', deps);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));

  const prepare = preparePack(deps);
  serveCalls(
    app,
    deps,
    verifyRoutes,
    {
      verifyEligibility: {
        async raw(c, read) {
          const started = performance.now();
          const ask = read();
          return asRegistered(c, async (session) => {
            const reading = resultOf(ask.then(({ body }) => beginCheck(deps, session, body)));
            await session.replay.claim();
            const begun = await reading;
            if (begun instanceof Problem) throw begun;
            const answer = await finishCheck(deps, session, started, begun);
            return c.body(padded(answer), 200, { 'content-type': 'application/json' });
          });
        },
      },
      async listProgrammes(session) {
        const [pack, now] = [await currentPack(deps), deps.now()];
        const known = [...pack.programmes.values()].map(async (programme) => {
          const { classes: _, ...shown } = programme;
          const { clientId, roles } = session.caller;
          const listed = programme.recipients?.includes(clientId) ?? true;
          const may = listed && programme.who.some((role) => roles.includes(role));
          const left = may ? await turnsLeft({ deps, pack, programme, session, now }) : undefined;
          return { ...shown, ...defined({ left }) };
        });
        return { programmes: await Promise.all(known) };
      },
      makeCheckCode: async (session, { body }) =>
        makeCheckCode({ deps, pack: await currentPack(deps), session }, body),
    },
    // The proof is claimed in parallel with the look-up, and before anything is counted, logged or loaded.
    (name) =>
      name === 'verifyEligibility'
        ? { before: [prepare, prepareFreezes(deps)], deferReplay: true, remembered: true }
        : { before: [prepare] },
  );
  listRoutes(app, deps, prepare);

  const cached = { 'cache-control': `public, max-age=${STATUS_AGE}` };
  serveOpen(app, deps.now, proofRoutes, {
    async readStatusList({ list, c }) {
      const token = await statusToken(deps, list, STATUS_AGE);
      if (token === null) throw new Problem('NOT_FOUND');
      return c.body(token, 200, {
        'content-type': 'application/statuslist+jwt',
        'access-control-allow-origin': '*',
        ...cached,
      });
    },
    async readIssuerMetadata({ c }) {
      const answer = await issuerMetadata(deps);
      // Only now: a failure must not be kept by those who read it.
      c.header('cache-control', cached['cache-control']);
      c.header('access-control-allow-origin', '*');
      return answer;
    },
    askProofStatus: ({ body }) => proofStatus(deps, body.attestation),
    signProof: ({ body }) => countersign(deps, body.attestation),
    // The page trusts this gateway as the issuer, whatever host name it is requested under.
    openCheckPage({ c }) {
      const { html, policy } = checkPage(deps.env.publicUrl);
      return c.html(html, 200, {
        'content-security-policy': policy,
        'referrer-policy': 'no-referrer',
        ...cached,
      });
    },
  });
  return app as unknown as Hono;
}
