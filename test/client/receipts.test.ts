import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test as plain } from 'vitest';
import { recordsOf } from '../../infra/local/sample/records.ts';
import { connect, type Fieldgate } from '../../shared/client/connect.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { formatVerifier, makeVerifier } from '../../shared/tree/note.ts';
import { fileGateway } from '../support/gateway.ts';
import { connected, fakeGateway, json, problem, RECEIPT } from './fake-gateway.ts';

const TODAY = '2026-11-25';
const ASK = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5', fields: ['name'] };
const PROOF = '/v1/log/proofs/inclusion';

interface Proof {
  index: number;
  size: number;
  proof: string[];
  checkpoint: string;
  writerKey: string;
  certificate: string;
}

let subject: { match: { id_number: string } };

const gateway = await fileGateway();
beforeAll(async () => {
  for (const clientId of ['mps-county', 'edu-county']) {
    await (await as(clientId)).intake(recordsOf(clientId, { people: 2, today: TODAY }));
  }
  const [record] = recordsOf('edu-county', { people: 2, today: TODAY });
  subject = { match: { id_number: (record as unknown as typeof subject).match.id_number } };
});

function as(clientId: string, more: object = {}): Promise<Fieldgate> {
  const { sig, enc } = gateway.agency(clientId);
  const person = { id: ASK.officer, roles: ['casework', 'release'], office: clientId } as const;
  const actorToken = async () => (await gateway.signIn?.(person)) ?? '';
  const acts = clientId === 'edu-county' && { actorToken };
  return connect({ issuer: gateway.url, clientId, key: sig, enc, ...acts, ...more });
}

async function released(gate: Fieldgate) {
  const { results, receipts } = await gate.release({ ...ASK, subjects: [subject] });
  return { receipt: results[0]?.receipt as Receipt, receipts };
}

/** A fetch that changes the gateway's proofs. */
function changing(change: (body: Proof) => object): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (!String(input).includes(PROOF) || !answer.ok) return answer;
    return json(change((await answer.json()) as Proof));
  };
}

const test = plain.extend('gate', () => as('edu-county'));

describe('before the tree contains the entry', () => {
  test('a release says that receipts are unchecked, and a check that there is no place yet', async () => {
    const gate = await as('edu-county');
    const { receipt, receipts } = await released(gate);
    expect(receipts).toBe('unchecked');
    expect(await gate.checkReceipt(receipt)).toEqual({ entry: receipt.entry, place: null });
  });

  test('a check waits for the tree on request', async ({ gate }) => {
    const { receipt } = await released(gate);
    const waiting = gate.checkReceipt(receipt, { wait: 10_000 });
    await gateway.sequencer.step();
    expect((await waiting).place).toMatchObject({ index: expect.any(Number) });
  });
});

describe('once it does', () => {
  let receipt: Receipt;
  beforeAll(async () => {
    ({ receipt } = await released(await as('edu-county')));
    await gateway.sequencer.step();
  });

  test('a release has its receipts checked as signed, and a check leads to a signed checkpoint', async () => {
    const gate = await as('edu-county');
    expect((await released(gate)).receipts).toBe('signed');
    const { place } = await gate.checkReceipt(receipt);
    expect(place?.checkpoint).toMatch(/^fieldgate\.local\/log\n/);
    expect(place?.index).toBeLessThan(place?.size ?? 0);
  });

  test('sealed answers too', async ({ gate }) => {
    const { receipts } = await gate.release({ ...ASK, subjects: [subject], sealed: true });
    expect(receipts).toBe('signed');
  });

  const other = RECEIPT.leafHash;
  test.each<[string, (good: Receipt) => Receipt]>([
    ['another hash', (good) => ({ ...good, leafHash: other })],
    ['another signature', (good) => ({ ...good, signature: RECEIPT.signature })],
    ['a signature with a flipped bit', (good) => ({ ...good, signature: flipped(good.signature) })],
    ['the place of another entry', (good) => ({ ...good, entry: `${good.writer}-0-0`, seq: 0 })],
    ['a number that is not that of its entry', (good) => ({ ...good, seq: good.seq + 1 })],
    ['an id with leading zeros', (good) => ({ ...good, entry: good.entry.replace(/-0$/, '-00') })],
    ['a hash that is not in canonical base64', (good) => ({ ...good, leafHash: good.leafHash.slice(0, -1) })],
  ])('does not take a receipt with %s', async (_what, change) => {
    const gate = await as('edu-county');
    await expect(gate.checkReceipt(change(receipt))).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
    await gate.checkReceipt(receipt);
  });

  test('an entry that the log never had is not found', async ({ gate }) => {
    await expect(gate.checkReceipt(RECEIPT)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each<[string, (body: Proof) => object]>([
    ['another place', ({ index, ...body }) => ({ ...body, index: index - 1 })],
    ['a longer tree', ({ size, ...body }) => ({ ...body, size: size + 1 })],
    ['a proof that is cut', ({ proof, ...body }) => ({ ...body, proof: proof.slice(1) })],
    [
      'a changed checkpoint',
      (body) => ({ ...body, checkpoint: body.checkpoint.replace(/\n\d+\n/, '\n1\n') }),
    ],
    ['a writer key that the log did not sign', (body) => ({ ...body, writerKey: body.checkpoint })],
    ['the certificate of no writer', (body) => ({ ...body, certificate: btoa('{}') })],
    ['a certificate with another key', (body) => ({ ...body, certificate: forged(body.certificate) })],
    ['nothing in it', () => ({})],
  ])('does not take a proof with %s', async (_what, change) => {
    const gate = await as('edu-county', { fetch: changing(change) });
    await expect(gate.checkReceipt(receipt)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
  });

  test('accepts only the pinned key of the log', async () => {
    const text = await (await fetch(`${gateway.url}/log/key`)).text();
    await (await as('edu-county', { logKey: text })).checkReceipt(receipt);
    const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    const logKey = formatVerifier(
      makeVerifier(sha256, 'fieldgate.local/log', Buffer.from(x as string, 'base64url')),
    );
    const gate = await as('edu-county', { logKey });
    await expect(gate.checkReceipt(receipt)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
    await expect(released(gate)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
  });
});

describe('two checkpoints of the log', () => {
  const CONSISTENCY = '/v1/log/proofs/consistency';
  async function twice(gate: Fieldgate) {
    const first = await gate.checkReceipt((await stepped(gate)).receipt);
    return { first, second: await gate.checkReceipt((await stepped(gate)).receipt) };
  }
  async function stepped(gate: Fieldgate) {
    const done = await released(gate);
    await gateway.sequencer.step();
    return done;
  }

  test('must continue each other, over connections if the first one was kept', async () => {
    const { first, second } = await twice(await as('edu-county'));
    expect(second.place?.size).toBeGreaterThan(first.place?.size ?? 0);
    const gate = await as('edu-county', { checkpoint: first.place?.checkpoint });
    expect((await gate.checkReceipt((await stepped(gate)).receipt)).place).not.toBeNull();
  });

  test('are refused without a proof that leads from one to the other', async () => {
    for (const proof of [[], ['x'], [RECEIPT.leafHash], null]) {
      const gate = await as('edu-county', {
        fetch: (async (input, init) =>
          String(input).includes(CONSISTENCY) ? json({ proof }) : fetch(input, init)) as typeof fetch,
      });
      await expect(twice(gate)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
    }
  });

  test('a kept one without the signature of this log is refused', async () => {
    const { receipt } = await stepped(await as('edu-county'));
    const { place } = await (await as('edu-county')).checkReceipt(receipt);
    for (const checkpoint of ['', (place?.checkpoint ?? '').replace(/\n\d+\n/, '\n1\n')]) {
      const gate = await as('edu-county', { checkpoint });
      await expect(gate.checkReceipt(receipt)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
    }
  });
});

test.each([
  ['no receipt', {}],
  ['a receipt of another writer than its entry', { receipt: { ...RECEIPT, writer: 'f'.repeat(32) } }],
  ['text', { receipt: 'receipt' }],
])('an answer with %s is not taken', async (_what, more) => {
  const fake = fakeGateway();
  const result = { refused: { code: 'REFUSED' }, ...more };
  fake.on('/v1/releases', json({ release: 'r', purpose: 'S1', results: [result] }));
  const gate = await connected(fake);
  const lost = gate.release({ purpose: 'S1', subjects: [{ ref: 'r' }] });
  await expect(lost).rejects.toMatchObject({ code: 'RECEIPT_INVALID' });
});

test('an answer without an available proof is returned unchecked, without repeated requests', async () => {
  const fake = fakeGateway();
  const result = { refused: { code: 'REFUSED' }, receipt: RECEIPT };
  fake.on('/v1/releases', json({ release: 'r', purpose: 'S1', results: [result] }));
  fake.on(PROOF, problem(503, 'STORE_UNAVAILABLE'));
  const gate = await connected(fake);
  const ask = () => gate.release({ purpose: 'S1', subjects: [{ ref: 'r' }] });
  expect([(await ask()).receipts, (await ask()).receipts]).toEqual(['unchecked', 'unchecked']);
  expect(fake.calls(PROOF)).toHaveLength(1);
});

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  return bytes.toString('base64');
}

/** The certificate with a key of ours in place of the writer's. */
function forged(encoded: string): string {
  const leaf = JSON.parse(Buffer.from(encoded, 'base64').toString());
  leaf.certificate.key = Buffer.alloc(32, 7).toString('base64');
  return Buffer.from(JSON.stringify(leaf)).toString('base64');
}
