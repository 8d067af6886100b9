/** Leak checks: match, near or no match by keyed digests, never the data. */

import { beforeEach, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import { asClientId, asSubjectId, type SubjectId } from '../../shared/ids.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { countVolume } from '../../shared/records/limits/volume.ts';
import { volumeKey } from '../../shared/records/limits/volume-items.ts';
import { type Details, fileGateway, timeOf } from '../support/gateway.ts';
import { freshNumber, residentNumber } from '../support/people.ts';

const N1: Details = {
  actions: ['release'],
  purpose: 'N1',
  officer: 'gao',
  case: 'LEAK-2026-7',
  reason: 'a list was found on a forum',
};
const DAY = 86_400_000;
/** Milliseconds by which the gateway's clock is ahead. */
let later = 0;

const gateway = await fileGateway({ now: () => Date.now() + later });
const id = freshNumber();
const records = [{ match: { id_number: id }, fields: { id_number: id, name: '张三' } }];
await gateway.put('mps-county', ...records);
beforeEach(() => {
  gateway.trail.length = 0;
});

const check = (candidates: unknown, details = N1, agency = 'cyberspace-county') =>
  gateway.call(agency, details, 'POST', '/v1/leak-checks', { collection: 'children', candidates });
/** KMS's records of look-ups. The login makes a nonce by the same operation, under a key of its own. */
const lookUps = () =>
  gateway.trail.filter(
    ({ eventName, userIdentity: { arn } }) =>
      eventName === 'GenerateMac' && arn.includes(':assumed-role/fieldgate-insight/'),
  );
const entries = async (kind: string, details: Details = { actions: ['audit'] }) => {
  const path = `/v1/log/entries?limit=20&purpose=N1&kind=${kind}`;
  return (await gateway.call('audit-office', details, 'GET', path)).json.entries;
};

it('reports matching texts in any spelling, and nothing of the record', async () => {
  const spaced = `${id.slice(0, 6)} ${id.slice(6)}`;
  const { json, text, status } = await check([freshNumber(), id, spaced, '张三', 'nonsense', '__proto__']);
  expect(status).toBe(200);
  expect(json.results).toEqual(['NO_MATCH', 'MATCH', 'MATCH', 'NO_MATCH', 'NO_MATCH', 'NO_MATCH']);
  expect(json).toMatchObject({ obligations: ['NO_PUBLICATION'], ticket: json.receipt.entry });
  // How many people they are of would say which texts are of one.
  expect(Object.keys(json).sort()).toEqual(['obligations', 'policy', 'receipt', 'results', 'ticket']);
  expect(text).not.toMatch(/张三|9900/);
  expect(lookUps()).not.toEqual([]);
  expect(new Set(gateway.trail.map(({ eventName }) => eventName))).not.toContain('Decrypt');
});

it('finds numbers that stand within other texts, and none that only looks like one', async () => {
  const wrong = id.slice(0, 17) + (id.endsWith('1') ? '2' : '1');
  const { json } = await check([
    ...[`G${id}`, `身份证${id}`, `${id}31`, `张三，${id}，女`, `Ｇ${id.toLowerCase()}`, `1${id}`],
    ...[`G${wrong}`, `G${freshNumber()}`, '9'.repeat(60)],
  ]);
  expect(json.results).toEqual([...Array(6).fill('MATCH'), 'NEAR', ...Array(2).fill('NO_MATCH')]);
});

it('is an entry, and so is each child found', async () => {
  const found = (await entries('decision')) as { code: string; subject?: string; about?: string }[];
  const codes = found.map(({ code }) => code).sort();
  expect(new Set(codes)).toEqual(new Set(['LEAK_FOUND', 'LEAK_MATCH']));
  expect(codes.filter((code) => code === 'LEAK_MATCH')).toHaveLength(2);
  const match = found.find(({ code }) => code === 'LEAK_MATCH');
  expect(match?.subject).toMatch(/^[\w-]{22}$/);
  expect(JSON.stringify(found)).not.toContain(id);
});

it('accepts a thousand texts and not one more', async () => {
  const many = Array.from({ length: 1000 }, () => freshNumber());
  const { json } = await check([...many.slice(1), id]);
  expect(json.results).toEqual([...Array(999).fill('NO_MATCH'), 'MATCH']);
  expect((await check([...many, id])).status).toBe(413);
});

it("counts in the officer's limit of the day, and stops at its limit", async () => {
  const { tables } = gateway;
  const officer = 'counted';
  const [agency, now] = ['cyberspace-county', Date.now()];
  await check([id], { ...N1, officer });
  const person = { issuer: `${gateway.url}/people`, subject: `${officer}@${agency}` };
  const key = volumeKey(
    asClientId(agency),
    officerKey(officer, person) ?? '',
    dayOf(now, pack.calendar.utcOffsetMinutes),
  );
  const counted = async (subjects: SubjectId[]) =>
    countVolume(tables.budgets, {
      key,
      expires: now,
      uses: [{ tier: 'other', subjects, stop: null }],
    });
  expect((await counted([asSubjectId('x')])).counts.get('other')).toBe(2);
  await counted(Array.from({ length: 1998 }, (_, i) => asSubjectId(`subject-${i}`)));
  // A counted person may be found again, and no other.
  expect((await check([id], { ...N1, officer })).status).toBe(200);
  const other = residentNumber('2012-02-03', 7);
  await gateway.put('mps-county', { match: { id_number: other }, fields: { id_number: other } });
  const { status, json, headers } = await check([other], { ...N1, officer });
  expect([status, json.code, json.results]).toEqual([429, 'BUDGET_SPENT', undefined]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  // The limit reveals nothing that the answer would have revealed: unknown people are stopped too.
  const unknown = await check([residentNumber('2012-02-03', 9)], { ...N1, officer });
  expect([unknown.status, unknown.json.code]).toEqual([429, 'BUDGET_SPENT']);
});

it('leaves as much of the day after two texts of one person as after those of two', async () => {
  const other = freshNumber();
  await gateway.put('mps-county', {
    match: { id_number: other },
    fields: { id_number: other, name: '李四' },
  });
  const spent = async (texts: string[], officer: string) => {
    const left = async () => {
      const { people } = (await gateway.call('cyberspace-county', { ...N1, officer }, 'GET', '/v1/whoami'))
        .json.limits;
      return people.tiers.find((one: { tier: string }) => one.tier === 'other').left as number;
    };
    const before = await left();
    const { json } = await check(texts, { ...N1, officer });
    return [json.results, before - (await left())];
  };
  expect(await spent([id, `张三 ${id}`], 'one')).toEqual([['MATCH', 'MATCH'], 2]);
  expect(await spent([id, `李四 ${other}`], 'two')).toEqual([['MATCH', 'MATCH'], 2]);
});

it('answers no further check of the day once too many texts had no match, under no other case or name', async () => {
  const usual = pack.misses?.leaks;
  Object.assign(pack.misses ?? {}, { leaks: { alert: 3, slow: 5, stop: 8 }, share: 100 });
  later = 2 * DAY;
  // Tokens of the first day have ended.
  const second = { ...N1, reason: 'day 2' };
  const left = async () =>
    (await gateway.call('cyberspace-county', second, 'GET', '/v1/whoami')).json.limits.misses;
  const alerts = async () =>
    (await entries('alert', { actions: ['audit'], reason: 'day 2' })).filter(
      ({ code }: { code: string }) => code === 'ENUMERATION',
    );
  const strangers = (count: number) => Array.from({ length: count }, () => freshNumber());
  const before = await left();
  expect(before.leaks).toEqual({ limit: 8, left: 8 });
  expect((await check([...strangers(2), id, id], second)).json.results.slice(2)).toEqual(['MATCH', 'MATCH']);
  expect(await left()).toEqual({ ...before, leaks: { limit: 8, left: 6 } });
  expect(await alerts()).toEqual([]);
  await check(strangers(2), second);
  expect(await alerts()).toHaveLength(1);
  expect(await timeOf(() => check(strangers(1), second))).toBeGreaterThan(790);
  await check(strangers(5), second);
  const others = { ...second, officer: 'lin', case: 'LEAK-2026-8' };
  for (const [texts, details] of [
    [[id], second],
    [strangers(1), second],
    [[id], others],
  ] as const) {
    const { status, json, headers } = await check(texts, details);
    expect([status, json.code, json.rule, json.results]).toEqual([429, 'BUDGET_SPENT', 'A18.1', undefined]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  later = 3 * DAY;
  expect((await check([id], { ...N1, reason: 'day 3' })).json.results).toEqual(['MATCH']);
  later = 0;
  Object.assign(pack.misses ?? {}, { leaks: usual, share: 60 });
});

it('a person spends a share of the misses of a day, and a colleague goes on', async () => {
  const usual = pack.misses?.leaks;
  Object.assign(pack.misses ?? {}, { leaks: { alert: 10, slow: 10, stop: 10 } });
  later = 5 * DAY;
  const by = async (officer: string, texts: string[]) => {
    const { status, json } = await check(texts, { ...N1, officer, reason: 'day 5' });
    return json.code ?? status;
  };
  const strangers = () => Array.from({ length: 6 }, () => freshNumber());
  expect(await by('lin', strangers())).toBe(200);
  expect(await by('lin', [id])).toBe('BUDGET_SPENT');
  expect(await by('mo', strangers())).toBe(200);
  expect(await by('he', [id])).toBe('BUDGET_SPENT');
  later = 0;
  Object.assign(pack.misses ?? {}, { leaks: usual });
});

it('counts the numbers that a text holds, not the texts', async () => {
  later = 4 * DAY;
  const day = { ...N1, reason: 'day 4' };
  const left = async () =>
    (await gateway.call('cyberspace-county', day, 'GET', '/v1/whoami')).json.limits.misses.leaks.left;
  const spent = async (texts: string[]) => {
    const before = await left();
    await check(texts, day);
    return before - (await left());
  };
  const six = (...some: string[]) => [...some, ...Array.from({ length: 6 }, () => freshNumber())].slice(0, 6);
  expect(await spent([six().join(' , ')])).toBe(6);
  expect(await spent([six(id).join(' , ')])).toBe(5);
  // A name alone counts, whether a record holds it or not.
  expect(await spent([id, '张三', 'nonsense'])).toBe(2);
  expect(await spent([id, '王五', 'nonsense'])).toBe(2);
  // Every row of eleven digits may be a phone.
  expect(await spent(['1'.repeat(9) + '3'.repeat(12)])).toBeGreaterThan(10);
  later = 0;
});

it.each<[string, Details, string, string]>([
  ['another purpose', { ...N1, purpose: 'S1' }, 'edu-county', 'PURPOSE_ROUTE'],
  ['another role', N1, 'edu-county', 'PURPOSE_NOT_FOR_ROLE'],
  [
    'no case',
    { actions: ['release'], purpose: 'N1', officer: 'gao', reason: 'a list' },
    'cyberspace-county',
    'NO_CASE',
  ],
])('refuses %s before any lookup', async (_, details, agency, code) => {
  const { json, status } = await check([id], details, agency);
  expect([status, json.code]).toEqual([403, code]);
  expect(lookUps()).toEqual([]);
});

it('answers nothing when the log can not be written', async () => {
  const token = await gateway.token('cyberspace-county', N1);
  gateway.faults.add({ service: 'log', kind: 'error', times: 50 });
  const body = { collection: 'children', candidates: [id] };
  const { json } = await gateway.send(token, 'POST', '/v1/leak-checks', body);
  expect(json.code).toBe('LOG_UNAVAILABLE');
  expect(json.results).toBeUndefined();
  gateway.faults.clear();
});

it('ends with its incident, or after its time without one', async () => {
  const police = { actions: ['casework'], officer: 'boss', reason: 'a list was found on a forum' };
  const [from, until] = ['2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z'];
  const scope = { subjects: [{ match: { id_number: id } }], fields: ['name'], from, until };
  await gateway.sequencer.step();
  const opened = await gateway.call('mps-county', police, 'POST', '/v1/incidents', {
    ...{ ...scope, operator: 'state-organ' },
  });
  const incident = opened.json.incident.id as string;
  for (const day of [0, 100]) {
    later = day * DAY;
    const details = { ...N1, case: incident, reason: `day ${day}` };
    expect((await check([id], details)).json.results).toEqual(['MATCH']);
  }
  const closing = { ...police, reason: 'the list was ours' };
  const close = { outcome: 'confirmed', reason: 'the list was ours' };
  const closed = await gateway.call('mps-county', closing, 'POST', `/v1/incidents/${incident}/close`, close);
  expect(closed.json.incident.state).toBe('confirmed');
  gateway.trail.length = 0;
  const over = await check([id], { ...N1, case: incident, reason: 'once more' });
  expect([over.status, over.json.code, over.json.rule]).toEqual([403, 'VALIDITY_ENDED', 'A5.1']);
  expect(lookUps()).toEqual([]);

  const suspicion = (day: number) => {
    later = day * DAY;
    return check([freshNumber()], { ...N1, case: 'SUSPICION-1', reason: `day ${day}` });
  };
  expect((await suspicion(200)).status).toBe(200);
  expect((await suspicion(230)).status).toBe(200);
  expect((await suspicion(231)).json.code).toBe('VALIDITY_ENDED');
  expect((await check([id], { ...N1, case: 'SUSPICION-2' })).status).toBe(200);
});
