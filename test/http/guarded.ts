/** Routes behind authentication, with the calls that its tests make of them. */
import { createApp } from '../../functions/http/app.ts';
import { authenticate } from '../../functions/session/authenticate.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { makeProof, openParts, tokenForm } from '../support/identity.ts';

export const BAD_PROOF = { status: 401, code: 'DPOP_INVALID', error: 'invalid_dpop_proof' };
export const BAD_TOKEN = { status: 401, code: 'TOKEN_INVALID', error: 'invalid_token' };
/** The clock's first instant, in seconds. */
export const NOW = Date.parse('2026-03-02T08:00:00Z') / 1000;

export async function openGuarded() {
  const parts = await openParts();
  const app = createApp<SessionVariables>();
  app.post('/v1/thing', authenticate(parts.deps, 'release.make', { readsOnly: true }), (c) => {
    const { caller, grant, jkt, clockSkew } = c.get('session');
    return c.json({ caller, grant, jkt, clockSkew });
  });
  app.get('/v1/things/:id', authenticate(parts.deps, 'self.read'), (c) => c.json({}));
  app.get('/v1/intake-only', authenticate(parts.deps, 'intake.write'), (c) => c.json({}));
  app.get('/v1/deferred', authenticate(parts.deps, 'self.read', { deferReplay: true }), async (c) => {
    await c.get('session').replay.claim();
    return c.json({});
  });

  async function token(headers: Record<string, string>): Promise<string> {
    const response = await tokenApp(parts.deps, { knows: () => true }).request('/oauth/token', {
      method: 'POST',
      headers,
      body: tokenForm(parts),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  }
  const boundToken = () => token({ dpop: makeProof(parts, { method: 'POST', path: '/oauth/token' }) });

  async function call(headers: Record<string, string>, path = '/v1/thing', method = 'POST') {
    const response = await app.request(path, { method, headers });
    const body = (await response.json()) as Record<string, unknown>;
    const challenge = response.headers.get('www-authenticate') ?? '';
    return {
      status: response.status,
      code: body['code'],
      error: /error="(\w+)"/.exec(challenge)?.[1],
      body,
      response,
    };
  }
  return { parts, app, token, boundToken, call };
}
