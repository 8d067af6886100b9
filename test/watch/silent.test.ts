/** A source that has been silent for a day: an alert, which ends by itself; and who may report and read. */
import { expect, test } from 'vitest';
import { MOST_SOURCES } from '../../shared/records/gateway/sources.ts';
import { fileGateway } from '../support/gateway.ts';

const clock = { now: Date.parse('2026-11-25T02:00:00Z') };
const gateway = await fileGateway({ now: () => clock.now });
const hours = (n: number) => {
  clock.now += n * 3_600_000;
};
const asAuditor = (query: string) => gateway.call('audit-office', { actions: ['audit'] }, 'GET', query);

const rows = { read: 9, added: 2, changed: 1, gone: 0, same: 6, failed: 0, left: 0 };
const report = (body: object = {}, agency = 'edu-county', actions = ['intake']) =>
  gateway.call(agency, { actions }, 'POST', '/v1/sources', {
    ...{ source: 'pupils', seconds: 3, rows, faults: { FORM: 2 } },
    ...body,
  });
async function sources(query = '', agency = 'edu-county', actions = ['intake']) {
  const { json } = await gateway.call(agency, { actions }, 'GET', `/v1/sources${query}`);
  return json.sources ?? json.code;
}

/** Finding and end of each alert about a silent source. */
async function told(): Promise<[string, string?][]> {
  await gateway.sequencer.step();
  for (let left = true; left; ) left = (await gateway.watcher.scan()).behind > 0;
  const { json } = await asAuditor('/v1/alerts?code=SOURCE_SILENT');
  return json.alerts.map((one: { words: { finding: string }; acknowledged?: { outcome: string } }) => [
    one.words.finding,
    one.acknowledged?.outcome,
  ]);
}

test('a report is kept with the time of the gateway, for the office and for auditors', async () => {
  expect((await report({ every: 10 })).json).toEqual({ source: 'pupils', at: '2026-11-25T02:00:00.000Z' });
  const own = await sources();
  const at = '2026-11-25T02:00:00.000Z';
  expect(own).toEqual([
    {
      ...{ agency: 'edu-county', source: 'pupils', every: 10, since: at, good: at, silent: null },
      last: { at, seconds: 3, rows, faults: { FORM: 2 } },
    },
  ]);
  expect(await sources('', 'edu-county', ['casework'])).toEqual(own);
  expect(await sources('', 'audit-office', ['audit'])).toEqual(own);
  expect(await sources('', 'mps-county')).toEqual([]);
  expect(await sources('?agency=edu-county', 'mps-county')).toBe('ROLE_REQUIRED');
  expect((await report({}, 'edu-county', ['casework'])).json.code).toBe('ACTION_NOT_GRANTED');
});

test.each([
  ['a value where a code is expected', { faults: { 'ID 990001201001010011': 1 } }],
  ['a number in a code', { failure: 'E990001' }],
  ['a name that is no name', { source: '<b>pupils</b>' }],
  ['a name of ten megabytes', { source: 'a'.repeat(1e7) }],
  ['a time', { at: '2027-01-01T00:00:00Z' }],
  ['an interval of years', { every: 5e6 }],
  ['the office of another', { agency: 'mps-county' }],
  [
    'too many codes',
    { faults: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`A${'B'.repeat(n)}`, 1])) },
  ],
])('%s is refused, and nothing is stored', async (_, body) => {
  const before = await sources();
  expect([400, 413]).toContain((await report(body)).status);
  expect(await sources()).toEqual(before);
});

test('a service that is silent for a day raises one alert, which ends once a run has ended well', async () => {
  await report({ source: 'by-hand' });
  hours(23);
  expect(await told()).toEqual([]);
  hours(2);
  const finding = 'source pupils: no run has ended well since 2026-11-25T02:00:00.000Z';
  expect(await told()).toEqual([[finding, undefined]]);
  expect((await sources())[1]).toMatchObject({ source: 'pupils', silent: '2026-11-25T02:00:00.000Z' });
  // A run that failed is no word from the database.
  await report({ failure: 'DATABASE', rows: undefined, faults: undefined });
  expect(await told()).toEqual([[finding, undefined]]);
  expect((await sources())[1]).toMatchObject({ every: 10, last: { failure: 'DATABASE' } });
  await report();
  expect(await told()).toEqual([[finding, 'settled']]);
  expect((await sources())[1]).toMatchObject({ silent: null });
  hours(25);
  expect(await told()).toHaveLength(2);
  // Once there is no service any more, its silence is none.
  await report({ every: 0 });
  hours(48);
  expect((await told()).map(([, end]) => end)).toEqual(['settled', 'settled']);
});

test('an office has so many sources and no more, and is forgotten after 90 days', async () => {
  for (let n = 0; n < MOST_SOURCES; n++)
    expect((await report({ source: `s-${n}` }, 'mps-county')).status).toBe(200);
  expect((await report({ source: 's-more' }, 'mps-county')).json.code).toBe('CONFLICT');
  expect((await report({ source: 's-7' }, 'mps-county')).status).toBe(200);
  const first = await asAuditor('/v1/sources?limit=30');
  const rest = await asAuditor(`/v1/sources?limit=30&cursor=${first.json.cursor}`);
  expect([first.json.sources.length, rest.json.sources.length]).toEqual([30, MOST_SOURCES + 2 - 30]);
  hours(91 * 24);
  expect(await sources('', 'mps-county')).toEqual([]);
});

test('a source has a name that is no number of a person, because the log keeps it', async () => {
  const { status, json } = await report({ source: 'pupils-990001201305060017' });
  expect([status, json.errors[0].path]).toEqual([400, '/source']);
  expect((await report({ source: 'pupils-20260901' })).status).toBe(200);
});
