import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { commitmentIn } from '../../shared/tree/commitments.ts';
import { type Answer, dpopProof, fileGateway } from '../support/gateway.ts';
import { ecKey } from '../support/jws.ts';

/** A Wednesday at ten in the morning, where the pack's calendar is kept. */
const clock = { now: Date.parse('2026-11-25T02:00:00Z') };
const HOUR = 3_600_000;
const CHILDREN = Array.from({ length: 25 }, (_, i) => `WATCH-${i}`);
const refs = new Map<string, string>();

const audit = (method: string, path: string, body?: unknown) =>
  gateway.call('audit-office', { actions: ['audit'], officer: 'wang.fang' }, method, path, body);

function release(
  children: readonly string[],
  { agency = 'mca-county', officer = 'li.na', purpose = 'W1', named = { case: 'C-1' } as object } = {},
): Promise<Answer> {
  const details = {
    actions: ['release'],
    purpose,
    officer,
    reason: 'review of the month',
    ...named,
  };
  return gateway.call(agency, details, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: children.map((child) => ({ ref: refs.get(child) ?? '' })),
    fields: ['sex', 'schooling_status'],
  });
}

/** Sequences what was appended, and looks until nothing is left. */
async function watch(): Promise<void> {
  for (let left = true; left; ) {
    await gateway.sequencer.step();
    const { behind, leaves } = await gateway.watcher.scan();
    left = behind > 0 || leaves > 1;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers have every shape
async function alerts(code: string): Promise<any[]> {
  const { json } = await audit('GET', '/v1/alerts');
  return json.alerts.filter((alert: { code: string }) => alert.code === code);
}

const gateway = await fileGateway({ now: () => clock.now });
const records = CHILDREN.map((local_id, i) => ({
  match: { local_id },
  fields: { division_code: i < 22 ? '990001001001' : '990001002002', guardian_relation: 'parent' },
}));
for (const [i, { ref }] of (await gateway.put('mca-county', ...records)).entries())
  refs.set(CHILDREN[i] as string, ref);
await watch();

test('a calendar that ends within 60 days raises one alert', async () => {
  await watch();
  expect(await alerts('CALENDAR_ENDS')).toMatchObject([{ about: '2026-12-31', rule: 'A4.2', count: 1 }]);
});

test('the first use of a purpose by an officer raises one alert', async () => {
  expect((await release(CHILDREN.slice(0, 1))).status).toBe(200);
  await watch();
  expect(await alerts('FIRST_PURPOSE')).toMatchObject([
    {
      kind: 'alert',
      handler: { agency: 'mca-county' },
      purpose: 'W1',
      rule: 'A7.3',
      count: 1,
      words: { officer: 'li.na' },
    },
  ]);
  await release(CHILDREN.slice(1, 2));
  await watch();
  expect(await alerts('FIRST_PURPOSE')).toHaveLength(1);
  await release(CHILDREN.slice(0, 1), { officer: 'wang.wei' });
  await watch();
  expect(await alerts('FIRST_PURPOSE')).toHaveLength(2);
});

test('releases outside office hours raise an alert with their count', async () => {
  const evening = Date.parse('2026-11-25T13:30:00Z');
  clock.now = evening;
  await release(CHILDREN.slice(0, 2));
  await watch();
  clock.now = evening + HOUR;
  await release(CHILDREN.slice(0, 1));
  await watch();
  expect(await alerts('OFF_HOURS')).toMatchObject([
    {
      handler: { agency: 'mca-county' },
      severity: 'low',
      label: { en: expect.any(String), zh: '非工作时间查询' },
      count: 3,
      words: { officer: 'li.na' },
    },
  ]);
  clock.now = Date.parse('2026-11-26T02:00:00Z');
});

test('many children of one village by one agency in a day raise one alert, whichever officer requests them', async () => {
  const before = await alerts('ONE_PLACE');
  await release(CHILDREN.slice(0, 12));
  // Of another village, and of the same children again.
  await release([...CHILDREN.slice(22), ...CHILDREN.slice(0, 10)]);
  await watch();
  expect([before, await alerts('ONE_PLACE')]).toEqual([[], []]);
  await release(CHILDREN.slice(12, 20), { officer: 'wang.wei' });
  await watch();
  const [told, ...rest] = await alerts('ONE_PLACE');
  expect([told, rest]).toMatchObject([{ handler: { agency: 'mca-county' }, count: 8 }, []]);
  await release(CHILDREN.slice(20, 22));
  await watch();
  expect(await alerts('ONE_PLACE')).toHaveLength(1);
});

test('many looks at one child by one officer in a week raise one alert, and children without a case another', async () => {
  clock.now = Date.parse('2026-11-26T02:00:00Z');
  const look = (officer: string) => release(CHILDREN.slice(24), { officer });
  for (let i = 0; i < 9; i++) await look('gao.yun');
  await look('sun.li');
  await watch();
  expect(await alerts('LOOKS_AT_ONE')).toEqual([]);
  clock.now += 24 * HOUR;
  await look('gao.yun');
  await look('gao.yun');
  await watch();
  expect(await alerts('LOOKS_AT_ONE')).toMatchObject([{ severity: 'medium', words: { officer: 'gao.yun' } }]);
  for (let i = 0; i < 10; i++) await release(CHILDREN.slice(23, 24), { officer: 'gao.yun' });
  await watch();
  // Another child is another alert, which an acknowledgement of the first must not close.
  expect(await alerts('LOOKS_AT_ONE')).toHaveLength(2);
  const pupils = await gateway.put(
    'edu-county',
    ...CHILDREN.map((local_id) => ({ match: { local_id }, fields: { schooling_status: 'primary' } })),
  );
  for (const [i, { ref }] of pupils.entries()) refs.set(`P-${i}`, ref);
  const some = (from: number, to: number) => CHILDREN.map((_, i) => `P-${i}`).slice(from, to);
  const caseless = (children: readonly string[]) =>
    release(children, {
      agency: 'edu-county',
      officer: 'gao.yun',
      purpose: 'S1',
      named: { reason: 'subsidy' },
    });
  await caseless(some(0, 9));
  await release(some(9, 12), {
    agency: 'edu-county',
    officer: 'gao.yun',
    purpose: 'S1',
    named: { case: 'C-1', reason: 'subsidy' },
  });
  await watch();
  expect(await alerts('WITHOUT_CASE')).toEqual([]);
  await caseless(some(8, 10));
  await watch();
  expect(await alerts('WITHOUT_CASE')).toMatchObject([{ handler: { agency: 'edu-county' }, count: 2 }]);
  const { json } = await audit('GET', '/v1/log/stats?by=person&kind=decision&bucket=week');
  expect(Math.max(...Object.values(json.buckets[0].counts as Record<string, number>))).toBeGreaterThan(11);
});

test("neither leaves nor words reveal a child's area, and no two leaves are equal", async () => {
  const { json } = await audit('GET', '/v1/log/entries?kind=decision&limit=100&openings=yes');
  const commitments = json.entries.map(({ canonical }: { canonical: string }) => {
    const { committed } = JSON.parse(Buffer.from(canonical, 'base64').toString());
    return Buffer.from(commitmentIn(Buffer.from(committed, 'base64'), 'area')).toString('hex');
  });
  expect(commitments.length).toBeGreaterThan(20);
  expect(new Set(commitments).size).toBe(commitments.length);
  expect(json.entries[0].words).not.toHaveProperty('area');
  expect(json.entries[0].openings).not.toHaveProperty('area');
  const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.keysTable }));
  const areas = Items.map(({ area }) => Buffer.from(area?.B ?? []).toString('hex')).filter(Boolean);
  expect([areas.length, new Set(areas).size]).toEqual([CHILDREN.length, CHILDREN.length]);
});

test('a repeated request raises an alert, and so does a review of the officer’s own act', async () => {
  const details = { actions: ['release'], purpose: 'W1', case: 'C-1', officer: 'li.na', reason: 'review' };
  const token = await gateway.token('mca-county', details);
  const url = new URL(`${gateway.url}/v1/releases`);
  const proof = await dpopProof(token.dpop, 'POST', url, clock.now, token.value);
  const send = () =>
    fetch(url, {
      method: 'POST',
      headers: { authorization: `DPoP ${token.value}`, dpop: proof, 'content-type': 'application/json' },
      body: JSON.stringify({
        collection: 'children',
        subjects: [{ ref: refs.get('WATCH-0') }],
        fields: ['sex'],
      }),
    });
  expect([(await send()).status, (await send()).status, (await send()).status]).toEqual([200, 401, 401]);
  expect(await alerts('DPOP_REPLAYED')).toMatchObject([
    { handler: { agency: 'mca-county' }, purpose: 'W1', count: 2, words: { officer: 'li.na' } },
  ]);
  const { json } = await audit('GET', '/v1/log/entries?kind=review');
  expect(json.entries).toEqual([]);
  const noted = await audit('POST', `/v1/alerts/${(await alerts('ONE_PLACE'))[0].id}/acknowledge`, {});
  const own = await audit('POST', `/v1/log/entries/${noted.json.receipt.entry}/reviews`, {
    verdict: 'justified',
  });
  expect(own.json.code).toBe('CONFLICT');
  const [entry] = (await audit('GET', '/v1/log/entries?agency=audit-office&kind=review&limit=1')).json
    .entries;
  expect(entry.kind).toBe('review');
});

test('registrations and wider rights are alerts, but not narrowed rights or pending changes', async () => {
  const steward = (officer: string, method: string, path: string, body: object) =>
    gateway.call(
      'steward-office',
      { actions: ['steward'], officer, reason: 'as decided' },
      method,
      path,
      body,
    );
  const rights = {
    ...{ name: { en: 'Watched', zh: '受看' }, departments: [], roles: [], areas: ['990001'], purposes: [] },
    ...{ actions: ['verify'], trainedUntil: new Date(clock.now + 90 * 24 * HOUR).toISOString().slice(0, 10) },
  };
  const { privateKey: _, jwk } = ecKey();
  const record = { clientId: 'watched', ...rights, jwks: { keys: [{ ...jwk, kid: 'sig-1', use: 'sig' }] } };
  const found = async () => {
    await watch();
    return [(await alerts('RIGHTS_GRANTED')).length, (await alerts('RIGHTS_WIDENED')).length];
  };
  expect((await steward('li.na', 'POST', '/v1/agencies', record)).status).toBe(202);
  expect(await found()).toEqual([0, 0]);
  expect((await steward('chen.jie', 'POST', '/v1/agencies', record)).status).toBe(200);
  expect(await found()).toEqual([1, 0]);
  const less = { ...rights, areas: ['990001001'] };
  expect((await steward('li.na', 'PUT', '/v1/agencies/watched', less)).status).toBe(200);
  expect(await found()).toEqual([1, 0]);
  for (const officer of ['li.na', 'chen.jie']) await steward(officer, 'PUT', '/v1/agencies/watched', rights);
  expect(await found()).toEqual([1, 1]);
});
