/** Agencies that are registered: their keys, the issuer of their people, concurrent changes, suspension. */
import { afterAll, describe, expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { stewardApp } from '../../functions/steward/app.ts';
import { CLIENT, ISSUER, makeProof } from '../support/identity.ts';
import { ecKey, type TestKey } from '../support/jws.ts';
import { type Any, openRegister, publicKey, RIGHTS, register } from './register.ts';

const ISSUER_OF_GATEWAY = `${ISSUER}/people`;
const { parts, askToken, call, asSteward, asTwo, logged } = await openRegister();
afterAll(() => parts.close());

it('a key serves one agency: registering it for another is refused, also after it was replaced', async () => {
  const [key, next] = [ecKey(), ecKey()];
  await asTwo('POST', '/v1/agencies', register('has-the-key', key));
  const foreign = { status: 400, json: { errors: [{ path: '/jwks' }] } };
  const copy = register('wants-the-key', key, { jwks: { keys: [publicKey(key, 'another-name')] } });
  expect(await asSteward('li.na', 'POST', '/v1/agencies', copy)).toMatchObject(foreign);
  const keys = (one: TestKey) => ({ jwks: { keys: [publicKey(one, 'sig-2')] } });
  expect(await asTwo('PUT', '/v1/agencies/has-the-key/jwks', keys(next))).toMatchObject({ status: 200 });
  expect(await asSteward('li.na', 'POST', '/v1/agencies', copy)).toMatchObject(foreign);
  // Keys of agencies that no steward registered, such as the first ones, are taken as well.
  const own = register('wants-the-office-key', parts.sig);
  expect(await asSteward('li.na', 'POST', '/v1/agencies', own)).toMatchObject(foreign);
});

describe('the issuer of an agency’s own people', () => {
  const people = (issuer: string) => ({
    ...{ issuer, kind: 'at+jwt', audience: 'fieldgate', algorithm: 'ES256' },
    ...{ roles: 'roles', office: 'office' },
  });

  it('is registered by two stewards, and may be removed by one', async () => {
    const body = register('own-people', ecKey(), { people: people('https://login.school.example/') });
    expect(await asTwo('POST', '/v1/agencies', body)).toMatchObject({
      status: 200,
      json: { agency: { people: { issuer: 'https://login.school.example/' } } },
    });
    const without = { ...RIGHTS, people: null };
    const { status, json } = await asSteward('li.na', 'PUT', '/v1/agencies/own-people', without);
    expect([status, json.agency.people]).toEqual([200, undefined]);
  });

  it.each(['http://127.0.0.1:1/', 'https://10.0.0.1/', 'https://localhost/', ISSUER_OF_GATEWAY])(
    'is never %s',
    async (issuer) => {
      const body = register('bad-issuer', ecKey(), { people: people(issuer) });
      expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({
        status: 400,
        json: { errors: [{ path: '/people' }] },
      });
    },
  );
});

describe('the register', () => {
  it('is read by auditors as well', async () => {
    const auditor = ecKey();
    const body = register('watchers', auditor, {
      departments: [],
      roles: [],
      purposes: [],
      actions: ['audit'],
    });
    expect(await asTwo('POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
    const details = { actions: ['audit'] };
    const { json } = await askToken({ clientId: 'watchers', key: auditor, details });
    const list = await call(json.access_token, 'GET', '/v1/agencies');
    expect(list.json.agencies).toContainEqual(expect.objectContaining({ clientId: 'watchers' }));
    expect(await call(json.access_token, 'PUT', '/v1/agencies/watchers', RIGHTS)).toMatchObject({
      status: 403,
    });
  });

  it('accepts one of two concurrent proposals, which the other may confirm', async () => {
    const body = register('at-once', ecKey());
    const both = await Promise.all(
      ['li.na', 'wang.fang'].map((officer) => asSteward(officer, 'POST', '/v1/agencies', body)),
    );
    const states = both.map(({ status }) => status).sort();
    expect([
      [200, 202],
      [202, 409],
    ]).toContainEqual(states);
    if (states[0] === 202) {
      const again = both[0]?.status === 202 ? 'wang.fang' : 'li.na';
      expect(await asSteward(again, 'POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
    }
    expect((await logged('at-once')).filter(({ entry }) => entry?.outcome === 'registered')).toHaveLength(1);
  });

  it('gives way to the proposal of another steward, so that one steward keeps no agency suspended by it', async () => {
    await asTwo('POST', '/v1/agencies', register('kept-down', ecKey()));
    const path = '/v1/agencies/kept-down';
    expect((await asSteward('li.na', 'POST', `${path}/suspend`, {})).status).toBe(200);
    const more = { ...RIGHTS, areas: ['990001', '990002'] };
    const idle = await asSteward('li.na', 'PUT', path, more);
    expect(idle.status, JSON.stringify(idle.json)).toBe(202);
    const lift = await asSteward('chen.jie', 'POST', `${path}/unsuspend`, {});
    expect(lift.status, JSON.stringify(lift.json)).toBe(202);
    const confirm = (officer: string, { json }: typeof lift) =>
      asSteward(officer, 'POST', `${path}/confirm`, { entry: json.receipt.entry });
    // What waits no more is not confirmed, nor what waits instead by its page.
    expect(await confirm('wang.fang', idle)).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    expect(await confirm('wang.fang', lift)).toMatchObject({
      status: 200,
      json: { agency: { suspended: false, areas: RIGHTS.areas } },
    });
  });

  it('makes a change that two confirm at once only once', async () => {
    await asTwo('POST', '/v1/agencies', register('confirmed', ecKey()));
    const path = '/v1/agencies/confirmed';
    const { json } = await asSteward('li.na', 'PUT', path, { ...RIGHTS, areas: ['990001', '990002'] });
    const { entry } = json.receipt;
    const both = await Promise.all(
      ['wang.fang', 'chen.jie'].map((officer) => asSteward(officer, 'POST', `${path}/confirm`, { entry })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await logged('confirmed')).filter(({ entry }) => entry?.code === 'WIDENED')).toHaveLength(2);
  });
});

it('a suspension takes effect with the next call and the next token, and two stewards lift it', async () => {
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
  expect((await askToken({ clientId: CLIENT, key: parts.sig })).status).toBe(400);
  const lift = (officer: string) => asSteward(officer, 'POST', `/v1/agencies/${CLIENT}/unsuspend`, {});
  expect(await lift('li.na')).toMatchObject({ status: 202, json: { state: 'pending' } });
  expect((await lift('li.na')).status).toBe(202);
  expect((await askToken({ clientId: CLIENT, key: parts.sig })).status).toBe(400);
  const lifted = await lift('chen.jie');
  expect(lifted).toMatchObject({ status: 200, json: { agency: { suspended: false } } });
  // Each of the two reads the change as what it is: in force.
  for (const steward of ['chen.jie', 'li.na']) expect(await lift(steward)).toEqual(lifted);
  expect((await askToken({ clientId: CLIENT, key: parts.sig })).status).toBe(200);
  expect((await logged(CLIENT)).map(({ entry }) => entry?.outcome)).toEqual([
    'suspended',
    'pending',
    'unsuspended',
  ]);
});
