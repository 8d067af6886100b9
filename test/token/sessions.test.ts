import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { dpopProof, fileGateway, newDpopKey } from '../support/gateway.ts';
import { pages } from '../support/page-session.ts';

let ahead = 0;
const now = () => Date.now() + ahead;

const gateway = await fileGateway({ people: true, now });
const page = await pages(gateway, now);

describe('a session of a person', () => {
  it('gives tokens for the roles of the person, bound to the key of the page', async () => {
    const session = await page.signIn('wang.fang');
    expect(session).toMatchObject({
      ...{ token_type: 'DPoP', expires_in: 300, idle: 1800 },
      person: { name: 'wang.fang', office: 'audit-office', actions: ['audit'] },
    });
    expect(session.ends - session.authTime).toBeLessThanOrEqual(8 * 3600 + 5);
    expect(decodeJwt(session.access_token)).toMatchObject({
      client_id: 'audit-office',
      person: { sub: 'wang.fang' },
    });
    const log = await page.call(session.access_token, 'GET', '/v1/log/entries?limit=1');
    expect(log.status).toBe(200);
    const who = await page.call(session.access_token, 'GET', '/v1/whoami');
    expect(who.json.person).toEqual({ name: 'wang.fang', subject: 'wang.fang', actions: ['audit'] });
    const elsewhere = await page.call(session.access_token, 'GET', '/v1/tasks');
    expect([elsewhere.status, elsewhere.json.code]).toEqual([403, 'ACTION_NOT_GRANTED']);
  });

  it('acts as a person who has logged in', async () => {
    const { access_token } = await page.signIn('wang.fang');
    const freeze = { target: { purpose: 'F1' }, reason: 'a look into this purpose' };
    const answer = await page.call(access_token, 'POST', '/v1/freezes', freeze);
    expect(answer.status).toBeLessThan(300);
    const log = await page.call(access_token, 'GET', '/v1/log/entries?kind=freeze');
    expect(log.json.entries[0]).toMatchObject({
      handler: { officerBy: 'authenticated' },
      words: { officer: 'wang.fang' },
    });
  });

  it('gives a fresh token only to the same key', async () => {
    const { session } = await page.signIn('wang.fang');
    const renewed = await page.post('/v1/sessions/renew', { session });
    expect([renewed.status, renewed.json.session]).toEqual([200, undefined]);
    const other = await page.post('/v1/sessions/renew', { session }, { key: await newDpopKey() });
    expect([other.status, other.json.code]).toEqual([401, 'TOKEN_INVALID']);
    // A handle that another key knows has leaked, so the session is over for both.
    expect((await page.post('/v1/sessions/renew', { session })).status).toBe(401);
  });

  it('is useless with another key', async () => {
    const { access_token } = await page.signIn('wang.fang');
    const other = await page.call(access_token, 'GET', '/v1/whoami', undefined, await newDpopKey());
    expect(other.status).toBe(401);
    const bare = await fetch(`${gateway.url}/v1/whoami`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(bare.status).toBe(401);
  });

  it.each(['', '/renew', '/end'])(
    'is not begun, renewed or ended by a large body: /v1/sessions%s',
    async (path) => {
      const send = (bytes: number) =>
        fetch(`${gateway.url}/v1/sessions${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ session: 'x'.repeat(bytes) }),
        });
      // Nothing is known of the caller before the body is parsed.
      expect((await send(64 * 1024)).status).toBe(413);
      expect((await send(32 * 1024)).status).not.toBe(413);
    },
  );

  it('ends when the person signs out', async () => {
    const { session } = await page.signIn('wang.fang');
    expect((await page.post('/v1/sessions/end', { session })).json).toEqual({ ended: true });
    expect((await page.post('/v1/sessions/renew', { session })).status).toBe(401);
  });

  it('ends after half an hour without a renewal, and after eight hours at the latest', async () => {
    const idle = await page.signIn('wang.fang');
    const busy = await page.signIn('wang.fang');
    ahead += 29 * 60_000;
    expect((await page.post('/v1/sessions/renew', { session: busy.session })).status).toBe(200);
    ahead += 2 * 60_000;
    expect((await page.post('/v1/sessions/renew', { session: idle.session })).status).toBe(401);
    for (let minutes = 31; minutes < 8 * 60; minutes += 25) {
      const { status } = await page.post('/v1/sessions/renew', { session: busy.session });
      expect([minutes, status]).toEqual([minutes, 200]);
      ahead += 25 * 60_000;
    }
    expect((await page.post('/v1/sessions/renew', { session: busy.session })).status).toBe(401);
    ahead = 0;
  });
});

describe('no session is made from', () => {
  it('a used code, or one for another page', async () => {
    const code = await page.code('wang.fang');
    const verifier = { ...code, codeVerifier: 'x'.repeat(43) };
    expect((await page.post('/v1/sessions', verifier)).status).toBe(401);
    const fresh = await page.code('wang.fang');
    expect((await page.post('/v1/sessions', fresh)).status).toBe(201);
    expect((await page.post('/v1/sessions', fresh)).status).toBe(401);
  });

  it('a stranger, for whom not even the proof is stored', async () => {
    const path = '/v1/sessions/renew';
    const { nonce } = (await (await fetch(`${gateway.url}/v1/sessions`)).json()) as { nonce: string };
    const url = new URL(gateway.url + path);
    const dpop = await dpopProof(await newDpopKey(), 'POST', url, now(), undefined, nonce);
    const headers = { dpop, 'content-type': 'application/json' };
    for (let i = 0; i < 2; i++) {
      const body = JSON.stringify({ session: 'A'.repeat(43) });
      const answer = await fetch(url, { method: 'POST', headers, body });
      expect(((await answer.json()) as { code: string }).code).toBe('TOKEN_INVALID');
    }
  });

  it('a proof without the nonce of the gateway', async () => {
    const answer = await page.post('/v1/sessions', await page.code('wang.fang'), { nonce: 'AAAA' });
    expect([answer.status, answer.json.code]).toEqual([401, 'DPOP_INVALID']);
    expect(answer.headers.get('www-authenticate')).toContain('use_dpop_nonce');
    expect(answer.headers.get('dpop-nonce')).toMatch(/^[\w-]{27}$/);
  });

  it('a session that does not exist', async () => {
    const answer = await page.post('/v1/sessions/renew', { session: 'A'.repeat(43) });
    expect([answer.status, answer.json.code]).toEqual([401, 'TOKEN_INVALID']);
  });
});
