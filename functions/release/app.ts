import type { Hono } from 'hono';
import { cardRoutes } from '../../shared/contract/routes/cards.ts';
import { releaseRoutes } from '../../shared/contract/routes/release.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import type { EntryId } from '../../shared/ids.ts';
import { areasOf } from '../../shared/keys/areas.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { untilStep } from '../http/deadline.ts';
import { accepted, contractApp } from '../http/serve.ts';
import { tokenKey } from '../session/agency.ts';
import { asRegistered } from '../session/confirm.ts';
import { currentPack, preparePack, requireCollection, pack as shipped } from '../session/policy.ts';
import { serveCalls } from '../session/serve.ts';
import type { SessionVariables } from '../session/session.ts';
import { currentFreezes, prepareFreezes } from '../steps/freezes.ts';
import { decoyHolding } from '../steps/holding.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { fileInstead } from './approval.ts';
import type { ReleaseBase, ReleaseDeps } from './deps.ts';
import { weighFresh } from './fresh.ts';
import { mountHarmReports } from './harm/routes.ts';
import { mountInquiries } from './inquiry/routes.ts';
import { purposeSessions } from './purpose-sessions.ts';
import { digestOf, readAsk, releaseCall, undoCounts } from './read-ask.ts';
import { releaseFields } from './release-fields.ts';
import { checkSealable, sendAnswer } from './seal-answer.ts';
import { secondOf, secondOfficer } from './seconds.ts';
import { storyCard } from './story-card.ts';

/**
 * Begins what the first request of an instance would wait for, one after the other. A failure is not kept: the request
 * that needs it makes the call again.
 */
function warmUp(deps: ReleaseDeps): void {
  const begun = [
    tokenKey(deps),
    areasOf(deps.kms, deps.env.referenceKey),
    deps.log.ready(),
    currentPack(deps),
    currentFreezes(deps),
    decoyHolding(deps, shipped),
  ];
  for (const one of begun) one.catch(() => {});
}

/** @param warm whether to begin at once what the first request needs */
export function releaseApp(base: ReleaseBase, { warm = false }: { warm?: boolean } = {}): Hono {
  const deps: ReleaseDeps = {
    ...base,
    log: logWriter(base, 'release'),
    classKeys: readClassKeyVersions(base.env.classKeys),
    sessions: purposeSessions(base),
  };
  const app = contractApp<SessionVariables>('release', deps);
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  const before = [preparePack(deps), prepareFreezes(deps)];
  serveCalls(
    app,
    deps,
    releaseRoutes,
    {
      releaseFields: {
        async raw(c, read) {
          const started = performance.now();
          const reading = read();
          reading.catch(() => {});
          return asRegistered(c, async (session) => {
            checkSealable(c, session);
            const { body: request } = await reading;
            // Not the pack in force, which may have to be read first: the session rests on it, and it is confirmed with the caller.
            const { pack } = session.act;
            requireCollection(pack, request.collection);
            const ask = await weighFresh(deps, { pack, session, ask: readAsk(session, pack, request) });
            const { subjects } = request;
            const call = releaseCall(deps.now(), {
              pack,
              session,
              ask,
              subjects,
              request: digestOf(ask, subjects, request.context?.from),
            });
            const { from } = request.context ?? {};
            if (from !== undefined) call.from = from;
            const filed = await fileInstead(deps, call);
            if (filed) return c.json(filed, 202);
            try {
              const second = await secondOf(deps, call, request.context?.second);
              if (second !== null) call.second = second;
              const { answer, restricted, steps } = await releaseFields(deps, call);
              const response = await sendAnswer(deps, c, session, {
                text: JSON.stringify(answer),
                restricted,
                entry: answer.results[0]?.receipt.entry as EntryId,
              });
              // The time must not reveal why a subject is refused. If none is refused, the answer leaves at once.
              if (steps > 1 || answer.results.some((result) => 'refused' in result))
                await untilStep(started, steps);
              return response;
            } catch (error) {
              await undoCounts(call);
              throw error;
            }
          });
        },
      },
      secondRelease: (session, { body }) => secondOfficer(deps, session, body),
    },
    // The replay claim is one of the writes of the first round trip; `releaseFields` waits for it.
    (name) => ({
      before,
      // The word of a second officer is no release.
      ...(name === 'releaseFields' && { deferReplay: true, remembered: true }),
      begin({ clientId, grant: { purpose }, unwrap }) {
        referencesOf(deps.kms, deps.env.referenceKey, clientId).catch(() => {});
        // No role trusts a session for another purpose, and a prohibited one must not reach STS.
        if (purpose !== undefined && shipped.purposes.has(purpose))
          deps.sessions.client(clientId, purpose, unwrap).catch(() => {});
      },
    }),
  );
  mountInquiries(app, deps);
  mountHarmReports(app, deps);
  serveCalls(
    app,
    deps,
    cardRoutes,
    {
      async makeStoryCard(session, { body }) {
        const started = performance.now();
        const { answer, steps } = await storyCard(deps, session, body);
        if (steps > 1 || 'refused' in answer) await untilStep(started, steps);
        return 'request' in answer ? accepted(answer) : answer;
      },
    },
    () => ({ before, deferReplay: true }),
  );
  // After `authenticate`, because a client takes no middleware after its first call.
  if (warm) warmUp(deps);
  return app as unknown as Hono;
}
