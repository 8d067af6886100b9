import type { Context } from 'hono';
import { sessionRoutes } from '../../../shared/contract/routes/sessions.ts';
import type { App } from '../../http/app.ts';
import { created, serveOpen } from '../../http/serve.ts';
import type { Issuing } from '../issue-token.ts';
import { endPersonSession, renewSession, startSession } from './sessions.ts';

/** Sessions of people in a browser. Every answer contains the nonce for the next proof. */
export function mountSessions(app: App, deps: Issuing): void {
  const nonced = (c: Context, nonce: string) => c.header('dpop-nonce', nonce);
  serveOpen(app, deps.now, sessionRoutes, {
    getSessionNonce: async () => ({ nonce: await deps.nonces.current() }),
    async startSession({ c, body }) {
      const { answer, nonce } = await startSession(deps, c, body);
      nonced(c, nonce);
      return created(answer);
    },
    async renewSession({ c, body }) {
      const { answer, nonce } = await renewSession(deps, c, body);
      nonced(c, nonce);
      return answer;
    },
    async endSession({ c, body }) {
      nonced(c, await endPersonSession(deps, c, body));
      return { ended: true as const };
    },
  });
}
