import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

let decisions: string[];
const AUDIT = { actions: ['audit'], officer: 'wang.fang' };
const S1 = {
  actions: ['release'],
  purpose: 'S1',
  case: 'EDU-1',
  officer: 'zhang.wei',
  reason: 'winter subsidy',
};

const audit = (method: string, path: string, body?: unknown, officer = 'wang.fang'): Promise<Answer> =>
  gateway.call('audit-office', { ...AUDIT, officer }, method, path, body);

const gateway = await fileGateway();
beforeAll(async () => {
  const ids = Array.from({ length: 6 }, () => freshNumber());
  const records = ids.map((id_number) => ({
    match: { id_number },
    fields: { name: '测试', birth_date: BORN, division_code: '990001001001' },
  }));
  await gateway.put('mca-county', ...records);
  for (const id_number of ids) {
    const ask = { collection: 'children', subjects: [{ match: { id_number } }], fields: ['name'] };
    await gateway.call('edu-county', S1, 'POST', '/v1/releases', ask);
  }
  const { json } = await audit('GET', '/v1/log/entries?kind=decision');
  decisions = json.entries.map(({ id }: { id: string }) => id);
});

it('the queue shows similar entries as one group, with the reasons for its rank', async () => {
  const { status, json } = await audit('GET', '/v1/log/reviews/queue');
  expect(status).toBe(200);
  const [group] = json.groups.filter(({ kind }: { kind: string }) => kind === 'decision');
  expect(group).toMatchObject({ agency: 'edu-county', purpose: 'S1', officer: 'zhang.wei', count: 6 });
  expect(group.ids).toEqual(decisions);
  expect(group.why).not.toContain('RARE');
});

it('says how many alerts are among them', async () => {
  const { json } = await audit('GET', '/v1/log/reviews/queue');
  const alertsIn = json.groups.filter(({ kind }: { kind: string }) => kind === 'alert');
  expect(json.alerts.open).toBe(alertsIn.reduce((sum: number, one: { count: number }) => sum + one.count, 0));
  expect(json.alerts.reviewed).toBe(0);
  expect(json.lastAt).toBeUndefined();
});

describe('a batch of verdicts', () => {
  it("is one item of the log with a receipt for each, and refuses entries that can't be reviewed", async () => {
    const verdicts = [
      ...decisions.slice(0, 4).map((about) => ({ about, verdict: 'justified' })),
      { about: decisions[4] as string, verdict: 'violation', note: 'no such case is known' },
      { about: `${'0'.repeat(32)}-1-0`, verdict: 'justified' },
      { about: decisions[5] as string, verdict: 'acknowledged' },
    ];
    const { status, json } = await audit('POST', '/v1/log/reviews', { verdicts });
    expect(status).toBe(200);
    expect(json.reviews.map(({ about }: { about: string }) => about)).toEqual(decisions.slice(0, 5));
    const items = json.reviews.map(
      ({ receipt }: { receipt: { writer: string; seq: number } }) => receipt.seq,
    );
    expect(new Set(items).size).toBe(1);
    expect(json.refused).toEqual([
      { about: `${'0'.repeat(32)}-1-0`, code: 'NOT_FOUND' },
      { about: decisions[5], code: 'NOT_FOUND' },
    ]);
    const reviews = await audit('GET', `/v1/log/entries?about=${decisions[4]}`);
    expect(reviews.json.entries).toMatchObject([
      {
        kind: 'review',
        outcome: 'violation',
        words: { reason: 'no such case is known', officer: 'wang.fang' },
      },
    ]);
  });

  it('takes a finished entry out of the queue, and shows in the coverage', async () => {
    const queue = await audit('GET', '/v1/log/reviews/queue');
    const [group] = queue.json.groups.filter(({ kind }: { kind: string }) => kind === 'decision');
    expect([group.count, queue.json.reviewed]).toEqual([1, 5]);
    await audit(
      'POST',
      '/v1/log/reviews',
      { verdicts: [{ about: decisions[0], verdict: 'questioned' }] },
      'gao.li',
    );
    const { json } = await audit('GET', '/v1/log/reviews/coverage');
    const [day] = json.days.filter(({ kind }: { kind: string }) => kind === 'decision');
    expect(day).toMatchObject({ entries: 6, reviewed: 5, twice: 1, agree: 0 });
    expect(json.medianMinutes).toBe(0);
  });

  it('is refused whole for an entry that is named twice', async () => {
    const twice = [0, 0].map(() => ({ about: decisions[5] as string, verdict: 'justified' }));
    expect((await audit('POST', '/v1/log/reviews', { verdicts: twice })).json.code).toBe('INVALID_REQUEST');
  });
});

describe('a verdict of the same person', () => {
  const give = (verdicts: object[], officer?: string) =>
    audit('POST', '/v1/log/reviews', { verdicts }, officer);
  const reviewsOf = async (about: string) =>
    (await audit('GET', `/v1/log/entries?about=${about}&kind=review`)).json.entries;
  const about = () => decisions[5] as string;

  it('gets the same receipt when it is repeated, alone, in another batch and at the same time', async () => {
    const one = { about: about(), verdict: 'questioned', note: 'which case is it?' };
    const [a, b] = await Promise.all([give([one]), give([one])]);
    const [{ receipt }] = a.json.reviews;
    expect(b.json.reviews).toEqual(a.json.reviews);
    const other = await give([one, { about: decisions[0], verdict: 'justified' }]);
    expect(other.json.reviews[0].receipt).toEqual(receipt);
    const { verdict, note } = one;
    const single = await audit('POST', `/v1/log/entries/${about()}/reviews`, { verdict, note });
    expect(single.json.receipt).toEqual(receipt);
    expect(await reviewsOf(about())).toHaveLength(1);
  });

  it('conflicts with an earlier one that differs, and replaces it if it names it', async () => {
    const other = { about: about(), verdict: 'justified' };
    const { json } = await give([other]);
    const [first] = await reviewsOf(about());
    expect(json).toEqual({ reviews: [], refused: [{ about: about(), code: 'CONFLICT', earlier: first.id }] });
    const single = await audit('POST', `/v1/log/entries/${about()}/reviews`, { verdict: 'justified' });
    expect([single.status, single.json.code]).toEqual([409, 'CONFLICT']);
    // Another note is another verdict too.
    const noted = await give([
      { about: about(), verdict: 'questioned', note: 'another note of the same day' },
    ]);
    expect(noted.json.refused[0].code).toBe('CONFLICT');

    const instead = { ...other, supersedes: first.id };
    const [{ receipt }] = (await give([instead])).json.reviews;
    expect((await give([instead])).json.reviews[0].receipt).toEqual(receipt);
    expect(
      (await reviewsOf(about())).map(({ id, outcome, supersedes }: Answer['json']) => [
        id,
        outcome,
        supersedes,
      ]),
    ).toEqual([
      [receipt.entry, 'justified', first.id],
      [first.id, 'questioned', undefined],
    ]);
    const late = await give([{ about: about(), verdict: 'violation', supersedes: first.id }]);
    expect(late.json.refused[0].earlier).toBe(receipt.entry);
  });

  it("cannot supersede another person's, who may give one of their own", async () => {
    const [newest] = await reviewsOf(about());
    const foreign = { about: about(), verdict: 'violation', supersedes: newest.id };
    expect((await give([foreign], 'gao.li')).json.refused).toEqual([{ about: about(), code: 'CONFLICT' }]);
    expect((await give([{ about: about(), verdict: 'violation' }], 'gao.li')).json.reviews).toHaveLength(1);
  });

  it('counts once in the coverage, as the newest says', async () => {
    const { json } = await audit('GET', '/v1/log/reviews/coverage');
    const [day] = json.days.filter(({ kind }: { kind: string }) => kind === 'decision');
    expect(day).toMatchObject({ entries: 6, reviewed: 6, twice: 2, agree: 0 });
  });
});

describe('a report of a period', () => {
  const DAY = 86_400_000;
  const period = () => ({
    from: new Date(Date.now() - DAY).toISOString(),
    to: new Date(Date.now() - 1).toISOString(),
  });
  const report = (body: object) => audit('POST', '/v1/log/reports', body);

  it('is counted by the gateway, and its entry has the digest of its figures; a repeat is the same entry', async () => {
    const asked = period();
    const { status, json } = await report(asked);
    expect(status).toBe(200);
    const [day] = json.report.days.filter(({ kind }: { kind: string }) => kind === 'decision');
    expect(day).toMatchObject({ entries: 6, reviewed: 6, twice: 2 });
    expect(json.digest).toBe(hash('sha256', canonicalize(json.report) as string, 'base64'));
    const entry = (await audit('GET', `/v1/log/entries/${json.receipt.entry}`)).json;
    expect(entry).toMatchObject({
      ...{ kind: 'review', outcome: 'reported', code: 'REVIEW_REPORT' },
      words: { officer: 'wang.fang', finding: canonicalize({ digest: json.digest, ...asked }) },
    });
    expect((await report(asked)).json).toEqual(json);
    // It is no verdict on anything.
    expect((await audit('GET', '/v1/log/reviews/queue')).json.reviewed).toBe(6);
  });

  it('is found by its number, and counted again up to its time: later verdicts change nothing', async () => {
    const { json } = await report(period());
    const again = async () => (await audit('GET', `/v1/log/reports/${json.receipt.entry}`)).json;
    const first = await again();
    expect(first.counted).toEqual(json.report);
    expect(first.entry).toMatchObject({ id: json.receipt.entry, openings: { finding: expect.any(Object) } });
    const look = { verdict: 'violation', note: 'look again' };
    const path = `/v1/log/entries/${decisions[0]}/reviews`;
    expect((await audit('POST', path, look, 'gao.yuan')).status).toBe(200);
    const { from, to } = json.report;
    expect((await report({ from, to })).json.report).not.toEqual(json.report);
    expect((await again()).counted).toEqual(json.report);
    // The reading names the report, and another entry is no report.
    const about = (await audit('GET', '/v1/log/entries?kind=reading&limit=2')).json.entries;
    expect(about.map((one: { about?: string }) => one.about)).toContain(json.receipt.entry);
    for (const id of [decisions[0], 'no-such-entry'])
      expect((await audit('GET', `/v1/log/reports/${id}`)).status).toBe(404);
  });

  it('is refused for a period that goes on or begins after its end, and for a tree that is not signed', async () => {
    const { from, to } = period();
    const future = new Date(Date.now() + DAY).toISOString();
    const root = Buffer.alloc(32).toString('base64');
    for (const body of [
      { from, to: future },
      { from: to, to: from },
      { from, to, verified: { size: 999_999, root } },
      { from, to, verified: { size: 1, root: 'x' } },
    ])
      expect((await report(body)).status).toBe(400);
  });
});

it('entries are found by rule, field and ids', async () => {
  const one = (await audit('GET', `/v1/log/entries?ids=${decisions.slice(1, 3)}`)).json.entries;
  expect(one.map(({ id }: { id: string }) => id)).toEqual(decisions.slice(1, 3));
  const byField = (await audit('GET', '/v1/log/entries?field=name&kind=decision')).json.entries;
  expect(byField).toHaveLength(6);
  expect((await audit('GET', '/v1/log/entries?field=illness&kind=decision')).json.entries).toEqual([]);
  const { rule, subject } = byField[0];
  expect((await audit('GET', `/v1/log/entries?rule=${rule}&kind=decision`)).json.entries).toHaveLength(6);
  expect((await audit('GET', `/v1/log/entries?subject=${subject}&kind=decision`)).json.entries).toHaveLength(
    1,
  );
});

it('names every office to any token, and reveals no key', async () => {
  const { json, text } = await audit('GET', '/v1/directory');
  expect(json.agencies).toContainEqual(
    expect.objectContaining({
      clientId: 'mca-county',
      name: expect.objectContaining({ zh: expect.any(String) }),
    }),
  );
  expect(text).not.toMatch(/jwks|"x"|areas/);
});
