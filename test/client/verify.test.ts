import { expect, test as plain } from 'vitest';
import { broken, connected, detailsOf, fakeGateway, json, problem, RECEIPT } from './fake-gateway.ts';

const PATH = '/v1/verifications';
const REQUEST = { programme: 'winter-aid', subject: { match: { id_number: '990001201305069014' } } };
const ANSWER = {
  outcome: 'YES',
  programme: 'winter-aid',
  attestation: 'header.payload.signature~',
  validUntil: '2026-12-25T00:00:00Z',
  obligations: ['NO_PUBLICATION'],
  receipt: RECEIPT,
};

const test = plain.extend('gateway', () => fakeGateway());

test('checks under the purpose of the connection, or of the request', async ({ gateway }) => {
  gateway.on(PATH, json(ANSWER));
  const gate = await connected(gateway, { purpose: 'C1' });
  expect(await gate.verify(REQUEST)).toEqual({ ...ANSWER, receipts: 'unchecked', proof: 'unchecked' });
  await gate.verify({ ...REQUEST, purpose: 'C2', case: 'CASE-1' });
  const details = gateway.calls('/oauth/token').map((call) => detailsOf(call));
  expect(details).toEqual([
    [{ type: 'fieldgate', actions: ['verify'], purpose: 'C1' }],
    [{ type: 'fieldgate', actions: ['verify'], purpose: 'C2', case: 'CASE-1' }],
  ]);
  expect(JSON.parse(gateway.calls(PATH)[0]?.body ?? '')).toEqual(REQUEST);
});

test('without a purpose it is not sent', async ({ gateway }) => {
  const gate = await connected(gateway);
  await expect(gate.verify(REQUEST)).rejects.toThrow(TypeError);
  expect(gateway.calls(PATH)).toHaveLength(0);
});

test('is not sent again when its answer was lost', async ({ gateway }) => {
  gateway.on(PATH, broken(), json(ANSWER));
  const gate = await connected(gateway, { purpose: 'C1' });
  await expect(gate.verify(REQUEST)).rejects.toMatchObject({ code: 'ANSWER_LOST' });
  expect(gateway.calls(PATH)).toHaveLength(1);
});

test('a refusal is a typed error', async ({ gateway }) => {
  gateway.on(PATH, problem(429, 'BUDGET_SPENT', { 'retry-after': '3600' }));
  const gate = await connected(gateway, { purpose: 'C1' });
  await expect(gate.verify(REQUEST)).rejects.toMatchObject({ code: 'BUDGET_SPENT', retryAfter: 3600 });
});

test.each<[string, string, object]>([
  ['no outcome', 'ANSWER_INVALID', { outcome: undefined }],
  ['an unknown outcome', 'ANSWER_INVALID', { outcome: 'NO' }],
  ['another programme', 'ANSWER_INVALID', { programme: 'other' }],
  ['no proof', 'ANSWER_INVALID', { attestation: null }],
  ['no end', 'ANSWER_INVALID', { validUntil: 0 }],
  ['no receipt', 'RECEIPT_INVALID', { receipt: undefined }],
])('an answer with %s is not taken', async (_what, code, change) => {
  const gateway = fakeGateway();
  gateway.on(PATH, json({ ...ANSWER, ...change }));
  const gate = await connected(gateway, { purpose: 'C1' });
  await expect(gate.verify(REQUEST)).rejects.toMatchObject({ code });
});
