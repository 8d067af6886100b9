/** People who act through the token of their agency (RFC 8693, `actor_token`). */

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { fileGateway, newDpopKey, requestToken } from '../support/gateway.ts';

const TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const ASKED = { actions: ['release'], purpose: 'S1' };
const OWN = 'http://127.0.0.1:9/own';
const gateway = await fileGateway();
beforeAll(async () => {
  const people = JSON.stringify({
    ...{
      issuer: OWN,
      kind: 'at+jwt',
      audience: gateway.url,
      algorithm: 'ES256',
      roles: 'roles',
      office: 'none',
      bearer: true,
    },
  });
  const { tables } = gateway;
  const agency = await getAgency(tables.agencies, asClientId('edu-county'), Date.now());
  await putAgency(tables.agencies, { ...(agency ?? expect.fail()), people });
});

const signIn = (change: object = {}) =>
  gateway.signIn?.({ id: 'zhang.wei', roles: ['casework'], office: 'edu-county', ...change }) ??
  expect.fail();

async function ask(
  actor: string | null,
  details: object = ASKED,
  clientId = 'edu-county',
  dpop?: Awaited<ReturnType<typeof newDpopKey>>,
) {
  dpop ??= await newDpopKey();
  return requestToken(gateway, clientId, details as typeof ASKED, dpop, Date.now(), actor);
}

describe('a token with an actor', () => {
  it('names the person as the officer, by issuer and subject', async () => {
    const { status, json } = await ask(await signIn());
    expect(status).toBe(200);
    expect(json.authorization_details[0].officer).toBe('zhang.wei');
    const claims = JSON.parse(Buffer.from(json.access_token.split('.')[1], 'base64url').toString());
    expect(claims.act).toEqual({
      ...{ iss: `${gateway.url}/people`, sub: 'zhang.wei' },
      auth_time: expect.any(Number),
    });
  });

  it('that is bound to a key serves with that key alone, and binds the agency’s token to it', async () => {
    const key = await newDpopKey();
    const jkt = await calculateJwkThumbprint(key.publicJwk);
    const person = { id: 'zhang.wei', roles: ['casework'], office: 'edu-county' } as const;
    const token = (await gateway.signIn?.(person, jkt)) ?? expect.fail();
    expect((await ask(token)).json.error).toBe('invalid_request');
    const { status, json } = await ask(token, ASKED, 'edu-county', key);
    const claims = JSON.parse(Buffer.from(json.access_token.split('.')[1], 'base64url').toString());
    expect([status, claims.cnf.jkt]).toEqual([200, jkt]);
  });

  it.each([
    ['of another office', () => signIn({ office: 'mca-county' }), ASKED],
    ['that is none', () => Promise.resolve('a.b.c'), ASKED],
    ['with another name', () => signIn(), { ...ASKED, officer: 'li.na' }],
  ])('%s is refused', async (_, token, details) => {
    expect((await ask(await token(), details)).status).toBe(400);
  });

  it('has rights of oversight only with the role', async () => {
    const steward = { actions: ['steward'] };
    const office = 'steward-office';
    expect((await ask(await signIn({ office }), steward, office)).status).toBe(400);
    expect((await ask(await signIn({ office, roles: ['steward'] }), steward, office)).status).toBe(200);
  });

  it('is logged by issuer and subject', async () => {
    const words = { officer: 'zhang.wei', reason: 'support', case: 'EDU-1' };
    const body = { collection: 'children', subjects: [{ match: { id_number: '990001201806240115' } }] };
    await gateway.call('edu-county', { ...ASKED, ...words }, 'POST', '/v1/releases', body);
    const [entry] = (await gateway.audit('/v1/log/entries?agency=edu-county')).entries;
    expect(entry.words.officer).toBe('zhang.wei');
    expect(JSON.parse(entry.words.person)).toEqual([`${gateway.url}/people`, 'zhang.wei@edu-county']);
    expect(JSON.stringify(entry)).toContain('authenticated');
  });

  it('needs its type, and the type needs it', async () => {
    const url = `${gateway.url}/oauth/token`;
    for (const [name, value] of [
      ['actor_token', 'x'],
      ['actor_token_type', TYPE],
    ]) {
      const body = new URLSearchParams({
        ...{ grant_type: 'client_credentials', client_assertion: 'x', [name as string]: value as string },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      });
      const answer = await fetch(url, { method: 'POST', body });
      expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
    }
  });
});

describe('an issuer that the agency registered', () => {
  let key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  let jwk: JWK;
  const sign = (claims: object = {}) =>
    new SignJWT({ roles: ['casework', 'steward'], ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'own-1' })
      .setIssuer(OWN)
      .setAudience(gateway.url)
      .setSubject('teacher-7')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(key);

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    key = privateKey;
    jwk = { ...(await exportJWK(publicKey)), kid: 'own-1', use: 'sig', alg: 'ES256' };
    const real = globalThis.fetch;
    globalThis.fetch = (async (input: string | URL | Request, init?: RequestInit) => {
      const url = String(input instanceof Request ? input.url : input);
      if (!url.startsWith(OWN)) return real(input, init);
      const found = url.endsWith('/jwks') ? { keys: [jwk] } : { issuer: OWN, jwks_uri: `${OWN}/jwks` };
      return Response.json(found);
    }) as typeof fetch;
    return () => {
      globalThis.fetch = real;
    };
  });

  it('authenticates its own people, and gives no rights of oversight', async () => {
    const { status, json } = await ask(await sign());
    expect(status).toBe(200);
    expect(json.authorization_details[0].officer).toBe('teacher-7');
    expect((await ask(await sign(), { actions: ['steward'] }, 'steward-office')).status).toBe(400);
  });

  it('authenticates no people of another agency', async () => {
    expect((await ask(await sign(), { actions: ['casework'] }, 'mca-county')).status).toBe(400);
  });
});
