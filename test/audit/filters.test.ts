/** Filters of the log: several values, what wrote and signed an entry, and whether it was reviewed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { KINDS, OF_TASKS, OUTCOMES } from '../../shared/entry-kinds.ts';
import { fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });
const S1 = { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: 'winter aid' };
const audit = (method: string, path: string, body?: object) =>
  gateway.call('audit-office', { actions: ['audit'], officer: 'wang.fang' }, method, path, body);
type Row = { id: string; kind: string; outcome: string; purpose?: string; reviewed?: boolean };
const rows = async (query: string): Promise<Row[]> =>
  (await audit('GET', `/v1/log/entries?view=row&limit=200&${query}`)).json.entries;
let decisions: string[];

beforeAll(async () => {
  const ids = Array.from({ length: 3 }, () => freshNumber());
  await gateway.put(
    'mca-county',
    ...ids.map((id_number) => ({
      match: { id_number },
      fields: { name: '测试', birth_date: BORN, division_code: '990001001001' },
    })),
  );
  for (const id_number of [...ids, freshNumber()]) {
    const ask = { collection: 'children', subjects: [{ match: { id_number } }], fields: ['name'] };
    await gateway.call('edu-county', S1, 'POST', '/v1/releases', ask);
  }
  decisions = (await rows('kind=decision')).map(({ id }) => id);
});

describe('a filter with several values', () => {
  it('finds what has one of them', async () => {
    const kinds = (await rows('kind=decision,denial')).map(({ kind }) => kind);
    expect([kinds.filter((kind) => kind === 'decision').length, new Set(kinds)]).toEqual([
      3,
      new Set(['decision', 'denial']),
    ]);
    const outcomes = new Set((await rows('outcome=released,refused')).map(({ outcome }) => outcome));
    expect(outcomes).toEqual(new Set(['released', 'refused']));
    expect((await rows('purpose=S1,J1&kind=decision')).length).toBe(3);
    expect((await rows('purpose=J1,PX3&kind=decision')).length).toBe(0);
  });

  it('is counted as it is listed', async () => {
    const { json } = await audit('GET', '/v1/log/stats?by=kind&kind=decision,denial');
    const twice = await audit('GET', '/v1/log/stats?by=kind,kind&kind=decision,denial');
    expect(twice.json).toEqual(json);
    expect(json.entries).toBe((await rows('kind=decision,denial')).length);
  });

  it('may be any kind and any outcome that an entry can have', async () => {
    const asked = [
      ...KINDS.map((kind) => `kind=${kind}`),
      ...OUTCOMES.map((outcome) => `outcome=${outcome}`),
      ...OF_TASKS.map((outcome) => `kind=task&outcome=${outcome}`),
    ];
    for (const query of asked) {
      const { status } = await audit('GET', `/v1/log/entries?${query}`);
      expect([query, status]).toEqual([query, 200]);
    }
  });

  it('has eight at most, each of which an entry can have', async () => {
    const nine = Array.from({ length: 9 }, () => 'decision').join(',');
    const expected = {
      'kind=decision,denail': 400,
      'kind=decision,': 400,
      [`kind=${nine}`]: 413,
      'outcome=relased': 400,
    };
    for (const [query, refused] of Object.entries(expected)) {
      const { status, json } = await audit('GET', `/v1/log/entries?${query}`);
      expect([query, status, json.errors[0].path]).toEqual([query, refused, `/${query.split('=')[0]}`]);
    }
  });
});

it('an entry is found by the key that wrote it, by its signature, and by how its officer is known', async () => {
  const [one] = (await audit('GET', '/v1/log/entries?kind=decision&limit=1')).json.entries;
  expect((await rows(`kind=decision&writer=${one.writer}`)).length).toBe(3);
  expect((await rows(`kind=decision&writer=${'0'.repeat(32)}`)).length).toBe(0);
  const { evidence, officerBy } = one.handler;
  expect((await rows(`kind=decision&evidence=${evidence}&officerBy=${officerBy}`)).length).toBe(3);
  expect((await rows(`kind=decision&evidence=${evidence === 'signed' ? 'none' : 'signed'}`)).length).toBe(0);
  const other = officerBy === 'claimed' ? 'authenticated' : 'claimed';
  expect((await rows(`kind=decision&officerBy=${other}`)).length).toBe(0);
  expect((await rows('kind=decision&programme=school-meal')).length).toBe(0);
});

describe('a row', () => {
  const verdicts = () => [{ about: decisions[1] as string, verdict: 'justified' }];
  const marked = (some: Row[]) => some.filter(({ reviewed }) => reviewed).map(({ id }) => id);

  it('says whether there is a verdict, before the verdict is in the tree and after', async () => {
    // A reading of an entry is about it, too, and no verdict.
    await audit('GET', `/v1/log/entries/${decisions[0]}`);
    expect(marked(await rows('kind=decision'))).toEqual([]);
    await audit('POST', '/v1/log/reviews', { verdicts: verdicts() });
    expect(marked(await rows('kind=decision'))).toEqual([decisions[1]]);
    for (let step = 0; step < 3; step++) {
      await gateway.sequencer.step();
      // Later than what readers look for outside of the index.
      ahead += 60_000;
    }
    expect(marked(await rows('kind=decision'))).toEqual([decisions[1]]);
    expect(marked(await rows(`ids=${decisions.join(',')}`))).toEqual([decisions[1]]);
    expect(marked(await rows('order=asc'))).toEqual([decisions[1]]);
  });

  it('is found by it, page after page', async () => {
    expect((await rows('kind=decision&reviewed=yes')).map(({ id }) => id)).toEqual([decisions[1]]);
    const left = [decisions[0], decisions[2]];
    expect((await rows('kind=decision&reviewed=no')).map(({ id }) => id)).toEqual(left);
    const first = await audit('GET', '/v1/log/entries?kind=decision&reviewed=no&limit=1');
    const next = `/v1/log/entries?kind=decision&reviewed=no&limit=1&cursor=${first.json.cursor}`;
    const second = await audit('GET', next);
    expect([...first.json.entries, ...second.json.entries].map(({ id }) => id)).toEqual(left);
    const inOrder = await rows('order=asc&kind=decision&reviewed=no');
    expect(inOrder.map(({ id }) => id)).toEqual(left.toReversed());
  });
});
