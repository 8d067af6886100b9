/** Clients that others wrote, unchanged, over real HTTP against the whole gateway. */
import type { webcrypto } from 'node:crypto';
import { request as rawRequest } from 'node:http';
import { importJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { describe, expect, it } from 'vitest';
import { dpopProof, fileGateway } from '../support/gateway.ts';

const CLIENT = 'edu-county';
const DETAILS = JSON.stringify([
  { type: 'fieldgate', actions: ['release'], purpose: 'S1', case: 'EDU-2026-00417' },
]);

const gateway = await fileGateway();

async function signingKey() {
  const { sig } = gateway.agency(CLIENT);
  return { key: (await importJWK(sig, 'ES256')) as webcrypto.CryptoKey, kid: sig.kid as string };
}

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  async function discover(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(gateway.url);
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
    return oauth.processDiscoveryResponse(issuer, response);
  }

  /** One request, and a second when the server wants its nonce, as the library's own examples do it. */
  async function getToken(as: oauth.AuthorizationServer, DPoP: oauth.DPoPHandle, more: object = {}) {
    const { details = DETAILS, client_id = CLIENT } = more as { details?: string; client_id?: string };
    const client = { client_id };
    const ask = async () =>
      oauth.clientCredentialsGrantRequest(
        as,
        client,
        oauth.PrivateKeyJwt(await signingKey()),
        { authorization_details: details },
        { DPoP, ...insecure },
      );
    try {
      return await oauth.processClientCredentialsResponse(as, client, await ask());
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return await oauth.processClientCredentialsResponse(as, client, await ask());
    }
  }

  it('discovers, authenticates, gets a nonce, gets a bound token and calls with it', async () => {
    const as = await discover();
    const handle = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
    const token = await getToken(as, handle);
    expect(token).toMatchObject({ token_type: 'dpop', expires_in: 300 });
    expect(token.authorization_details).toEqual(JSON.parse(DETAILS));

    const url = new URL('/v1/whoami', gateway.url);
    const answer = await oauth.protectedResourceRequest(token.access_token, 'GET', url, new Headers(), null, {
      DPoP: handle,
      ...insecure,
    });
    expect(await answer.json()).toMatchObject({ clientId: CLIENT, clockSkew: expect.any(Number) });
  });

  it('knows the nonce from the first answer on', async () => {
    const as = await discover();
    const handle = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
    await getToken(as, handle);
    const again = await oauth.clientCredentialsGrantRequest(
      as,
      { client_id: CLIENT },
      oauth.PrivateKeyJwt(await signingKey()),
      { authorization_details: DETAILS },
      { DPoP: handle, ...insecure },
    );
    expect(again.status).toBe(200);
  });

  it('may sign its proofs with Ed25519', async () => {
    const handle = oauth.DPoP({}, await oauth.generateKeyPair('Ed25519'));
    expect(await getToken(await discover(), handle)).toMatchObject({ token_type: 'dpop' });
  });

  it('accepts the access token and the proof as RFC 9068 and RFC 9449 define them', async () => {
    const as = await discover();
    const { value, dpop } = await gateway.token(CLIENT, JSON.parse(DETAILS)[0]);
    const url = new URL('/v1/whoami', gateway.url);
    const request = new Request(url, {
      headers: {
        authorization: `DPoP ${value}`,
        dpop: await dpopProof(dpop, 'GET', url, Date.now(), value),
      },
    });
    const claims = await oauth.validateJwtAccessToken(as, request, gateway.url, {
      requireDPoP: true,
      ...insecure,
    });
    expect(claims).toMatchObject({ client_id: CLIENT, sub: CLIENT });
  });

  it('understands the refusals', async () => {
    const as = await discover();
    const handle = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
    const ask = (details: string, client_id = CLIENT) => getToken(as, handle, { details, client_id });
    await expect(ask('[{"type":"other"}]')).rejects.toMatchObject({
      error: 'invalid_authorization_details',
      status: 400,
    });
    await expect(ask(DETAILS, 'mca-county')).rejects.toMatchObject({ error: 'invalid_client', status: 401 });
    const bare = await oauth.clientCredentialsGrantRequest(
      as,
      { client_id: CLIENT },
      oauth.PrivateKeyJwt(await signingKey()),
      { authorization_details: DETAILS },
      insecure,
    );
    await expect(
      oauth.processClientCredentialsResponse(as, { client_id: CLIENT }, bare),
    ).rejects.toMatchObject({ error: 'invalid_dpop_proof', status: 400 });
  });
});

describe('openid-client', () => {
  it('discovers, authenticates, repeats with the nonce, gets a bound token and calls with it', async () => {
    const config = await openid.discovery(
      new URL(gateway.url),
      CLIENT,
      undefined,
      openid.PrivateKeyJwt(await signingKey()),
      { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] },
    );
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'));
    const token = await openid.clientCredentialsGrant(config, { authorization_details: DETAILS }, { DPoP });
    expect(token).toMatchObject({ token_type: 'dpop', expires_in: 300 });
    const url = new URL('/v1/whoami', gateway.url);
    const answer = await openid.fetchProtectedResource(
      config,
      token.access_token,
      url,
      'GET',
      null,
      new Headers(),
      { DPoP },
    );
    expect(await answer.json()).toMatchObject({ clientId: CLIENT });
  });
});

describe('bytes on the wire', () => {
  /** Node's client can send one header several times, as `fetch` can't. */
  function send(headers: [string, string][]): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const request = rawRequest(
        new URL('/v1/whoami', gateway.url),
        { headers: headers.flat() },
        (response) => {
          let body = '';
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      request.on('error', reject);
      request.end();
    });
  }

  it('with one proof pass, with two proofs or two tokens are refused', async () => {
    const { value, dpop } = await gateway.token(CLIENT, JSON.parse(DETAILS)[0]);
    const url = new URL('/v1/whoami', gateway.url);
    const proof = () => dpopProof(dpop, 'GET', url, Date.now(), value);
    const host: [string, string] = ['Host', 'localhost'];
    const authorization: [string, string] = ['Authorization', `DPoP ${value}`];
    expect(await send([host, authorization, ['DPoP', await proof()]])).toMatchObject({ status: 200 });
    const two = await send([host, authorization, ['DPoP', await proof()], ['DPoP', await proof()]]);
    expect(two).toMatchObject({ status: 401, body: expect.stringContaining('DPOP_INVALID') });
    const tokens = await send([
      host,
      authorization,
      ['Authorization', 'DPoP a.b.c'],
      ['DPoP', await proof()],
    ]);
    expect(tokens).toMatchObject({ status: 401, body: expect.stringContaining('TOKEN_INVALID') });
  });
});
