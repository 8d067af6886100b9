import type { Context } from 'hono';
import { sessionRoutes } from '../../../shared/contract/routes/sessions.ts';
import type { Nonces } from '../../../shared/identity/tokens/nonce.ts';
import type { App } from '../../http/app.ts';
import { created, serveOpen } from '../../http/serve.ts';
import type { Purposes, TokenDeps } from '../issue-token.ts';
import { endPersonSession, renewSession, startSession } from './sessions.ts';

/** Sessions of people in a browser. Every answer contains the nonce for the next proof. */
export function mountSessions(
  app: App,
  deps: TokenDeps,
  { purposes, nonces }: { purposes: Purposes; nonces: Nonces },
): void {
  const nonced = (c: Context, nonce: string) => c.header('dpop-nonce', nonce);
  serveOpen(app, deps.now, sessionRoutes, {
    getSessionNonce: async () => ({ nonce: await nonces.current() }),
    async startSession({ c, body }) {
      const { answer, nonce } = await startSession(deps, nonces, c, body);
      nonced(c, nonce);
      return created(answer);
    },
    async renewSession({ c, body }) {
      const { answer, nonce } = await renewSession(deps, { nonces, purposes }, c, body);
      nonced(c, nonce);
      return answer;
    },
    async endSession({ c, body }) {
      nonced(c, await endPersonSession(deps, nonces, c, body));
      return { ended: true as const };
    },
  });
}
