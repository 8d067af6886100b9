/** Budgets of misses at every route that looks people up: the same for unknown, foreign and refused people. */
import { beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { fileDesk, HOUR } from '../../casework/desk.ts';
import { timeOf } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';

/** One child of the county, and one of the neighbour county. */
let near: { id_number: string };
let far: { id_number: string };

const desk = await fileDesk();
beforeAll(async () => {
  near = (await desk.child()).match;
  const guardian_identity = { name: GUARDIAN.name, id_number: GUARDIAN.number };
  await desk.put('mca-county', { match: near, fields: { guardian_identity } });
  far = { id_number: freshNumber() };
  await desk.put('mca-neighbour', { match: far, fields: { division_code: '990002001' } });
});

const GUARDIAN = { name: '欧阳海', number: '99000119800101003X' };
const nobody = () => ({ id_number: freshNumber() });
const strangers = (n: number) => Array.from({ length: n }, nobody);

function visit(officer: string, people: object[], agency = 'mca-county', fields = ['sex']) {
  const words = { officer, reason: 'home visits of the month', case: 'VISITS-1' };
  const details = { actions: ['release'], purpose: 'W3', ...words };
  const body = { collection: 'children', subjects: people.map((match) => ({ match })), fields };
  return desk.call(agency, details, 'POST', '/v1/releases', body);
}

/** The rest of today's budgets of the agency and its officer. */
async function left(agency: string, officer: string) {
  const { json } = await desk.call(
    agency,
    { actions: ['release'], purpose: 'W3', officer },
    'GET',
    '/v1/whoami',
  );
  const { agency: all, officer: own, requests } = json.limits.misses;
  return { all: all.left, own: own.left, requests: requests.left };
}

const enumerations = async () =>
  (await desk.entries('&kind=alert')).filter(({ code }) => code === 'ENUMERATION').length;

describe('a release', () => {
  it('counts unknown, foreign and frozen people in the same way, and no answered person', async () => {
    const before = await left('mca-county', 'li.na');
    const spent: number[] = [];
    for (const people of [[nobody()], [far], [near], [near, nobody()], [far, nobody()]]) {
      const then = await left('mca-county', 'li.na');
      expect((await visit('li.na', people)).status).toBe(200);
      const now = await left('mca-county', 'li.na');
      expect(then.all - now.all).toBe(then.own - now.own);
      spent.push(then.all - now.all);
    }
    expect(spent).toEqual([1, 1, 0, 1, 2]);
    expect((await left('mca-county', 'wang.fang')).own).toBe(before.own);
  });

  it('raises an alert, delays answers, and at the stop answers no request until the next day', async () => {
    desk.later(24 * HOUR);
    const alerts = await enumerations();
    const hit = async (officer: string) => (await visit(officer, [near])).status;
    await visit('li.na', strangers(20));
    expect(await enumerations()).toBe(alerts);
    await visit('li.na', strangers(10));
    expect(await enumerations()).toBe(alerts + 1);
    await visit('li.na', strangers(20));
    expect(await timeOf(async () => expect(await hit('li.na')).toBe(200))).toBeGreaterThan(790);
    await visit('li.na', strangers(60));
    // Whether the person is on record makes no difference any more.
    for (const person of [near, nobody(), far]) {
      const { status, json, headers } = await visit('li.na', [person]);
      expect([status, json.code, json.rule]).toEqual([429, 'BUDGET_SPENT', 'A18.1']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    // A colleague continues, until the agency has spent its own budget.
    expect(await hit('wang.fang')).toBe(200);
    await visit('wang.fang', strangers(45));
    expect([await hit('wang.fang'), await hit('zhao.min')]).toEqual([429, 429]);
    expect(await left('mca-county', 'zhao.min')).toMatchObject({ all: 0 });
    // Another office continues, and so does an emergency of this one.
    expect((await visit('li.na', [nobody()], 'mca-neighbour')).status).toBe(200);
    const danger = {
      collection: 'children',
      subjects: [{ match: near }],
      fields: ['name'],
      context: { imminentDangerAttested: true },
    };
    const words = { officer: 'li.na', reason: 'child missing since noon' };
    const urgent = { actions: ['release'], purpose: 'E1', ...words };
    expect((await desk.call('mca-county', urgent, 'POST', '/v1/releases', danger)).status).toBe(200);
    desk.later(24 * HOUR);
    expect(await hit('li.na')).toBe(200);
  });

  it('of an emergency is stopped by the misses of its officer, and by those of no colleague', async () => {
    desk.later(24 * HOUR);
    const search = async (officer: string, subjects: object[]) => {
      const words = { purpose: 'E1', case: '110-7', officer, reason: 'child missing since noon' };
      const body = {
        collection: 'children',
        subjects,
        fields: ['name'],
        context: { imminentDangerAttested: true },
      };
      const answer = await desk.call(
        'mps-county',
        { actions: ['release'], ...words },
        'POST',
        '/v1/releases',
        body,
      );
      return answer.json.code ?? answer.status;
    };
    const misses = pack.misses ?? expect.fail();
    const usual = { ...misses };
    const few = { alert: 1, slow: 500, stop: 2 };
    Object.assign(misses, { agency: few, officer: few });
    for (const officer of ['huang.lei', 'song.wei'])
      for (let times = 0; times < 2; times++) expect(await search(officer, [{ match: nobody() }])).toBe(200);
    expect(await search('huang.lei', [{ match: near }])).toBe('BUDGET_SPENT');
    expect(await search('liu.yang', [{ match: near }])).toBe(200);
    Object.assign(misses, usual);
  });

  it('gives no more for a hundred concurrent guesses than one by one', async () => {
    desk.later(24 * HOUR);
    await visit('li.na', strangers(60));
    await visit('li.na', strangers(38));
    const answers = await Promise.all(strangers(20).map((person) => visit('li.na', [person])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ json }) => json.code === 'BUDGET_SPENT')).toHaveLength(18);
  });
});

describe('other routes', () => {
  const consent = (match: object) => ({
    subject: { match },
    purpose: 'F1',
    recipient: 'league-county',
    fields: ['name'],
    act: 'refused',
    giver: 'guardian',
    document: { kind: 'resident-card', number: GUARDIAN.number },
    officer: 'li.na',
    reason: 'asked at the desk',
  });
  const code = (match: object) => ({
    programme: 'help-page-check',
    recipient: 'platform-lantern',
    subject: { match },
    context: { officer: 'li.na', reason: 'asked at the desk' },
  });

  it.each([
    ['a consent', 'desk-county', ['casework'], '/v1/consents', consent],
    ['a one-time code', 'desk-county', ['casework'], '/v1/check-codes', code],
    [
      'an inquiry',
      'desk-county',
      ['casework'],
      '/v1/inquiries',
      (match: object) => ({
        collection: 'children',
        subject: { match },
        inquirer: 'guardian',
        identity: GUARDIAN,
        context: { case: 'Q-1', officer: 'li.na', reason: 'asked at the desk' },
      }),
    ],
  ] as const)('%s counts unknown and foreign people alike', async (_, agency, actions, path, body) => {
    const details = { actions: [...actions], officer: 'li.na' };
    const whoami = async () =>
      (await desk.call(agency, details, 'GET', '/v1/whoami')).json.limits.misses.agency.left;
    const spent: number[] = [];
    for (const person of [nobody(), near]) {
      const then = await whoami();
      await desk.call(agency, details, 'POST', path, body(person));
      spent.push(then - (await whoami()));
    }
    expect(spent).toEqual([1, 0]);
  });

  it('an act of casework is delayed too, whether or not a record exists', async () => {
    desk.later(24 * HOUR);
    const usual = pack.misses?.officer;
    Object.assign(pack.misses ?? {}, { officer: { alert: 1, slow: 1, stop: 5 } });
    const details = { actions: ['casework'], officer: 'li.na' };
    const time = (match: object) =>
      timeOf(() => desk.call('desk-county', details, 'POST', '/v1/consents', consent(match)));
    expect(await time(nobody())).toBeGreaterThan(390);
    expect(await time(near)).toBeGreaterThan(390);
    Object.assign(pack.misses ?? {}, { officer: usual });
  });

  it('a request for approval counts every requested person, known or not, and a repeat counts none', async () => {
    const spent: number[] = [];
    for (const person of [near, nobody(), near]) {
      const then = (await left('mca-county', 'li.na')).requests;
      const body = {
        collection: 'children',
        purpose: 'W2',
        subjects: [{ match: person }],
        fields: ['bank_account'],
        context: { case: 'W2-1' },
      };
      await desk.act('mca-county', 'li.na', 'POST', '/v1/requests', body);
      spent.push(then - (await left('mca-county', 'li.na')).requests);
    }
    expect(spent).toEqual([1, 1, 0]);
  });

  it('an intake counts records without a person, before anything is written', async () => {
    const details = { actions: ['intake'] };
    const whoami = async () =>
      (await desk.call('edu-county', details, 'GET', '/v1/whoami')).json.limits.misses.agency.left;
    const then = await whoami();
    const fields = { schooling_status: 'primary' };
    const records = [
      { match: nobody(), fields },
      { match: near, fields },
    ];
    const body = { collection: 'children', ifAbsent: 'refuse', records };
    const { json } = await desk.call('edu-county', details, 'POST', '/v1/intake', body);
    expect(json.results.filter(({ problem }: { problem?: object }) => problem)).toHaveLength(1);
    expect(then - (await whoami())).toBe(1);
  });
});

it("a second match key can't replace the comparison that the purpose makes", async () => {
  const words = { officer: 'li.na', reason: 'enrolment of the year' };
  const details = { actions: ['release'], purpose: 'S1', ...words };
  const ask = (match: object) =>
    desk.call('edu-county', details, 'POST', '/v1/releases', {
      collection: 'children',
      subjects: [{ match }],
      fields: ['name'],
    });
  const two = await ask({ ...near, local_id: 'XJ-1' });
  expect([two.status, two.json.code]).toEqual([400, 'INVALID_REQUEST']);
  expect((await ask(near)).json.results[0].fields).toHaveProperty('name');
});
