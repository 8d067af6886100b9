import { EndSession, RenewSession, StartSession } from '../../../shared/contract/routes/sessions.ts';
import type { Nonces } from '../../../shared/identity/tokens/nonce.ts';
import type { App } from '../../http/app.ts';
import { OPEN_LIMIT, readBody } from '../../http/body.ts';
import { openBudget } from '../../http/open-budget.ts';
import type { Purposes, TokenDeps } from '../issue-token.ts';
import { endPersonSession, renewSession, startSession } from './sessions.ts';

/** Sessions of people in a browser. Every answer contains the nonce for the next proof. */
export function mountSessions(
  app: App,
  deps: TokenDeps,
  { purposes, nonces }: { purposes: Purposes; nonces: Nonces },
): void {
  app.get('/v1/sessions', openBudget(deps.now), async (c) => c.json({ nonce: await nonces.current() }));
  app.post('/v1/sessions', async (c) => {
    const body = await readBody(c, StartSession, OPEN_LIMIT);
    const { answer, nonce } = await startSession(deps, nonces, c, body);
    return c.json(answer, 201, { 'dpop-nonce': nonce });
  });
  app.post('/v1/sessions/renew', async (c) => {
    const body = await readBody(c, RenewSession, OPEN_LIMIT);
    const { answer, nonce } = await renewSession(deps, { nonces, purposes }, c, body);
    return c.json(answer, 200, { 'dpop-nonce': nonce });
  });
  app.post('/v1/sessions/end', async (c) => {
    const nonce = await endPersonSession(deps, nonces, c, await readBody(c, EndSession, OPEN_LIMIT));
    return c.json({ ended: true }, 200, { 'dpop-nonce': nonce });
  });
}
