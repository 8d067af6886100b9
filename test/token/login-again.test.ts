/** A session of the console whose person logs in again for an act that demands a recent login. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerCase } from '../support/cases.ts';
import { fileGateway } from '../support/gateway.ts';
import { type Asked, pages } from '../support/page-session.ts';
import { ahead, freshNumber } from '../support/people.ts';

let moved = 0;
const now = () => Date.now() + moved;
const gateway = await fileGateway({ people: true, now });
const page = await pages(gateway, now);
/** The clock of a session that becomes older than a login may be. */
const wait = (seconds: number) => {
  moved += seconds * 1000;
};
beforeEach(() => {
  moved = 0;
});

/** The public half of a page's key for answers. */
const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as JWK;

const agency = (clientId: string, actions: string[]) => ({
  ...{ clientId, name: { en: 'A new office', zh: '新单位' }, departments: ['MCA'], roles: [] },
  ...{ areas: ['990001'], purposes: [], actions, trainedUntil: ahead(180) },
  ...{ jwksUri: `https://${clientId}.example/jwks.json`, reason: 'a new office of the county' },
});
const renew = async (session: string, login?: object) =>
  page.post('/v1/sessions/renew', { session, ...(login && { login }) });
/** Readings of the auditor are entries too. */
const entries = async (kind: string) =>
  (await gateway.audit(`/v1/log/entries?kind=${kind}&limit=1`)).entries[0]?.id;

describe('a steward', () => {
  it('registers an office at any time, and one with oversight only after a recent login', async () => {
    const { session, authTime } = await page.signIn('li.na');
    wait(301);
    const { access_token: old, authTime: still } = (await renew(session)).json;
    expect(still).toBe(authTime);
    const plain = await page.call(old, 'POST', '/v1/agencies', agency('new-office', ['casework']));
    expect([plain.status, plain.json.state]).toEqual([202, 'pending']);
    const before = await entries('agency');
    for (const actions of [['audit'], ['casework', 'steward']]) {
      const refused = await page.call(old, 'POST', '/v1/agencies', agency('new-audit', actions));
      expect([refused.status, refused.json.code, refused.json.maxAge]).toEqual([
        401,
        'STEP_UP_REQUIRED',
        300,
      ]);
    }
    expect(await entries('agency')).toBe(before);
    const again = (await renew(session, await page.code('li.na'))).json;
    expect(again.authTime).toBeGreaterThan(authTime + 300);
    // The token of before does not become fresher.
    const stale = await page.call(old, 'POST', '/v1/agencies', agency('new-audit', ['audit']));
    expect(stale.json.code).toBe('STEP_UP_REQUIRED');
    const done = await page.call(again.access_token, 'POST', '/v1/agencies', agency('new-audit', ['audit']));
    expect([done.status, done.json.state]).toEqual([202, 'pending']);
  });

  it('takes oversight away, and confirms what concerns it, only after a recent login', async () => {
    const { session } = await page.signIn('chen.jie');
    wait(301);
    const { access_token: old } = (await renew(session)).json;
    const { waiting } = (await page.call(old, 'GET', '/v1/agencies')).json;
    const entryOf = (id: string) =>
      waiting.find(({ clientId }: { clientId: string }) => clientId === id)?.entry;
    const entry = entryOf('new-audit');
    const confirm = { entry, reason: 'seen and right' };
    const refused = await page.call(old, 'POST', '/v1/agencies/new-audit/confirm', confirm);
    expect(refused.json.code).toBe('STEP_UP_REQUIRED');
    const seconded = await page.call(old, 'POST', '/v1/agencies/new-office/confirm', {
      ...confirm,
      entry: entryOf('new-office'),
    });
    expect(seconded.status).toBe(200);
    const { access_token: fresh } = (await renew(session, await page.code('chen.jie'))).json;
    expect((await page.call(fresh, 'POST', '/v1/agencies/new-audit/confirm', confirm)).status).toBe(200);
    wait(301);
    const { access_token: later } = (await renew(session)).json;
    const { clientId: _, jwksUri: __, ...rights } = agency('new-audit', ['casework']);
    const narrowed = await page.call(later, 'PUT', '/v1/agencies/new-audit', rights);
    expect(narrowed.json.code).toBe('STEP_UP_REQUIRED');
    // To stop an office is never delayed.
    const suspended = await page.call(later, 'POST', '/v1/agencies/new-audit/suspend', {
      reason: 'keys lost',
    });
    expect(suspended.status).toBe(200);
    const back = await page.call(later, 'POST', '/v1/agencies/new-audit/unsuspend', { reason: 'found' });
    expect(back.json.code).toBe('STEP_UP_REQUIRED');
  });
});

describe('a session keeps', () => {
  it('its key, its end and its person', async () => {
    const { session, ends } = await page.signIn('li.na');
    wait(60);
    const again = await renew(session, await page.code('li.na'));
    expect([again.json.ends, again.json.session]).toEqual([ends, undefined]);
    expect((await renew(session)).json.authTime).toBe(again.json.authTime);
  });

  it('its person if another one logs in, and its login', async () => {
    const { session, authTime } = await page.signIn('li.na');
    wait(301);
    for (const other of ['chen.jie', 'wang.fang']) {
      const answer = await renew(session, await page.code(other));
      expect([answer.status, answer.json.code, answer.json.reason]).toEqual([
        403,
        'ROLE_REQUIRED',
        'OTHER_PERSON',
      ]);
    }
    expect((await renew(session)).json).toMatchObject({ authTime, person: { name: 'li.na' } });
  });

  it('its old login if the issuer did not ask the person, or the code is no good', async () => {
    const { session, authTime } = await page.signIn('li.na');
    const early = await page.code('li.na');
    wait(301);
    const stale = await renew(session, early);
    expect([stale.status, stale.json.code]).toEqual([401, 'STEP_UP_REQUIRED']);
    expect(stale.headers.get('www-authenticate')).toContain('max_age="300"');
    const used = await renew(session, early);
    expect([used.status, used.json.code]).toEqual([401, 'TOKEN_INVALID']);
    expect((await renew(session)).json.authTime).toBe(authTime);
  });
});

describe('an officer who asks', () => {
  const S1: Asked = {
    ...{ action: 'release', purpose: 'S1', case: 'EDU-2026-00418' },
    reason: 'winter subsidy, grade 5',
  };
  const child = { id_number: freshNumber() };
  /** The second one names a request whose owner may have approved the restricted field. */
  const body = (match: object, fields: string[]) => ({
    ...(fields.length > 1 && { context: { request: randomUUID() } }),
    collection: 'children',
    subjects: [{ match }],
    fields,
  });
  beforeAll(async () => {
    const fields = { name: '张某某', birth_date: '2013-05-06', division_code: '990001001001' };
    await gateway.put('mca-county', { match: child, fields });
    const words = { purpose: 'S1', case: 'EDU-2026-00418', officer: 'zhang.wei' };
    await registerCase(gateway, 'edu-county', words, [{ match: child }]);
  });

  it('gets a restricted class only after a recent login, the same for a child without a record', async () => {
    const { session } = await page.signIn('zhang.wei', newKey());
    wait(301);
    await renew(session);
    const ask = async (match: object, fields: string[]) => {
      const { access_token } = (await page.ask(session, S1)).json;
      return page.call(access_token, 'POST', '/v1/releases', body(match, fields));
    };
    const before = await entries('decision,attempt');
    const codes = [];
    for (const match of [child, { id_number: freshNumber() }])
      codes.push((await ask(match, ['name', 'edu_assessment'])).json?.code);
    expect(codes).toEqual(['STEP_UP_REQUIRED', 'STEP_UP_REQUIRED']);
    expect(await entries('decision,attempt')).toBe(before);
    expect((await ask(child, ['name'])).status).toBe(200);
    await renew(session, await page.code('zhang.wei'));
    expect((await ask(child, ['name', 'edu_assessment'])).json?.code).not.toBe('STEP_UP_REQUIRED');
  });
});

describe('a clerk at a desk', () => {
  it('opens restricted classes to an inquirer only after a recent login, known or unknown', async () => {
    const { session } = await page.signIn('chen.jing', newKey());
    wait(301);
    const { access_token: old } = (await renew(session)).json;
    const inquire = (number: string, more: object) =>
      page.call(old, 'POST', '/v1/inquiries', {
        ...{ subject: { match: { id_number: number } }, inquirer: 'child', collection: 'children' },
        ...{ identity: { name: '张某某', number }, ...more },
        context: { case: 'DESK-8', reason: 'asks at the desk with a card' },
      });
    const known = freshNumber();
    const fields = { name: '张某某', birth_date: '2013-05-06', division_code: '990001001001' };
    await gateway.put('mca-county', { match: { id_number: known }, fields });
    const before = await entries('decision,attempt');
    for (const number of [known, freshNumber()]) {
      const answer = await inquire(number, { second: 'a.word' });
      expect([answer.status, answer.json.code]).toEqual([401, 'STEP_UP_REQUIRED']);
    }
    expect(await entries('decision,attempt')).toBe(before);
    // One clerk opens no such class, and needs no new login.
    expect((await inquire(known, {})).status).toBe(200);
  });
});
