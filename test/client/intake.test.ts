import { expect, test } from 'vitest';
import { batchesOf } from '../../shared/client/intake.ts';
import type { IntakeRecord } from '../../shared/client/wire/types.ts';
import { answering, broken, type Call, connected, fakeGateway, json, problem } from './fake-gateway.ts';

const PATH = '/v1/intake';
const records = (count: number): IntakeRecord[] =>
  Array.from({ length: count }, (_, at) => ({ match: { local_id: `K-${at}` }, fields: { note: `${at}` } }));
const written = (at: number) => ({
  ref: `r${at}`,
  sheetVersion: 1,
  created: at % 2 === 0,
  written: ['note'],
  warnings: [],
  refused: {},
});
const sent = (call: Call | undefined): IntakeRecord[] => JSON.parse(call?.body ?? '{}').records;
const answerAll = (call: Call) => json({ results: sent(call).map((_, at) => written(at)) });

test('cuts a stream into requests of 500 records, each with a key of its own', async () => {
  const { gateway, gate } = await answering(PATH, answerAll);
  const seen: number[] = [];
  const report = await gate.intake(records(1203), {
    onBatch: ({ offset, results }) => seen.push(offset + results.length),
  });
  expect(gateway.calls(PATH).map((call) => sent(call).length)).toEqual([500, 500, 203]);
  expect(new Set(gateway.calls(PATH).map(({ headers }) => headers.get('idempotency-key'))).size).toBe(3);
  expect(seen).toEqual([500, 1000, 1203]);
  expect(report).toMatchObject({ created: 602, updated: 601, failed: 0 });
});

test('cuts by size too: no request is over 4 MB', async () => {
  const big = Array.from(
    { length: 300 },
    (_, at): IntakeRecord => ({ ref: `r${at}`, fields: { note: '字'.repeat(10_000) } }),
  );
  const sizes: number[] = [];
  let count = 0;
  for await (const { records: batch, offset } of batchesOf(big)) {
    expect(offset).toBe(count);
    count += batch.length;
    sizes.push(Buffer.byteLength(JSON.stringify({ records: batch })));
  }
  expect(count).toBe(300);
  expect(Math.max(...sizes)).toBeLessThan(4_000_000);
  expect(sizes.length).toBe(3);
});

test('accepts a generator, and makes no request without records', async () => {
  const { gateway, gate } = await answering(PATH, answerAll);
  async function* slowly() {
    yield* records(3);
  }
  expect((await gate.intake(slowly())).results).toHaveLength(3);
  expect((await gate.intake([])).results).toEqual([]);
  expect(gateway.calls(PATH)).toHaveLength(1);
});

test('repeats a request under the same key when its answer was lost', async () => {
  const { gateway, gate } = await answering(PATH, broken(), problem(503, 'STORE_UNAVAILABLE'), answerAll);
  await gate.intake(records(2));
  const keys = gateway.calls(PATH).map(({ headers }) => headers.get('idempotency-key'));
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
});

test('waits while its first attempt is still running, unlike a new request', async () => {
  const { gateway, gate } = await answering(PATH, broken(), problem(409, 'CONFLICT'), answerAll);
  expect((await gate.intake(records(1))).results).toHaveLength(1);

  gateway.on(PATH, problem(409, 'CONFLICT'), answerAll);
  await expect(gate.intake(records(1))).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('sends those records again that the gateway could not serve at the time, and only those', async () => {
  const gateway = fakeGateway();
  const busy = { problem: { code: 'KMS_UNAVAILABLE', status: 503 } };
  const bad = { problem: { code: 'INVALID_REQUEST', status: 400 } };
  gateway.on(PATH, json({ results: [written(0), busy, bad] }), answerAll);
  const gate = await connected(gateway);
  const report = await gate.intake(records(3));
  expect(sent(gateway.calls(PATH)[1])).toEqual(records(3).slice(1, 2));
  expect(report.results.map((result) => 'problem' in result)).toEqual([false, false, true]);
  expect(report.failed).toBe(1);
});

test('reports the number of acknowledged records if a request fails', async () => {
  const { gate } = await answering(PATH, answerAll, problem(403, 'AGENCY_SUSPENDED'));
  await expect(gate.intake(records(5), { batchSize: 2 })).rejects.toMatchObject({
    code: 'AGENCY_SUSPENDED',
    acknowledged: 2,
  });
});

test('an answer without a result for each record is refused', async () => {
  const { gate } = await answering(PATH, json({ results: [written(0)] }));
  await expect(gate.intake(records(2))).rejects.toMatchObject({ code: 'ANSWER_INVALID' });
});
