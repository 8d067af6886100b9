/** The steward app's answers without a token: its open routes, and whether it is ready. */
import { describe, expect, it } from 'vitest';
import { stewardApp } from '../../functions/steward/app.ts';
import { fileParts } from '../support/identity.ts';

const parts = await fileParts();
const app = stewardApp(parts.deps);

describe('without a token', () => {
  it.each(['/healthz', '/openapi.json', '/readyz'])('%s is open', async (path) => {
    expect((await app.request(path)).status).toBe(200);
  });

  it.each(['/v1/whoami', '/v1/catalogue', '/v1/policy'])('%s is not', async (path) => {
    const response = await app.request(path);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('a simulation is not either', async () => {
    expect((await app.request('/v1/policy/simulate', { method: 'POST' })).status).toBe(401);
  });
});

describe('GET /readyz', () => {
  it.each([
    ['kms', 'GetPublicKey', 'KMS_UNAVAILABLE'],
    ['store', 'DescribeTable', 'STORE_UNAVAILABLE'],
    ['log', 'DescribeTable', 'LOG_UNAVAILABLE'],
  ] as const)('without %s is 503, and looks again after 2 s', async (service, operation, code) => {
    const fresh = stewardApp(parts.deps);
    parts.faults.add({ service, operation, kind: 'error', times: 100 });
    const down = await fresh.request('/readyz');
    parts.faults.clear();
    expect(down.status).toBe(503);
    expect(await down.json()).toMatchObject({ code });
    expect((await fresh.request('/readyz')).status).toBe(503);
    parts.clock.now += 2000;
    expect((await fresh.request('/readyz')).status).toBe(200);
    parts.clock.now -= 2000;
  });
});
