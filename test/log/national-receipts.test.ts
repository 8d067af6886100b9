/** Receipts under the national profile, as a reader checks them who takes SM2 and SM3 alone as proof. */
import { randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import { beforeAll, describe, expect, test } from 'vitest';
import { requireSm3 } from '../../infra/cli/log/national.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import type { Inclusion } from '../../shared/contract/routes/log.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { sha256, sm3 } from '../../shared/log/node-crypto.ts';
import { parseVerifier } from '../../shared/tree/note.ts';
import { testGateway } from '../support/gateway.ts';

let receipts: [Receipt, Receipt];
let answers: [Inclusion, Inclusion];
let prove: (answer: Inclusion, receipt: Receipt, nation?: Uint8Array) => Promise<Uint8Array>;
let ofWriters: Uint8Array;

const receiptsOf = async (gateway: Awaited<ReturnType<typeof testGateway>>) => {
  const details = {
    ...{ actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy', case: 'EDU-1' },
  };
  const one = async (number: string) => {
    await gateway.put('edu-county', { match: { id_number: number }, fields: { student_no: `G${number}` } });
    const subjects = [{ match: { id_number: number } }];
    const body = { collection: 'children', fields: ['student_no'], subjects };
    const { json } = await gateway.call('edu-county', details, 'POST', '/v1/releases', body);
    return json.results?.[0]?.receipt ?? expect.fail(JSON.stringify(json));
  };
  return [await one('990001201806250110'), await one('990001201806259991')];
};

beforeAll(async () => {
  const gateway = await testGateway({ cryptography: 'national' });
  receipts = (await receiptsOf(gateway)) as typeof receipts;
  await gateway.sequencer.step();
  const proofs = receipts.map(({ entry }) => gateway.audit(`/v1/log/proofs/inclusion?entry=${entry}`));
  answers = (await Promise.all(proofs)) as typeof answers;
  const spki = async (key: string) =>
    (await publicKeyOf(gateway.kms, key)).export({ format: 'der', type: 'spki' });
  const [nation, key] = [
    await spki(gateway.env.nationalKey),
    await (await fetch(`${gateway.url}/log/key`)).text(),
  ];
  ofWriters = await spki(gateway.env.certificateKey);
  const log = parseVerifier(sha256, key.trim()) ?? expect.fail('no key');
  prove = (answer, receipt, other = nation) => requireSm3(answer, receipt, log, other);
  await gateway.close();
});

test('a receipt has the digest of its leaf by SM3, whose tree SM2 signed', async () => {
  for (const [at, receipt] of receipts.entries()) {
    const answer = answers[at] ?? expect.fail();
    const leaf = Buffer.from(answer.leaf, 'base64');
    expect(receipt.sm3).toBe(sm3(Buffer.concat([Buffer.of(0), leaf])).toString('base64'));
    expect(Buffer.from(await prove(answer, receipt)).toString('base64')).toBe(
      / (\S+)$/m.exec(answer.checkpoint.split('\n')[3] ?? '')?.[1],
    );
  }
});

describe('is refused', () => {
  const fault = (name: string) => ({ fault: name });

  test('without the digest, with that of another, and with what is none', async () => {
    const [{ sm3: digest, ...stripped }, { sm3: foreign = '' }] = receipts;
    const hash = stripped.leafHash;
    for (const bent of [stripped, ...[foreign, hash, '', `${digest}=`].map((sm3) => ({ ...stripped, sm3 }))])
      await expect(prove(answers[0], bent)).rejects.toMatchObject(fault('RECEIPT'));
  });

  test('without the path in the second tree, with that of another entry, and with that of the first tree', async () => {
    const [answer, other] = answers;
    const { sm3Proof = [], ...none } = answer;
    const changed = sm3Proof.with(0, randomBytes(32).toString('base64'));
    for (const path of [other.sm3Proof ?? [], answer.proof, changed, sm3Proof.slice(1), ['x']])
      await expect(prove({ ...answer, sm3Proof: path }, receipts[0])).rejects.toMatchObject(fault('SM3'));
    await expect(prove(none, receipts[0])).rejects.toMatchObject(fault('SM3'));
  });

  test('under a note without the line of SM2, and under another key, that of writers too', async () => {
    const [answer] = answers;
    const cut = (note: string) => note.split('\n').toSpliced(-2, 1).join('\n');
    for (const bent of [{ checkpoint: cut(answer.checkpoint) }, { writerKey: cut(answer.writerKey) }])
      await expect(prove({ ...answer, ...bent }, receipts[0])).rejects.toMatchObject(fault('SM2'));
    await expect(prove(answer, receipts[0], ofWriters)).rejects.toMatchObject(fault('SM2'));
  });

  test('if the certificate of its writer lacks the signature by SM2, or has another', async () => {
    const [answer] = answers;
    const leaf = JSON.parse(Buffer.from(answer.certificate, 'base64').toString());
    const { sm2, ...bare } = leaf.certificate;
    for (const certificate of [bare, { ...bare, sm2: leaf.certificate.signature }, { ...bare, more: '' }]) {
      const text = canonicalize({ ...leaf, certificate }) ?? '';
      const bent = { ...answer, certificate: Buffer.from(text).toString('base64') };
      await expect(prove(bent, receipts[0])).rejects.toMatchObject(fault('SM2'));
    }
    expect(sm2).toEqual(expect.any(String));
  });

  test('with the leaf of another entry', async () => {
    const [answer, { leaf }] = answers;
    await expect(prove({ ...answer, leaf }, receipts[0])).rejects.toMatchObject(fault('SIGNATURE'));
  });
});

test('without the setting there is none of it', async () => {
  const gateway = await testGateway();
  const [receipt] = await receiptsOf(gateway);
  await gateway.sequencer.step();
  const answer = await gateway.audit(`/v1/log/proofs/inclusion?entry=${receipt.entry}`);
  await gateway.close();
  expect(Object.keys(receipt).toSorted()).toEqual(['entry', 'leafHash', 'seq', 'signature', 'writer']);
  expect(answer).not.toHaveProperty('sm3Proof');
  expect(Buffer.from(answer.certificate, 'base64').toString()).not.toContain('sm2');
});
