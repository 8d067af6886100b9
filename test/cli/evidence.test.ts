/** A signed request, and an auditor's later proof of it. */
import { expect, test } from 'vitest';
import { connect } from '../../shared/client/connect.ts';
import { checkEvidence } from '../../shared/client/evidence/evidence.ts';
import type { LogEntry } from '../../shared/client/wire/types.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, putAgency } from './run.ts';

const ID = '99000120130506001X';
const ASK = {
  purpose: 'S1',
  case: 'EDU-1',
  officer: 'zhang.wei',
  reason: 'winter subsidy',
  subjects: [{ match: { id_number: ID } }],
  fields: ['name'],
};
const folder = sharedFolder();
const gateway = await fileGateway();
putAgency(folder, gateway.agency('audit-office'));
await gateway.put('mca-county', {
  match: { id_number: ID },
  fields: { name: '测试甲', birth_date: '2013-05-06', division_code: '990001001001' },
});

async function releaseEntry(signed: boolean): Promise<string> {
  const { clientId, sig, enc } = gateway.agency('school-second');
  const gate = await connect({ issuer: gateway.url, clientId, key: sig, enc });
  const { results } = await gate.release({ ...ASK, signed });
  return (results[0] as { receipt: { entry: string } }).receipt.entry;
}

const check = (entry: string, ...more: string[]) =>
  fieldgate(folder, ['log', 'evidence', entry, '--as', 'audit-office', ...more]);

test('a signed release is proven by its entry alone', async () => {
  const entry = await releaseEntry(true);
  const { clientId, sig } = gateway.agency('audit-office');
  const gate = await connect({ issuer: gateway.url, clientId, key: sig });
  const stored: Partial<LogEntry> = await gate.call('GET /v1/log/entries/:id', { id: entry });
  expect(stored['handler']).toMatchObject({ agency: 'school-second', evidence: 'signed' });
  expect(await checkEvidence(stored)).toMatchObject({
    evidence: 'valid',
    keyid: gateway.agency('school-second').sig.kid,
    signed: [
      '"@method": POST',
      `"@target-uri": ${gateway.url}/v1/releases`,
      ...Array(3).fill(expect.any(String)),
    ],
  });
  // Any change of the signed parts, or another office's entry around it, breaks it.
  const evidence = stored['evidence'] as { base: string };
  const changed = { ...evidence, base: evidence.base.replace('POST', 'PUT') };
  expect(await checkEvidence({ ...stored, evidence: changed })).toMatchObject({ evidence: 'broken' });
  const other = { agency: 'mps-county', evidence: 'signed' };
  expect(await checkEvidence({ ...stored, handler: other })).toMatchObject({ evidence: 'broken' });

  const shown = await check(entry);
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toContain('the signature is valid');
  expect(shown.stdout).toContain('officer zhang.wei (as claimed by the office)');
});

test('an unsigned one says so', async () => {
  const entry = await releaseEntry(false);
  const shown = await check(entry, '--json');
  expect(shown).toMatchObject({ code: 1 });
  expect(shown.json()).toEqual({ evidence: 'none' });
});

test('a wrong signature is refused before anything is looked up', async () => {
  const token = await gateway.token('school-second', { actions: ['release'], purpose: 'S1' });
  const headers = {
    'content-digest': 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
    'signature-input': `a=("@method" "@target-uri" "content-digest" "authorization");created=1;keyid="x"`,
    signature: 'a=:AAAA:',
  };
  const answer = await gateway.send(token, 'POST', '/v1/releases', { collection: 'children' }, headers);
  expect(answer).toMatchObject({ status: 400, json: { code: 'SIGNATURE_INVALID' } });
});
