import type { Context, Hono } from 'hono';
import { readClassKeyVersions } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import { createApp } from '../http/app.ts';
import { readBody } from '../http/body.ts';
import { CardRequest, ReleaseRequest } from '../http/contract/asks.ts';
import { untilStep } from '../http/deadline.ts';
import { accepts } from '../http/headers.ts';
import { authenticate } from '../session/authenticate.ts';
import { currentPack, preparePack } from '../session/policy.ts';
import type { Session, SessionVariables } from '../session/session.ts';
import { prepareFreezes } from '../steps/freezes.ts';
import { logWriter } from '../steps/log.ts';
import { alertRefusals } from '../steps/refusals.ts';
import { fileInstead } from './approval.ts';
import type { ReleaseBase, ReleaseDeps } from './deps.ts';
import { mountInquiries } from './inquiry/routes.ts';
import { giveBack } from './limits.ts';
import type { ReleaseAnswer } from './present.ts';
import { purposeSessions } from './purpose-sessions.ts';
import { readAsk, requestDigest } from './read-ask.ts';
import { releaseFields } from './release-fields.ts';
import { recipientOf, SEALED, sealAnswer } from './seal-answer.ts';
import { storyCard } from './story-card.ts';

/** Most bytes of an answer. */
const ANSWER_LIMIT = 4 * 1024 * 1024;

export function releaseApp(base: ReleaseBase): Hono {
  const deps: ReleaseDeps = {
    ...base,
    log: logWriter(base, 'release'),
    classKeys: readClassKeyVersions(base.env.classKeys),
    sessions: purposeSessions(base),
  };
  const app = createApp<SessionVariables>();
  app.use(alertRefusals(deps.log, () => currentPack(deps)));
  // The replay claim is one write among the first round trip's; `releaseFields` waits for it.
  const caller = authenticate(deps, 'release.make', { deferReplay: true });
  app.post('/v1/releases', preparePack(deps), prepareFreezes(deps), caller, async (c) => {
    const started = performance.now();
    const session = c.get('session');
    if (accepts(c, SEALED)) recipientOf(session.agency);
    const request = await readBody(c, ReleaseRequest);
    const pack = await currentPack(deps);
    if (request.collection !== pack.collection) {
      throw new Problem('INVALID_REQUEST', {
        errors: [{ path: '/collection', message: 'no such collection' }],
      });
    }
    const ask = readAsk(session, request);
    const { subjects } = request;
    const call = {
      deps,
      pack,
      session,
      ask,
      subjects,
      request: requestDigest(ask, request),
      now: deps.now(),
      taken: {},
    };
    const filed = await fileInstead(call);
    if (filed) return c.json(filed, 202);
    try {
      const presented = await releaseFields(call);
      const response = await respond(deps, c, session, presented);
      // Why somebody is refused must not show in the time. Where nobody is, the answer leaves at once.
      if (presented.answer.results.some((result) => 'refused' in result)) await untilStep(started);
      return response;
    } catch (error) {
      await giveBack(call);
      throw error;
    }
  });
  mountInquiries(app, deps);
  const card = authenticate(deps, 'release.card', { deferReplay: true });
  app.post('/v1/story-cards', preparePack(deps), prepareFreezes(deps), card, async (c) => {
    const started = performance.now();
    const answer = await storyCard(deps, c.get('session'), await readBody(c, CardRequest));
    if ('refused' in answer) await untilStep(started);
    return c.json(answer, 'request' in answer ? 202 : 200);
  });
  return app as unknown as Hono;
}

/** JSON, or sealed to the agency where it asked for that or a restricted class is in the answer. */
async function respond(
  deps: ReleaseDeps,
  c: Context,
  session: Session,
  { answer, restricted }: { answer: ReleaseAnswer; restricted: boolean },
): Promise<Response> {
  const text = JSON.stringify(answer);
  if (Buffer.byteLength(text) > ANSWER_LIMIT) {
    throw new Problem('TOO_LARGE', {
      detail: `an answer holds at most ${ANSWER_LIMIT} bytes: ask for fewer subjects`,
    });
  }
  if (restricted || accepts(c, SEALED)) {
    const sealed = await sealAnswer(deps, session, text);
    return c.body(sealed, 200, { 'content-type': SEALED });
  }
  return c.body(text, 200, { 'content-type': 'application/json' });
}
