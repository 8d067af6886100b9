/** Minified code keeps no class names, so a failing service must be recognised without them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ENV } from '../../shared/env.ts';
import { bundleOf } from '../architecture/bundle.ts';
import { type Lambda, runtimeIsHere, startLambda } from '../infra/lambda-process.ts';
import { listen, restFront } from '../infra/rest-front.ts';
import { CLIENT, ISSUER } from '../support/identity.ts';
import { assertion, ecKey, proof } from '../support/jws.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldgate-faults-'));
const ready = runtimeIsHere();
let broken: Server;
let front: Server;
let token: Lambda;
let url: string;

beforeAll(async () => {
  // Both services answer with a fault that the SDK does not retry.
  broken = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'PLANTED-VALUE' }));
    });
  });
  const endpoint = await listen(broken);
  const code = join(folder, 'token.cjs');
  writeFileSync(code, (await bundleOf('token')).code);
  const settings = Object.values(ENV).map((name) => [name, 'none']);
  token = await startLambda(code, {
    ...Object.fromEntries(settings),
    PUBLIC_URL: ISSUER,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_ENDPOINT_URL_KMS: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  });
  front = restFront((_, event) => token.invoke(event));
  url = await listen(front);
});
afterAll(() => {
  token.stop();
  for (const server of [broken, front]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

it.skipIf(!ready)('a key service that fails is 503 from the bundle too', async () => {
  const answer = await fetch(`${url}/.well-known/jwks.json`);
  expect([answer.status, await answer.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'KMS_UNAVAILABLE' }),
  ]);
  expect(token.output()).not.toContain('PLANTED');
  // Lambda's runtime encodes the line once: its members can be searched for.
  const lines = token
    .output()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'ERROR',
      message: expect.objectContaining({ code: 'KMS_UNAVAILABLE' }),
    }),
  );
  expect(token.metrics()).toContainEqual(expect.objectContaining({ KmsUnavailable: 1 }));
});

it.skipIf(!ready)('a store that fails is 503 from the bundle too', async () => {
  const now = Date.now();
  const answer = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { dpop: proof({ key: ecKey(), method: 'POST', url: `${ISSUER}/oauth/token`, now }) },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion({ clientId: CLIENT, issuer: ISSUER, key: ecKey(), kid: 'k', now }),
      authorization_details: '[]',
    }),
  });
  expect([answer.status, await answer.json()]).toEqual([
    503,
    expect.objectContaining({
      error: 'temporarily_unavailable',
      error_description: 'no token was issued',
    }),
  ]);
  expect(token.output()).toContain('STORE_UNAVAILABLE');
});
