/** For any signed request: each entry that claims a signature can prove it. */
import { createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { checkEvidence } from '../../../shared/client/evidence/evidence.ts';
import type { Json } from '../../../shared/json.ts';
import { refAt } from '../../maintenance/rig.ts';
import { type Details, fileGateway } from '../../support/gateway.ts';
import { MOTHER } from '../../support/guardians.ts';
import { signedHeaders } from '../../support/identity.ts';
import { noticeFor } from '../../support/notices.ts';
import { BORN, freshNumber } from '../../support/people.ts';

const gateway = await fileGateway();

const WHY = { officer: 'li.na', reason: 'winter subsidy', case: 'C-1' };

async function signed(clientId: string, details: Details, path: string, body: object) {
  const token = await gateway.token(clientId, details);
  const { sig } = gateway.agency(clientId);
  const text = JSON.stringify(body);
  const about = { method: 'POST', url: gateway.url + path, authorization: `DPoP ${token.value}`, body: text };
  const privateKey = createPrivateKey({ key: sig as never, format: 'jwk' });
  const headers = signedHeaders(
    { ...about, now: Date.now() },
    { key: { privateKey, jwk: {} }, kid: sig.kid as string },
  );
  return gateway.send(token, 'POST', path, text, headers);
}

it('is a word of every entry of a signed request', async () => {
  const match = { id_number: freshNumber(BORN) };
  const fields = {
    division_code: '990001001001',
    guardianship_status: { status: 'normal', conflict: false },
    guardian_identity: MOTHER,
  };
  const intake = await signed('mca-county', { actions: ['intake'] }, '/v1/intake', {
    collection: 'children',
    records: [{ match, fields }],
  });
  expect(intake.json.results[0].created).toBe(true);
  const ask = (purpose: string, clientId: string) =>
    signed(clientId, { actions: ['release'], purpose, ...WHY }, '/v1/releases', {
      collection: 'children',
      subjects: [{ match }],
      fields: ['name'],
    });
  expect((await ask('S1', 'edu-county')).status).toBe(200);
  expect((await ask('W1', 'edu-county')).json.code).toBe('PURPOSE_NOT_FOR_ROLE');
  expect((await ask('PX3', 'mca-county')).json.code).toBe('PROHIBITED_PURPOSE');
  const verified = await signed(
    'charity-sunrise',
    { actions: ['verify'], purpose: 'C1', ...WHY, reason: 'aid' },
    '/v1/verifications',
    { programme: 'spring-bud', subject: { match } },
  );
  expect(verified.status).toBe(200);
  const consented = await signed('mca-county', { actions: ['casework'], ...WHY }, '/v1/consents', {
    ...{ subject: { match }, purpose: 'C2', recipient: 'platform-lantern', giver: 'guardian' },
    fields: ['birth_date', 'hardship_category', 'illness'],
    ...{ relation: 'mother', method: 'signed-form', noticeVersion: noticeFor('C2') },
    ...{ document: { kind: MOTHER.document, number: MOTHER.number }, evidence: 'a'.repeat(64) },
  });
  expect(consented.status, consented.text).toBe(200);
  const code = await signed(
    'mca-county',
    { actions: ['casework'], ...WHY, reason: 'appeal' },
    '/v1/check-codes',
    {
      programme: 'help-page-check',
      recipient: 'platform-lantern',
      subject: { match },
    },
  );
  expect(code.status).toBe(200);
  const counted = await signed(
    'mca-county',
    { actions: ['release'], purpose: 'A1', ...WHY },
    '/v1/statistics',
    {
      collection: 'children',
      by: [],
    },
  );
  expect(counted.status).toBeLessThan(500);
  const frozen = await signed('mca-county', { actions: ['casework'], ...WHY }, '/v1/freezes', {
    ...{ target: { subject: { match } } },
  });
  expect(frozen.status).toBe(200);
  const audit = { actions: ['audit'] };
  const list = await gateway.call('audit-office', audit, 'GET', '/v1/log/entries?limit=500');
  const first = list.json.entries.find(({ kind }: { kind: string }) => kind === 'intake');
  const decoy = await signed('audit-office', { ...audit, ...WHY }, '/v1/decoys', { entry: first.id });
  expect(decoy.status).toBe(200);
  const suspended = await signed(
    'steward-office',
    { actions: ['steward'], ...WHY },
    '/v1/agencies/press-office/suspend',
    {},
  );
  expect(suspended.status).toBe(200);
  const own = await refAt(gateway, intake.json.results[0].ref, 'steward-office');
  const erasure = await signed(
    'steward-office',
    { actions: ['steward'], ...WHY },
    `/v1/subjects/${own}/erase`,
    {},
  );
  expect(erasure.status).toBe(202);
  const verdict = { verdict: 'justified', note: 'looked at' };
  const review = await signed(
    'audit-office',
    { ...audit, ...WHY },
    `/v1/log/entries/${first.id}/reviews`,
    verdict,
  );
  expect(review.status).toBe(200);

  const json = await gateway.audit('/v1/log/entries?limit=500');
  const claims = json.entries.filter(
    ({ handler }: { handler?: { evidence?: string } }) => handler?.evidence === 'signed',
  );
  const found = new Map<string, string>();
  for (const { id, kind } of claims) {
    const entry = await gateway.audit(`/v1/log/entries/${id}`);
    const { evidence } = await checkEvidence(entry as Record<string, Json>);
    found.set(`${kind} ${entry.code ?? entry.outcome ?? ''}`, evidence);
  }
  expect([...found].filter(([, evidence]) => evidence !== 'valid')).toEqual([]);
  const kinds = new Set([...found.keys()].map((name) => name.split(' ')[0]));
  for (const kind of [
    'intake',
    'attempt',
    'decision',
    'denial',
    'prohibited',
    'alert',
    'watch',
    'agency',
    'freeze',
  ])
    expect(kinds).toContain(kind);
  // No policy decides the writers and the position of the watch.
  const decided = json.entries.filter(({ kind }: { kind: string }) => kind !== 'writer' && kind !== 'watch');
  const unnamed = decided.filter(({ policy }: { policy?: { hash: string } }) => !policy?.hash);
  expect(unnamed.map(({ kind, code }: { kind: string; code?: string }) => [kind, code])).toEqual([]);
});
