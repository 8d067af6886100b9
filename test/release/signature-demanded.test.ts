/** A purpose that the pack opens only to signed requests. */

import { createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { hashOf } from '../../shared/policy/pack/load-pack.ts';
import { fileGateway } from '../support/gateway.ts';
import { signedHeaders } from '../support/identity.ts';

const START = Date.parse('2026-11-24T04:00:00Z');
let now = START;
const gateway = await fileGateway({ now: () => now });
const copy = structuredClone({ ...compiled, version: '2025.9' });
for (const code of ['S1', 'C1'] as const) (copy.purposes[code].demands as string[]).push('signature');
const pack = { ...copy, hash: hashOf(copy) };
for (const officer of ['chen', 'zhou']) {
  const steward = { actions: ['steward'], officer, reason: 'the yearly review' };
  const { status } = await gateway.call('steward-office', steward, 'POST', '/v1/policy/versions', { pack });
  expect(status).toBe(officer === 'chen' ? 202 : 200);
}
// By then every function follows.
now += 120_000;

/** The headers of a signature by an agency's registered key. */
function signedBy(agency: string, token: { value: string }, method: string, path: string, body: string) {
  const { sig } = gateway.agency(agency);
  const key = { jwk: {}, privateKey: createPrivateKey({ key: sig as never, format: 'jwk' }) };
  const about = { method, url: gateway.url + path, authorization: `DPoP ${token.value}`, body, now };
  return signedHeaders(about, { key, kid: sig.kid as string });
}

it('is refused before any look-up, in full, and served when it is signed', async () => {
  const details = { actions: ['release'], purpose: 'S1', officer: 'li', reason: 'winter subsidy' };
  const token = await gateway.token('edu-county', details);
  const body = JSON.stringify({ collection: 'children', subjects: [{ match: { local_id: 'nobody' } }] });
  const unsigned = await gateway.send(token, 'POST', '/v1/releases', body);
  expect(unsigned).toMatchObject({ status: 403, json: { code: 'NO_SIGNATURE', rule: expect.any(String) } });

  const headers = signedBy('edu-county', token, 'POST', '/v1/releases', body);
  const signed = await gateway.send(token, 'POST', '/v1/releases', body, headers);
  expect(signed).toMatchObject({ status: 200, json: { results: [{ refused: { code: 'REFUSED' } }] } });

  const json = await gateway.audit('/v1/log/entries?purpose=S1');
  const evidence = json.entries.map((entry: { code: string; handler: { evidence: string } }) => [
    entry.code === 'NO_SIGNATURE',
    entry.handler.evidence,
  ]);
  expect(evidence).toContainEqual([true, 'none']);
  expect(evidence).toContainEqual([false, 'signed']);
});

it('takes no list of verifications, because the signature of its submission covers no row', async () => {
  const words = { case: 'CHA-1', officer: 'shen.yi', reason: 'school grant' };
  const token = await gateway.token('charity-sunrise', { actions: ['verify'], purpose: 'C1', ...words });
  const path = `/v1/lists/${'a'.repeat(22)}`;
  const rows = JSON.stringify({ rows: [{ match: { id_number: '990001201806250110' } }] });
  expect((await gateway.send(token, 'PUT', `${path}/rows/0`, rows)).status).toBe(200);
  const body = JSON.stringify({ programme: 'spring-bud', parts: 1, rows: 1 });
  const headers = signedBy('charity-sunrise', token, 'POST', path, body);
  const submitted = await gateway.send(token, 'POST', path, body, headers);
  expect(submitted).toMatchObject({ status: 403, json: { code: 'NO_SIGNATURE' } });
});
