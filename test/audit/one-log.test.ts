/** What the console reads of the log: rows, what was appended since, and what the log has about one entry. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

type Found = Answer['json'];
const S1 = {
  ...{ actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei' },
  reason: 'winter subsidy',
};
const gateway = await fileGateway();
const audit = (method: string, path: string, body?: unknown): Promise<Answer> =>
  gateway.call('audit-office', { actions: ['audit'], officer: 'wang.fang' }, method, path, body);
const list = async (query: string): Promise<Found> => (await audit('GET', `/v1/log/entries?${query}`)).json;
const ids = Array.from({ length: 3 }, () => freshNumber());
const release = (...people: string[]) => {
  const subjects = people.map((id_number) => ({ match: { id_number } }));
  return gateway.call('edu-county', S1, 'POST', '/v1/releases', {
    ...{ collection: 'children', subjects, fields: ['name', 'birth_date'] },
  });
};

beforeAll(async () => {
  const records = ids.map((id_number) => ({
    match: { id_number },
    fields: { name: '测试', birth_date: BORN, division_code: '990001001001' },
  }));
  await gateway.put('mca-county', ...records);
  await release(...ids);
  await gateway.sequencer.step();
});

describe('entries since a size of the tree', () => {
  it('come once each in the order of the tree, however many at a time', async () => {
    const { entries, since, more } = await list('order=asc&limit=1000');
    expect([more, entries[0].kind]).toEqual([false, 'writer']);
    const times = entries.map(({ time }: Found) => time);
    expect(entries.length).toBeGreaterThan(8);
    const inPieces: string[] = [];
    for (let at = 0, left = true; left; ) {
      const page = await list(`since=${at}&limit=3`);
      expect(page.entries.length).toBeLessThanOrEqual(3);
      inPieces.push(...page.entries.map(({ id }: Found) => id));
      [at, left] = [page.since, page.more];
    }
    expect(inPieces).toEqual(entries.map(({ id }: Found) => id));
    expect(new Set(times).size).toBeGreaterThan(1);

    // Nothing new; then what was appended, among it the readings above.
    expect((await list(`since=${since}`)).entries).toEqual([]);
    await release(ids[0] as string);
    await gateway.sequencer.step();
    const fresh = await list(`since=${since}&kind=decision`);
    expect(fresh.entries.map(({ purpose }: Found) => purpose)).toEqual(['S1']);
  });

  it('refuse a size beyond the tree, and what has no place in its order', async () => {
    for (const query of [
      'since=999999',
      'since=-1',
      'since=01',
      'since=0&from=2026-01-01T00:00:00Z',
      'order=asc&cursor=x',
      'since=0&ids=a',
    ])
      expect([query, (await audit('GET', `/v1/log/entries?${query}`)).status]).toEqual([query, 400]);
  });
});

it('a row has what a list shows, and no more than a third of the bytes', async () => {
  const [rows, whole] = [await list('kind=decision&view=row'), await list('kind=decision')];
  expect(rows.entries.map(({ id }: Found) => id)).toEqual(whole.entries.map(({ id }: Found) => id));
  const [row] = rows.entries;
  expect(row).toMatchObject({
    ...{
      kind: 'decision',
      agency: 'edu-county',
      purpose: 'S1',
      officer: 'zhang.wei',
      officerBy: 'authenticated',
    },
    ...{ outcome: 'released', subject: whole.entries[0].subject },
  });
  expect(row.fields.toSorted()).toEqual(['birth_date', 'name']);
  expect(JSON.stringify(rows).length).toBeLessThan(JSON.stringify(whole).length / 2.5);
});

describe('one entry', () => {
  it('of a bundle names the others, its attempt, and is named by it', async () => {
    const { entries } = await list('kind=decision');
    const bundle: string[] = entries.slice(1).map(({ id }: Found) => id);
    const one = (await audit('GET', `/v1/log/entries/${bundle[0]}`)).json;
    expect(one.siblings.toSorted()).toEqual(bundle.slice(1).toSorted());
    const attempt = (await audit('GET', `/v1/log/entries/${one.pair}`)).json;
    expect([attempt.kind, attempt.pair]).toEqual(['attempt', one.id]);
    const alone = (await audit('GET', `/v1/log/entries/${entries[0].id}`)).json;
    expect(alone.siblings).toEqual([]);
    const ofPerson = await list(`subject=${alone.subject}`);
    expect(alone.alike.person).toEqual({ count: ofPerson.entries.length - 1, more: false });
    const ofOfficer = await list(`officer=${alone.words.officer}&agency=${alone.handler.agency}`);
    expect(alone.alike.officer).toEqual({ count: ofOfficer.entries.length, more: false });
  });

  it('has its verdicts with what each replaces, and no reading among them', async () => {
    const [{ id }] = (await list('kind=decision')).entries;
    const give = (body: object) => audit('POST', `/v1/log/entries/${id}/reviews`, body);
    const first = (await give({ verdict: 'questioned', note: 'which case is it?' })).json.receipt.entry;
    const second = (await give({ verdict: 'justified', supersedes: first })).json.receipt.entry;
    const { reviews, alerts } = (await audit('GET', `/v1/log/entries/${id}`)).json;
    expect(reviews).toMatchObject([
      { entry: second, officer: 'wang.fang', by: 'audit-office', outcome: 'justified', supersedes: first },
      { entry: first, outcome: 'questioned', note: 'which case is it?' },
    ]);
    expect(alerts).toEqual([]);
  });
});

it('the policy of an entry is found by the hash that it names, and by its version', async () => {
  const [{ policy }] = (await list('kind=decision&limit=1')).entries;
  const by = (query: string) => audit('GET', `/v1/policy?${query}`);
  const { json } = await by(`hash=${policy.hash}`);
  expect(json).toMatchObject({ version: policy.version, hash: policy.hash });
  expect((await by(`version=${policy.version}`)).json).toEqual(json);
  expect((await by('version=no-such-version')).status).toBe(404);
  expect((await by(`hash=${'0'.repeat(64)}`)).status).toBe(404);
});
