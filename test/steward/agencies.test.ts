/** The register of agencies over the complete steward app: the right to change it, and its log entries. */
import { afterAll, describe, expect, it } from 'vitest';
import { CLIENT } from '../support/identity.ts';
import { ecKey } from '../support/jws.ts';
import { type Any, openRegister, publicKey, RIGHTS, register } from './register.ts';

const KEYS_AT = 'https://keys.agency.example/jwks.json';
const { parts, askToken, call, asSteward, asTwo, logged } = await openRegister();
afterAll(() => parts.close());

describe('registration', () => {
  it('lets the agency call at once, and is an entry of the log', async () => {
    const key = ecKey();
    const answer = await asTwo('POST', '/v1/agencies', register('new-school', key));
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
      { entry: { outcome: 'pending' }, words: { officer: 'li.na' } },
      {
        entry: { kind: 'agency', outcome: 'registered', handler: { agency: 'steward-office' } },
        words: { officer: 'wang.fang', reason: 'test' },
      },
    ]);
    const list = await asSteward(undefined, 'GET', '/v1/agencies');
    expect(list.json.agencies.map((one: Any) => one.clientId)).toContain('new-school');
    expect((await asSteward(undefined, 'GET', '/v1/agencies/new-school')).json).toEqual({
      ...answer.json.agency,
      waiting: [],
    });
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
    ['a part of an area code, which would cover more', { areas: ['99'] }, 400, 'INVALID_REQUEST'],
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

  it('is for stewards', async () => {
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

  it('needs two people who have logged in', async () => {
    const key = ecKey();
    const body = register('second-office', key, { actions: ['audit'], purposes: [] });
    expect(await asSteward(undefined, 'POST', '/v1/agencies', body)).toMatchObject({
      json: { code: 'PERSON_REQUIRED' },
    });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({
      status: 202,
      json: { state: 'pending' },
    });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({ status: 202 });
    expect(await asSteward('wang.fang', 'POST', '/v1/agencies', body, true)).toMatchObject({ status: 409 });
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
    const more = { ...change, actions: ['intake', 'casework'] };
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/new-school', more)).toMatchObject({ status: 202 });
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/nobody', change)).toMatchObject({ status: 404 });
  });

  it("of the caller's own registration is refused", async () => {
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

describe('rights', () => {
  it('that are removed end at once, by one steward', async () => {
    await asTwo('POST', '/v1/agencies', register('narrowed', ecKey()));
    const less = {
      ...RIGHTS,
      purposes: [],
      areas: ['990001001'],
      actions: ['intake'],
      trainedUntil: '2026-12-01',
    };
    expect(await asSteward('chen.jie', 'PUT', '/v1/agencies/narrowed', less)).toMatchObject({
      status: 200,
      json: { agency: { purposes: [], areas: ['990001001'] } },
    });
    expect((await logged('narrowed')).at(-1)?.entry).toMatchObject({ code: 'NARROWED', outcome: 'changed' });
  });

  it.each<[string, object]>([
    ['purposes', { purposes: ['S1', 'W1'] }],
    ['areas', { areas: ['990001', '990002'] }],
    ['departments', { departments: ['EDU', 'YOUTH'] }],
    ['roles', { roles: ['county-education', 'school'] }],
    ['actions', { actions: ['intake', 'release', 'casework'] }],
    ['rates', { rates: { agency: 1_000_000 } }],
    ['trainedUntil', { trainedUntil: '2027-02-01' }],
    ['activities', { activities: [{ id: 'ACT-1', ends: '2026-06-01' }] }],
    ['institution', { institution: '清河县第二小学' }],
  ])('more %s wait for a second steward, and stand in the log with the difference', async (what, more) => {
    const id = `wider-${what.toLowerCase()}`;
    await asTwo('POST', '/v1/agencies', register(id, ecKey()));
    const first = await asSteward('li.na', 'PUT', `/v1/agencies/${id}`, { ...RIGHTS, ...more });
    expect(first).toMatchObject({ status: 202, json: { state: 'pending' } });
    const { json } = await asSteward('chen.jie', 'GET', `/v1/agencies/${id}`);
    expect(json[what]).toEqual((RIGHTS as Any)[what]);
    const [waiting] = json.waiting;
    expect(waiting).toMatchObject({ officer: 'li.na', reason: 'test', entry: first.json.receipt.entry });
    expect(waiting.difference).toContainEqual(expect.objectContaining({ what, wider: true }));
    const confirm = (officer: string) =>
      asSteward(officer, 'POST', `/v1/agencies/${id}/confirm`, { entry: waiting.entry });
    expect(await confirm('li.na')).toMatchObject({ status: 403, json: { code: 'APPROVER_IS_REQUESTER' } });
    expect(await confirm('chen.jie')).toMatchObject({ status: 200, json: { agency: more } });
    expect(await confirm('wang.fang')).toMatchObject({ status: 409 });
    const { entry, words } = (await logged(id)).at(-1) ?? {};
    expect(entry).toMatchObject({ code: 'WIDENED', outcome: 'changed', approvals: [waiting.entry] });
    const { record, difference } = JSON.parse(words?.finding ?? '');
    expect(record).toMatchObject({ clientId: id, ...more });
    expect(difference).toEqual(waiting.difference);
  });

  it.each<[string, object, string]>([
    [
      'a charity of a source department',
      { roles: ['charity'], departments: ['MPS'], purposes: ['C1'] },
      'A16.1',
    ],
    [
      'a help platform that is a hospital',
      { roles: ['help-platform', 'hospital'], departments: ['HEALTH'] },
      'A16.1',
    ],
    ['a press office of civil affairs', { roles: ['press-office'], departments: ['PROP', 'MCA'] }, 'A14.1'],
    [
      'a charity that is a social organisation',
      { roles: ['charity', 'social-organisation'], departments: [] },
      'A16.1',
    ],
    [
      'an auditor that runs the policy',
      { roles: ['auditor'], departments: [], actions: ['audit', 'steward'] },
      'DSL27',
    ],
    ['an office that audits and reads', { actions: ['release', 'audit'] }, 'DSL27'],
    ['a steward that writes', { actions: ['intake', 'steward'] }, 'DSL27'],
  ])('of two bodies that the policy keeps apart are refused: %s', async (_, change, rule) => {
    const body = register('both-at-once', ecKey(), change);
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', rule, errors: [{ path: '/roles' }] },
    });
  });

  it.each([
    ['ended', '2026-03-01', 'ended'],
    ['lasts longer than a year', '2027-03-10', 'later than 2027-03-0'],
  ])('on a training that %s are refused', async (_, trainedUntil, words) => {
    const body = register('untrained', ecKey(), { trainedUntil });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({
      status: 400,
      json: { errors: [{ path: '/trainedUntil', message: expect.stringContaining(words) }] },
    });
  });

  it('under a mistyped name are refused with the nearest one, and the typed one is not repeated', async () => {
    const body = register('mistyped', ecKey(), { departments: ['EDDU'] });
    const { json } = await asSteward('li.na', 'POST', '/v1/agencies', body);
    expect(json.errors).toEqual([{ path: '/departments', message: expect.stringContaining('is EDU') }]);
    expect(JSON.stringify(json)).not.toContain('EDDU');
  });
});
