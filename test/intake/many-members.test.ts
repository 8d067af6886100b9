/** Objects whose members the caller names: however many there are, the answer is short. */
import { expect, it } from 'vitest';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const gateway = await fileGateway();

const named = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`nothing${i}`, value]));

async function intake(record: object) {
  const body = { collection: 'children', records: [record] };
  return gateway.call('mps-county', { actions: ['intake'] }, 'POST', '/v1/intake', body);
}

/** What is said of one record. */
interface Told {
  problem?: { errors: unknown[]; untold?: number };
  refused?: Record<string, { faults?: unknown[] }>;
  untold?: number;
}

it('a record with too many fields is refused as such', async () => {
  const { text, json } = await intake({ match: { id_number: freshNumber() }, fields: named(1_000, 1) });
  expect(json.results[0].problem).toMatchObject({ code: 'TOO_LARGE', status: 413 });
  expect(text.length).toBeLessThan(2_000);
});

it('of many unknown fields at most a hundred are told, and the nearest known one of the first', async () => {
  const fields = { naem: '张三', ...named(199, 1) };
  const { json } = await intake({ match: { id_number: freshNumber() }, fields });
  const { code, errors, untold } = json.results[0].problem;
  expect([code, errors.length, untold]).toEqual(['FIELD_REFUSED', 101, 99]);
  expect(errors[0].message).toContain('name');
});

it('of many records each is told its first fault, a hundred more are, and the rest are counted', async () => {
  const lists = { guardians: Array.from({ length: 8 }, () => ({ nothing: 1 })) };
  const records = Array.from({ length: 500 }, (_, i) => {
    const fields = i % 2 === 0 ? named(200, 1) : { name: '张三', ...lists, ...named(180, 1) };
    return { match: { id_number: freshNumber() }, fields };
  });
  const body = { collection: 'children', records, dryRun: true };
  const { text, json } = await gateway.call(
    'mps-county',
    { actions: ['intake'] },
    'POST',
    '/v1/intake',
    body,
  );
  expect(text.length).toBeLessThan(500_000);
  const results: Told[] = json.results;
  const told = results.map(({ problem, refused = {} }) =>
    problem
      ? problem.errors.length
      : Object.values(refused).reduce((sum, { faults }) => sum + Math.max(1, faults?.length ?? 0), 0),
  );
  expect(told.reduce((sum, n) => sum + n)).toBe(600);
  expect(Math.min(...told)).toBe(1);
  expect(results.slice(-2).map(({ problem, untold = problem?.untold }) => untold)).toEqual([
    199,
    expect.any(Number),
  ]);
  expect(results.at(-1)?.untold).toBeGreaterThanOrEqual(180);
});

it('of a record with good fields and a wrong name the good ones are stored', async () => {
  const id = freshNumber();
  const { json } = await intake({ match: { id_number: id }, fields: { name: '张三', naem: 'x' } });
  expect(json.results[0]).toMatchObject({ written: ['name'], refused: { naem: { code: 'FIELD_UNKNOWN' } } });
  expect(JSON.stringify(json.results[0].refused.naem.faults)).toContain('name');
});

it('a person is not named by thousands of keys', async () => {
  const match = named(1_000, 'x');
  const why = { officer: 'li.na', reason: 'yearly review of the status' };
  const release = { actions: ['release'], purpose: 'W1', case: 'W-1', unregistered: true as const, ...why };
  const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };
  const answers = [
    await gateway.call('mca-county', release, 'POST', '/v1/releases', body),
    await gateway.call('mca-county', { actions: ['casework'], ...why }, 'POST', '/v1/subjects/find', {
      subject: { match },
    }),
    await intake({ match, fields: { name: '张三' } }),
  ];
  for (const { text } of answers) {
    expect(text).toContain('TOO_LARGE');
    expect(text.length).toBeLessThan(2_000);
  }
});
