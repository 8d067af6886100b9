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
(copy.purposes.S1.demands as string[]).push('signature');
const pack = { ...copy, hash: hashOf(copy) };
for (const officer of ['chen', 'zhou']) {
  const steward = { actions: ['steward'], officer, reason: 'the yearly review' };
  const { status } = await gateway.call('steward-office', steward, 'POST', '/v1/policy/versions', { pack });
  expect(status).toBe(officer === 'chen' ? 202 : 200);
}
// By then every function follows.
now += 120_000;

it('is refused before any look-up, in full, and served when it is signed', async () => {
  const details = { actions: ['release'], purpose: 'S1', officer: 'li', reason: 'winter subsidy' };
  const token = await gateway.token('edu-county', details);
  const body = JSON.stringify({ collection: 'children', subjects: [{ match: { local_id: 'nobody' } }] });
  const unsigned = await gateway.send(token, 'POST', '/v1/releases', body);
  expect(unsigned).toMatchObject({ status: 403, json: { code: 'NO_SIGNATURE', rule: expect.any(String) } });

  const { sig } = gateway.agency('edu-county');
  const key = { jwk: {}, privateKey: createPrivateKey({ key: sig as never, format: 'jwk' }) };
  const url = `${gateway.url}/v1/releases`;
  const about = { method: 'POST', url, authorization: `DPoP ${token.value}`, body, now };
  const headers = signedHeaders(about, { key, kid: sig.kid as string });
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
