import { generateKeyPairSync } from 'node:crypto';
import { compactDecrypt, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { registerCase } from '../support/cases.ts';
import { dpopProof, fileGateway, newDpopKey } from '../support/gateway.ts';
import { logIn } from '../support/login.ts';
import { type Asked, pages } from '../support/page-session.ts';
import { freshNumber } from '../support/people.ts';

let ahead = 0;
const now = () => Date.now() + ahead;
const gateway = await fileGateway({ people: true, now });
const page = await pages(gateway, now);
const S1: Asked = {
  ...{ action: 'release', purpose: 'S1', case: 'EDU-2026-00417' },
  reason: 'winter subsidy, grade 5',
};
const child = { id_number: freshNumber() };
const other = { id_number: freshNumber() };
const [pair, elsewhere] = [keyPair(), keyPair()];

function keyPair(): { enc: JWK; open(jwe: string): Promise<string> } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    enc: publicKey.export({ format: 'jwk' }) as JWK,
    open: async (jwe) => {
      const { plaintext } = await compactDecrypt(jwe, privateKey);
      const [, answer = ''] = Buffer.from(plaintext).toString().split('.');
      return Buffer.from(answer, 'base64url').toString();
    },
  };
}

const about = (...people: Record<string, string>[]) => ({
  collection: 'children',
  subjects: people.map((match) => ({ match })),
  fields: ['name', 'school'],
});

/** A token of a fresh session of the person for the purpose, with a key for the answer unless left out. */
async function tokenOf(person: string, details: Asked = S1, enc: JWK | undefined = pair.enc) {
  const { session } = await page.signIn(person, enc);
  const answer = await page.ask(session, details);
  return {
    session,
    status: answer.status,
    code: answer.json.code,
    token: answer.json.access_token as string,
  };
}

const release = (token: string, body: object = about(child), by?: Awaited<ReturnType<typeof newDpopKey>>) =>
  page.call(token, 'POST', '/v1/releases', body, by);

beforeAll(async () => {
  const fields = { name: '张某某', birth_date: '2013-05-06', division_code: '990001001001' };
  await gateway.put('mca-county', { match: child, fields }, { match: other, fields });
  const words = { purpose: 'S1', case: 'EDU-2026-00417', officer: 'zhang.wei' };
  await registerCase(gateway, 'edu-county', words, [{ match: child }, { match: other }]);
});

describe('an officer at the console', () => {
  it('is answered about one child, sealed to the key of the page alone', async () => {
    const { token } = await tokenOf('zhang.wei');
    const answer = await release(token);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/jose']);
    expect(answer.text).not.toContain('张某某');
    expect(decodeProtectedHeader(answer.text)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM' });
    await expect(elsewhere.open(answer.text)).rejects.toThrow();
    const { results } = JSON.parse(await pair.open(answer.text));
    expect(results[0].fields.name.value).toContain('张');
    const { entries } = await gateway.audit(`/v1/log/entries?kind=decision&agency=edu-county`);
    expect(entries[0]).toMatchObject({
      handler: { agency: 'edu-county', officerBy: 'authenticated' },
      words: { officer: 'zhang.wei', case: 'EDU-2026-00417', reason: S1.reason },
    });
  });

  it('sees the purposes that are open to people, and may ask', async () => {
    const signed = await page.signIn('zhang.wei', pair.enc);
    expect(signed.person.actions).toEqual(['casework', 'release']);
    const who = await page.call(signed.access_token, 'GET', '/v1/whoami');
    expect(who.json.byPeople).toEqual(['S1']);
    // Without a purpose the session is for everything else.
    const bare = await release(signed.access_token);
    expect([bare.status, bare.json.code]).toEqual([403, 'ACTION_NOT_GRANTED']);
  });

  it('is told nothing more about a child without a record than about one of another place', async () => {
    const answers: string[] = [];
    const neighbour = { id_number: freshNumber('2013-05-06', '990002') };
    await gateway.put('mca-neighbour', {
      match: neighbour,
      fields: { name: '李某某', birth_date: '2013-05-06', division_code: '990002001001' },
    });
    for (const match of [{ id_number: freshNumber() }, neighbour]) {
      const { token } = await tokenOf('zhang.wei');
      const { results } = JSON.parse(await pair.open((await release(token, about(match))).text));
      answers.push(JSON.stringify(results[0].refused));
    }
    expect(answers).toEqual(['{"code":"REFUSED"}', '{"code":"REFUSED"}']);
  });
});

describe('no person is answered at the console', () => {
  it('about a list of people', async () => {
    const { token } = await tokenOf('zhang.wei');
    const answer = await release(token, about(child, other));
    expect([answer.status, answer.json.code]).toEqual([403, 'BATCH_LIMIT']);
  });

  it('in clear, or under a key that the session did not begin with', async () => {
    const { session } = await page.signIn('zhang.wei');
    const { json } = await page.ask(session, S1);
    const answer = await release(json.access_token);
    expect(answer.json.code).toBe('NO_ENCRYPTION_KEY');
    expect(answer.text).not.toContain('张某某');
    const later = await page.post('/v1/sessions/renew', { session, details: S1, enc: elsewhere.enc });
    expect([later.status, later.json.code]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('for a purpose that is not open to its people, which the log has', async () => {
    const { token } = await tokenOf('liu.yang', { ...S1, purpose: 'E1' });
    expect(token).toBeUndefined();
    const { token: wrong } = await tokenOf('zhang.wei', { ...S1, purpose: 'W2' });
    const answer = await release(wrong);
    expect([answer.status, answer.json.code]).toEqual([403, 'PURPOSE_NOT_FOR_ROLE']);
    const { entries } = await gateway.audit('/v1/log/entries?kind=denial&agency=edu-county');
    expect(entries[0]).toMatchObject({ purpose: 'W2', handler: { officerBy: 'authenticated' } });
  });

  it('for a prohibited use, which is logged and raises an alert as an agency’s is', async () => {
    const prohibited = [...pack.prohibited.keys()][0] ?? '';
    const { token } = await tokenOf('zhang.wei', { ...S1, purpose: prohibited });
    const answer = await release(token);
    expect([answer.status, answer.json.code]).toEqual([403, 'PROHIBITED_PURPOSE']);
    const { alerts } = await gateway.audit('/v1/alerts');
    expect(JSON.stringify(alerts)).toContain('edu-county');
  });

  it('through any other route of the office', async () => {
    const { token } = await tokenOf('zhang.wei');
    for (const [method, path, body] of [
      ['POST', '/v1/leak-checks', {}],
      ['POST', '/v1/story-cards', { subject: { match: child }, text: 'x' }],
      ['POST', '/v1/inquiries', {}],
    ] as const) {
      const answer = await page.call(token, method, path, body);
      expect([path, answer.status, answer.json?.code]).toEqual([path, 403, 'ACTION_NOT_GRANTED']);
    }
  });

  it('for counts, but by a purpose of counts that is open to its people', async () => {
    const { token } = await tokenOf('zhang.wei');
    const answer = await page.call(token, 'POST', '/v1/statistics', {});
    expect([answer.status, answer.json?.code]).toEqual([403, 'PURPOSE_ROUTE']);
    const { token: counting } = await tokenOf('zhou.qin', { ...S1, purpose: 'A1' });
    // Nothing was counted here, which is where the counts are read.
    const counted = await page.call(counting, 'POST', '/v1/statistics', {});
    expect([counted.status, counted.json?.code]).toEqual([403, 'K_TOO_SMALL']);
  });

  it('as a clerk, an auditor, or an officer of another office', async () => {
    for (const person of ['sun.lei', 'wang.fang', 'liu.yang', 'shen.yi'])
      expect([person, (await tokenOf(person)).code]).toEqual([person, 'ACTION_NOT_GRANTED']);
    // The school is an office of its own, and the child is none of its pupils.
    const { token } = await tokenOf('tian.yu');
    const answer = JSON.parse(await pair.open((await release(token)).text));
    expect(answer.results[0].refused).toEqual({ code: 'REFUSED' });
  });

  it('with a token of the issuer', async () => {
    const { access, key } = await logIn(gateway, 'zhang.wei');
    const target = new URL(`${gateway.url}/v1/releases`);
    const dpop = await dpopProof(key, 'POST', target, Date.now(), access);
    const headers = { authorization: `DPoP ${access}`, dpop };
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
    const answer = await fetch(`${gateway.url}/v1/releases`, { ...init, body: JSON.stringify(about(child)) });
    expect(((await answer.json()) as { code: string }).code).toBe('ACTION_NOT_GRANTED');
  });
});

describe('a session for asking', () => {
  it('takes a public key on its curve only', async () => {
    const code = await page.code('zhang.wei');
    for (const enc of [
      { ...pair.enc, d: 'x'.repeat(43) },
      { ...pair.enc, y: pair.enc.x },
      { ...pair.enc, crv: 'P-384' },
    ]) {
      const answer = await page.post('/v1/sessions', { ...code, enc });
      expect([answer.status, answer.json.code]).toEqual([400, 'INVALID_REQUEST']);
    }
    await expect(importJWK(pair.enc, 'ECDH-ES')).resolves.toBeDefined();
  });

  it('is useless to the holder of a copied token or call', async () => {
    const { session, token } = await tokenOf('zhang.wei');
    expect((await release(token, about(child), await newDpopKey())).status).toBe(401);
    const stolen = await page.post(
      '/v1/sessions/renew',
      { session, details: S1 },
      { key: await newDpopKey() },
    );
    expect(stolen.json.code).toBe('TOKEN_INVALID');
    expect((await page.ask(session, S1)).json.code).toBe('TOKEN_INVALID');
  });

  it('is not sent along by a browser: another site has nothing to ride on', async () => {
    const headers = { origin: 'https://elsewhere.example', 'content-type': 'text/plain' };
    const answer = await fetch(`${gateway.url}/v1/releases`, { method: 'POST', headers, body: '{}' });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'REFUSED']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.getSetCookie()).toEqual([]);
    const asked = await fetch(`${gateway.url}/v1/releases`, { method: 'OPTIONS', headers });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('ends with the time, and its token with five minutes', async () => {
    const { session, token } = await tokenOf('zhang.wei');
    ahead += 301_000;
    expect((await release(token)).status).toBe(401);
    ahead += 30 * 60_000;
    expect((await page.ask(session, S1)).json.code).toBe('TOKEN_INVALID');
    ahead = 0;
  });
});

describe('the register', () => {
  const change = async (byPeople: string[]) => {
    const current = await gateway.call('steward-office', steward('li.na'), 'GET', '/v1/agencies/edu-county');
    const { name, departments, roles, areas, purposes, actions, trainedUntil } = current.json;
    const rights = { name, departments, roles, areas, purposes, actions, trainedUntil, byPeople };
    const body = { ...rights, reason: 'as decided by the board' };
    return gateway.call('steward-office', steward('li.na'), 'PUT', '/v1/agencies/edu-county', body);
  };
  const steward = (officer: string) => ({ actions: ['steward'], officer });

  it('stops a person in the middle, by one steward, and opens again by two', async () => {
    const { session, token } = await tokenOf('zhang.wei');
    expect((await change([])).status).toBe(200);
    ahead += 6000;
    const answer = await release(token);
    expect([answer.status, answer.json.code]).toEqual([403, 'PURPOSE_NOT_FOR_ROLE']);
    expect((await page.ask(session, S1)).json.code).toBe('ACTION_NOT_GRANTED');
    const opened = await change(['S1']);
    expect([opened.status, opened.json.state]).toEqual([202, 'pending']);
    expect((await page.ask(session, S1)).json.code).toBe('ACTION_NOT_GRANTED');
    const entry = { entry: opened.json.receipt.entry, reason: 'as decided by the board' };
    const path = '/v1/agencies/edu-county/confirm';
    expect((await gateway.call('steward-office', steward('chen.jie'), 'POST', path, entry)).status).toBe(200);
    expect((await page.ask(session, S1)).status).toBe(200);
  });

  it('opens no purpose that the office does not have', async () => {
    const answer = await change(['W2']);
    expect([answer.status, answer.json.errors[0].path]).toEqual([400, '/byPeople']);
  });
});

describe('a verifier at the console', () => {
  it('gets the answer of the programme, in its own name', async () => {
    const { token, status } = await tokenOf('shen.yi', {
      ...S1,
      action: 'verify',
      purpose: 'C1',
      case: 'C-1',
      reason: 'school grant',
    });
    expect(status).toBe(200);
    const { programmes } = (
      await page.call((await page.signIn('shen.yi')).access_token, 'GET', '/v1/programmes')
    ).json;
    const programme = programmes.find((one: { left?: object }) => one.left)?.name;
    const body = { programme, subject: { match: child } };
    const answer = await page.call(token, 'POST', '/v1/verifications', body);
    expect([answer.status, answer.json.outcome]).toEqual([200, 'NOT_CONFIRMED']);
    const { entries } = await gateway.audit('/v1/log/entries?agency=charity-sunrise&kind=decision');
    expect(entries[0]).toMatchObject({
      handler: { officerBy: 'authenticated' },
      words: { officer: 'shen.yi' },
    });
    expect((await release(token)).json.code).toBe('ACTION_NOT_GRANTED');
  });
});
