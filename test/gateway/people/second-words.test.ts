/** The second person of an act confirms the request that they have seen, by its entry: on every route that takes two people. */

import { describe, expect, it } from 'vitest';
import { changedPack } from '../../e2e/console/changed-pack.ts';
import { joinNow } from '../../maintenance/direct.ts';
import { makeChild, put, refAt, subjectOf } from '../../maintenance/rig.ts';
import { type Answer, fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';

const gateway = await fileGateway();

type Line = readonly [method: string, path: string, body?: object];

/** A call of one person that says just what is asked, and confirms nothing of itself. */
const ask = (
  office: string,
  officer: string,
  [method, path, body = method === 'GET' ? undefined : {}]: Line,
): Promise<Answer> => {
  const action = { 'steward-office': 'steward', 'audit-office': 'audit' }[office] ?? 'casework';
  const { purpose } = (body ?? {}) as { purpose?: string };
  const reason = reasonFor(purpose, 'as the two agreed');
  const details = { actions: [action], officer, reason, unseen: true as const };
  return gateway.call(office, details, method, path, body);
};

/** What waits for its second person. */
interface Waiting {
  entry: string;
  /** The second person's call, which names this entry. */
  second(entry?: string): Promise<Answer>;
}

const waiting = async (
  first: Promise<Answer>,
  second: (seen: { entry?: string }) => Promise<Answer>,
): Promise<Waiting> => {
  const { status, json, text } = await first;
  expect([201, 202], text).toContain(status);
  return {
    entry: json.case?.opened.entry ?? json.receipt.entry,
    second: (entry) => second(entry === undefined ? {} : { entry }),
  };
};

/** The same call by two people. */
const same = (first: [string, string], second: [string, string], line: Line) =>
  waiting(ask(...first, line), (seen) => ask(...second, [line[0], line[1], { ...line[2], ...seen }]));

const CIVIL = 'mca-county';
const [LI_NA, WANG_FANG]: [[string, string], [string, string]] = [
  [CIVIL, 'li.na'],
  [CIVIL, 'wang.fang'],
];

async function heldBy(match: object): Promise<string> {
  const held = await ask('court-county', 'wu.jun', [
    'POST',
    '/v1/holds',
    { subject: { match }, instrument: 'ORDER-2026-7' },
  ]);
  const path = `/v1/holds/${held.json.id}/confirm`;
  const entry = held.json.receipt.entry;
  expect((await ask('court-county', 'gao.min', ['POST', path, { entry }])).status).toBe(200);
  return held.json.id;
}

async function twins() {
  const child = await makeChild(gateway);
  const match = { local_id: `WELFARE-${freshNumber()}` };
  const { ref } = await put(gateway, CIVIL, { match, fields: { division_code: '990001002' } });
  await put(gateway, 'edu-county', {
    ref: await refAt(gateway, ref, 'edu-county'),
    fields: { schooling_status: 'primary' },
  });
  return { child, ref: ref as string };
}

const opening = async (change: object = {}) => ({
  ...{ purpose: 'W3', case: freshNumber(), officers: ['han.mei'] },
  subjects: [{ match: (await makeChild(gateway)).match }],
  ...change,
});
async function opened(body: object): Promise<Waiting> {
  const first = await ask(CIVIL, 'zhao.min', ['POST', '/v1/cases', body]);
  const path = `/v1/cases/${first.json.case.id}/confirm`;
  return waiting(Promise.resolve(first), (seen) => ask(CIVIL, 'zhou.qin', ['POST', path, seen]));
}

/** A number that no act of this file has used. */
let times = 1;

async function rights(change: object = {}) {
  const { json } = await ask('steward-office', 'li.na', ['GET', '/v1/agencies/charity-sunrise']);
  const { name, departments, roles, areas, purposes, actions, trainedUntil, activities, byPeople } = json;
  return {
    ...{ name, departments, roles, areas, purposes, actions, trainedUntil, activities, byPeople },
    ...change,
  };
}
const CHARITY = '/v1/agencies/charity-sunrise';

const ACTS: Record<string, () => Promise<Waiting>> = {
  case: async () => opened(await opening()),
  erasure: async () => {
    const { ref } = await makeChild(gateway);
    const [own, court] = [
      await refAt(gateway, ref, 'steward-office'),
      await refAt(gateway, ref, 'court-county'),
    ];
    const line = (of: string): Line => ['POST', `/v1/subjects/${of}/erase`];
    return waiting(ask('steward-office', 'chen.jie', line(own)), (seen) =>
      ask('court-county', 'wu.jun', [...line(court), { instrument: 'ORDER-1', ...seen }] as unknown as Line),
    );
  },
  merge: async () => {
    const { child, ref } = await twins();
    await put(gateway, 'mps-county', { ref: await refAt(gateway, ref, 'mps-county'), fields: { sex: '1' } });
    const line = async (office: string): Promise<[string, string, { into: string }]> => {
      const [double, into] = await Promise.all([ref, child.ref].map((one) => refAt(gateway, one, office)));
      return ['POST', `/v1/subjects/${double}/merge`, { into: into ?? '' }];
    };
    const [method, path, body] = await line('mps-county');
    return waiting(ask(CIVIL, 'li.na', await line(CIVIL)), (seen) =>
      ask('mps-county', 'liu.yang', [method, path, { ...body, ...seen }]),
    );
  },
  undo: async () => {
    const { child, ref } = await twins();
    await joinNow(gateway, await subjectOf(gateway, ref), await subjectOf(gateway, child.ref));
    const line = (of: string): Line => ['POST', `/v1/subjects/${of}/part`];
    const school = await refAt(gateway, ref, 'edu-county');
    return waiting(ask(CIVIL, 'li.na', line(ref)), (seen) =>
      ask('edu-county', 'zhang.wei', [...line(school), seen] as unknown as Line),
    );
  },
  conflict: async () => {
    const subject = { match: (await makeChild(gateway)).match };
    return same(LI_NA, ['mps-county', 'liu.yang'], ['POST', '/v1/conflicts', { subject, state: 'set' }]);
  },
  'end of a freeze': async () => {
    const target = { subject: { match: (await makeChild(gateway)).match } };
    const { json } = await ask(CIVIL, 'li.na', ['POST', '/v1/freezes', { target }]);
    return same(LI_NA, WANG_FANG, ['DELETE', `/v1/freezes/${json.freeze.id}`]);
  },
  hold: async () => {
    const subject = { match: (await makeChild(gateway)).match };
    const first = await ask('court-county', 'wu.jun', [
      'POST',
      '/v1/holds',
      { subject, instrument: 'ORDER-8' },
    ]);
    const path = `/v1/holds/${first.json.id}/confirm`;
    return waiting(Promise.resolve(first), (seen) => ask('court-county', 'gao.min', ['POST', path, seen]));
  },
  'end of a hold': async () => {
    const id = await heldBy((await makeChild(gateway)).match);
    return same(['court-county', 'wu.jun'], ['court-county', 'gao.min'], ['DELETE', `/v1/holds/${id}`]);
  },
  "end of a writer's key": async () => {
    const writers = (await gateway.audit('/v1/log/entries?kind=writer&limit=100')).entries;
    const revoked = (await gateway.audit('/v1/log/entries?kind=revocation&limit=100')).entries.length;
    const writer = writers[revoked].id.split('-')[0];
    return same(
      ['audit-office', 'gao'],
      ['audit-office', 'sun'],
      ['POST', `/v1/log/writers/${writer}/revocation`],
    );
  },
  'change of an agency': async () => {
    const body = await rights({ areas: ['990001', `99000${++times}`] });
    return waiting(ask('steward-office', 'li.na', ['PUT', CHARITY, body]), (seen) =>
      'entry' in seen
        ? ask('steward-office', 'chen.jie', ['POST', `${CHARITY}/confirm`, seen])
        : ask('steward-office', 'chen.jie', ['PUT', CHARITY, body]),
    );
  },
  publication: async () => {
    const pack = JSON.parse(changedPack(`2026.${++times}`).text);
    const steward = (officer: string): [string, string] => ['steward-office', officer];
    return same(steward('chen.jie'), steward('zhou'), ['POST', '/v1/policy/versions', { pack }]);
  },
};

/** How many items of the log confirm this entry. */
const namedBy = async (entry: string) =>
  new Set(
    (await gateway.audit('/v1/log/entries?limit=100')).entries
      .filter(
        ({ kind, about, approvals = [] }: { kind: string; about?: string; approvals?: string[] }) =>
          approvals.includes(entry) || (kind === 'approval' && about === entry),
      )
      // An act on two people has an entry for each, in one item.
      .map(({ id }: { id: string }) => id.slice(0, id.lastIndexOf('-'))),
  ).size;

describe.each(Object.entries(ACTS))('%s', (_, begin) => {
  it('is completed by the entry of its request alone, once', async () => {
    const [one, other] = [await begin(), await ACTS['case']?.()];
    const blind = await one.second();
    expect([blind.status, blind.json], blind.text).toMatchObject([
      409,
      { code: 'CONFLICT', waits: one.entry },
    ]);
    expect(blind.json).not.toHaveProperty('seen');
    // An entry that waits too, but on another route.
    const elsewhere = await one.second(other?.entry);
    expect([elsewhere.status, elsewhere.json], elsewhere.text).toMatchObject([
      409,
      { code: 'CONFLICT', seen: other?.entry, waits: one.entry },
    ]);
    const [own, wrong] = await Promise.all([one.second(one.entry), one.second(other?.entry)]);
    expect([200, 202], own.text).toContain(own.status);
    expect(wrong.status, wrong.text).toBe(409);
    // The word for the other request still serves, for that.
    expect((await other?.second(other.entry))?.status).toBe(200);
  });

  it('that is confirmed six times at once is logged once', async () => {
    const one = await begin();
    const answers = await Promise.all(Array.from({ length: 6 }, () => one.second(one.entry)));
    const done = answers.filter(({ status }) => status < 300);
    expect(done.length, answers[0]?.text).toBeGreaterThanOrEqual(1);
    expect(new Set(answers.map(({ json }) => json.code ?? 'done'))).toEqual(new Set(['CONFLICT', 'done']));
    expect(await namedBy(one.entry)).toBe(1);
    // The repeat of an answer that was lost is the same answer.
    const again = await one.second(one.entry);
    expect([200, 202], again.text).toContain(again.status);
    expect(await namedBy(one.entry)).toBe(1);
  });
});

it('a case that was closed and opened again under its number is not confirmed by the page that showed the first', async () => {
  const number = freshNumber();
  const first = await opened(await opening({ case: number }));
  const { json } = await ask(CIVIL, 'zhou.qin', ['GET', '/v1/cases?state=waiting']);
  const { id } = json.cases.find((one: { case: string }) => one.case === number);
  expect((await ask(CIVIL, 'zhao.min', ['POST', `/v1/cases/${id}/close`])).status).toBe(200);
  const again = await opened(await opening({ case: number }));
  const swapped = await again.second(first.entry);
  expect(swapped.json).toMatchObject({ code: 'CONFLICT', seen: first.entry, waits: again.entry });
  expect((await again.second(again.entry)).json.case.state).toBe('open');
});

it('an erasure that was stopped and filed again is not done by the page that showed the first, nor by one who begins', async () => {
  const { ref } = await makeChild(gateway);
  const [own, court] = [
    await refAt(gateway, ref, 'steward-office'),
    await refAt(gateway, ref, 'court-county'),
  ];
  const order = (body: object) =>
    ask('court-county', 'wu.jun', ['POST', `/v1/subjects/${court}/erase`, body]);
  const steward = (body: object) =>
    ask('steward-office', 'chen.jie', ['POST', `/v1/subjects/${own}/erase`, body]);
  const first = await order({});
  expect(first.status, first.text).toBe(202);
  expect((await ask(CIVIL, 'li.na', ['DELETE', `/v1/subjects/${ref}/erase`])).status).toBe(200);
  const again = await order({ instrument: 'ORDER-2026-9' });
  const swapped = await steward({ entry: first.json.receipt.entry });
  expect(swapped.json).toMatchObject({
    ...{ code: 'CONFLICT', seen: first.json.receipt.entry },
    waits: again.json.receipt.entry,
  });
  // The steward means to begin an erasure, and does not know of the order.
  expect((await steward({})).json).toMatchObject({ code: 'CONFLICT', waits: again.json.receipt.entry });
  expect((await steward({ entry: again.json.receipt.entry })).json).toHaveProperty('erasedAt');
});

it('six people who confirm one conflict at once leave one entry, and only the first request counts of six', async () => {
  const subject = { match: (await makeChild(gateway)).match };
  const say = (body: object, i: number) =>
    ask(i % 2 ? 'mps-county' : CIVIL, `officer ${i}`, ['POST', '/v1/conflicts', { subject, ...body }]);
  const asked = await Promise.all([0, 1].map((i) => say({ state: 'set' }, i)));
  expect(asked.map(({ status }) => status).sort()).toEqual([202, 409]);
  const { entry } = asked.find(({ status }) => status === 202)?.json.receipt ?? {};
  const answers = await Promise.all([2, 3, 4, 5, 6, 7].map((i) => say({ state: 'set', entry }, i)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await namedBy(entry)).toBe(1);
});
