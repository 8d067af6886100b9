/** The register of agencies over the whole steward app: who may change it, and what the log says of it. */
import { afterAll, describe, expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { stewardApp } from '../../functions/steward/app.ts';
import { CLIENT, makeProof } from '../support/identity.ts';
import { ecKey } from '../support/jws.ts';
import { type Any, openRegister, publicKey, RIGHTS, register } from './register.ts';

const KEYS_AT = 'https://keys.agency.example/jwks.json';
const { parts, askToken, call, asSteward, logged } = await openRegister();
afterAll(() => parts.close());

describe('registration', () => {
  it('lets the agency call at once, and is an entry of the log', async () => {
    const key = ecKey();
    const answer = await asSteward('li.na', 'POST', '/v1/agencies', register('new-school', key));
    expect(answer).toMatchObject({
      status: 200,
      json: { agency: { clientId: 'new-school', suspended: false, keys: [{ kid: 'sig-1', use: 'sig' }] } },
    });
    expect(answer.json.receipt.entry).toEqual(expect.any(String));
    expect(JSON.stringify(answer.json)).not.toContain(key.jwk['x']);
    const token = await askToken({ clientId: 'new-school', key });
    expect(token.status).toBe(200);
    expect(await call(token.json.access_token, 'GET', '/v1/whoami')).toMatchObject({
      status: 200,
      json: { clientId: 'new-school', purposes: ['S1'] },
    });
    expect(await logged('new-school')).toMatchObject([
      {
        entry: { kind: 'agency', outcome: 'registered', handler: { agency: 'steward-office' } },
        words: { officer: 'li.na', reason: 'test' },
      },
    ]);
    const list = await asSteward(undefined, 'GET', '/v1/agencies');
    expect(list.json.agencies.map((one: Any) => one.clientId)).toContain('new-school');
    expect((await asSteward(undefined, 'GET', '/v1/agencies/new-school')).json).toEqual(answer.json.agency);
    for (const cursor of ['x', 'Li4v', 'AAAA'])
      expect(await asSteward(undefined, 'GET', `/v1/agencies?cursor=${cursor}`)).toMatchObject({
        status: 400,
        json: { code: 'INVALID_REQUEST' },
      });
  });

  it.each<[string, object, number, string]>([
    ['a taken id', { clientId: CLIENT }, 409, 'CONFLICT'],
    ['an id of other shape', { clientId: 'Über' }, 400, 'INVALID_REQUEST'],
    ['the id of a proposal', { clientId: 'pending~x' }, 400, 'INVALID_REQUEST'],
    ['the id that routes have for oneself', { clientId: 'self' }, 400, 'INVALID_REQUEST'],
    ['an unknown department', { departments: ['constructor'] }, 400, 'INVALID_REQUEST'],
    ['an unknown purpose', { purposes: ['__proto__'] }, 400, 'INVALID_REQUEST'],
    ['a prohibited purpose', { purposes: ['PX3'] }, 400, 'INVALID_REQUEST'],
    ['an unknown role', { roles: ['king'] }, 400, 'INVALID_REQUEST'],
    ['an unknown action', { actions: ['read'] }, 400, 'INVALID_REQUEST'],
    ['no keys', { jwks: undefined }, 400, 'INVALID_REQUEST'],
    ['both kinds of keys', { jwksUri: KEYS_AT }, 400, 'INVALID_REQUEST'],
    ['an address inside', { jwks: undefined, jwksUri: 'https://169.254.169.254/' }, 400, 'INVALID_REQUEST'],
    ['a private key', { jwks: { keys: [{ ...publicKey(ecKey(), 'a'), d: 'AA' }] } }, 400, 'INVALID_REQUEST'],
    ['suspended by itself', { suspended: false }, 400, 'INVALID_REQUEST'],
  ])('with %s is refused', async (_, change, status, code) => {
    const answer = await asSteward(
      'li.na',
      'POST',
      '/v1/agencies',
      register('other-school', ecKey(), change),
    );
    expect(answer).toMatchObject({ status, json: { code } });
  });

  it('is the matter of stewards', async () => {
    const { json } = await askToken({ clientId: CLIENT, key: parts.sig });
    for (const [method, path] of [
      ['GET', '/v1/agencies'],
      ['POST', '/v1/agencies'],
      ['PUT', `/v1/agencies/${CLIENT}`],
      ['PUT', `/v1/agencies/${CLIENT}/jwks`],
      ['POST', `/v1/agencies/${CLIENT}/suspend`],
    ] as const) {
      const answer = await call(json.access_token, method, path, method === 'GET' ? undefined : {});
      expect(answer).toMatchObject({ status: 403, json: { code: 'ACTION_NOT_GRANTED' } });
    }
  });

  it('of a watcher takes two people', async () => {
    const key = ecKey();
    const body = register('second-office', key, { actions: ['audit', 'steward'], purposes: [] });
    expect(await asSteward(undefined, 'POST', '/v1/agencies', body)).toMatchObject({
      json: { code: 'NO_OFFICER' },
    });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({
      status: 202,
      json: { state: 'pending' },
    });
    expect(await asSteward(' Li.NA ', 'POST', '/v1/agencies', body)).toMatchObject({
      json: { code: 'APPROVER_IS_REQUESTER' },
    });
    const changed = { ...body, areas: ['990002'] };
    expect(await asSteward('wang.fang', 'POST', '/v1/agencies', changed)).toMatchObject({ status: 409 });
    expect((await askToken({ clientId: 'second-office', key, details: { actions: ['audit'] } })).status).toBe(
      401,
    );
    expect(await asSteward('wang.fang', 'POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
    expect((await askToken({ clientId: 'second-office', key, details: { actions: ['audit'] } })).status).toBe(
      200,
    );
    const entries = (await logged('second-office')).map(({ entry }) => entry);
    const [asked, done] = entries as [Any, Any];
    expect(asked).toMatchObject({ outcome: 'pending' });
    expect(done).toMatchObject({ outcome: 'registered', approvals: [asked.id] });
  });

  it('waits a day for the second', async () => {
    const body = register('late-office', ecKey(), { actions: ['audit'] });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({ status: 202 });
    parts.clock.now += 86_401_000;
    parts.nonce = await parts.nonces.current();
    expect(await asSteward('wang.fang', 'POST', '/v1/agencies', body)).toMatchObject({ status: 202 });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
  });
});

describe('a change', () => {
  it('takes rights away and gives them', async () => {
    const change = { ...RIGHTS, purposes: [], actions: ['intake'] };
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/new-school', change)).toMatchObject({
      status: 200,
      json: { agency: { purposes: [], actions: ['intake'], keys: [{ kid: 'sig-1' }] } },
    });
    const more = { ...change, actions: ['intake', 'audit'] };
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/new-school', more)).toMatchObject({ status: 202 });
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/nobody', change)).toMatchObject({ status: 404 });
  });

  it('of the own registration is refused', async () => {
    for (const [method, path, body] of [
      ['PUT', '', RIGHTS],
      ['PUT', '/jwks', { jwks: { keys: [publicKey(ecKey(), 'a')] } }],
      ['POST', '/unsuspend', {}],
    ] as const) {
      const answer = await asSteward('li.na', method, `/v1/agencies/steward-office${path}`, body);
      expect(answer).toMatchObject({ status: 403, json: { code: 'ROLE_REQUIRED' } });
    }
  });
});

describe('a suspension', () => {
  it('is felt by the next call and the next token, and ends again', async () => {
    const { json } = await askToken({ clientId: CLIENT, key: parts.sig });
    expect((await call(json.access_token, 'GET', '/v1/whoami')).status).toBe(200);
    // Another instance, whose cache knows nothing of this one's.
    const other = withTables({ ...parts.deps, dynamo: parts.otherDynamo() });
    const elsewhere = stewardApp(other);
    const look = () => {
      const dpop = makeProof(parts, { method: 'GET', path: '/v1/whoami', token: json.access_token });
      return elsewhere.request('/v1/whoami', {
        headers: { authorization: `DPoP ${json.access_token}`, dpop },
      });
    };
    expect((await look()).status).toBe(200);
    expect(await asSteward('li.na', 'POST', `/v1/agencies/${CLIENT}/suspend`, {})).toMatchObject({
      status: 200,
      json: { agency: { suspended: true } },
    });
    const refused = await look();
    expect([refused.status, ((await refused.json()) as Any).code]).toEqual([403, 'AGENCY_SUSPENDED']);
    expect((await askToken({ clientId: CLIENT, key: parts.sig })).status).toBe(401);
    await asSteward('li.na', 'POST', `/v1/agencies/${CLIENT}/unsuspend`, {});
    expect((await askToken({ clientId: CLIENT, key: parts.sig })).status).toBe(200);
    expect((await logged(CLIENT)).map(({ entry }) => entry?.outcome)).toEqual(['suspended', 'unsuspended']);
  });
});
