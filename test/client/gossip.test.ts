/** The checkpoint that comes with each answer: a client that was shown two histories holds the proof. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordsOf } from '../../infra/local/sample/records.ts';
import { connect } from '../../shared/client/connect.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { HEAD_HEADER, openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { parseVerifier, signNote, type Verifier } from '../../shared/tree/note.ts';
import { checkFork } from '../../shared/witness/fork.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });
const WHY = {
  purpose: 'S1',
  officer: 'zhang.wei',
  reason: 'winter subsidy, grade 5',
  fields: ['school_name'],
};
const TODAY = '2026-11-25';
let receipt: Receipt;
let log: Verifier;

const actorToken = async () =>
  (await gateway.signIn?.({ id: 'zhang.wei', roles: ['release'], office: 'edu-county' })) ?? '';
const as = (more: object = {}, clientId = 'edu-county') => {
  const { sig } = gateway.agency(clientId);
  return connect({ issuer: gateway.url, clientId, key: sig, ...more });
};
/** The checkpoint of an answer, once the functions have read what the sequencer told them. */
async function shown(): Promise<string> {
  ahead += 5_000;
  const { headers } = await gateway.call('mps-county', { actions: ['intake'] }, 'GET', '/v1/whoami');
  return Buffer.from(headers.get(HEAD_HEADER) ?? '', 'base64').toString();
}
/** A client whose answers come with these heads, one after the other. */
const telling = (...notes: string[]) =>
  as({
    fetch: async (input: string, init: RequestInit) => {
      const answer = await fetch(input, init);
      const headers = new Headers(answer.headers);
      const note = notes.length > 1 ? notes.shift() : notes[0];
      headers.delete(HEAD_HEADER);
      if (note !== undefined && answer.ok) headers.set(HEAD_HEADER, Buffer.from(note).toString('base64'));
      return new Response(answer.body, { status: answer.status, headers });
    },
  });

beforeAll(async () => {
  for (const office of ['mps-county', 'edu-county'])
    await (await as({}, office)).intake(recordsOf(office, { people: 1, today: TODAY }));
  const [record] = recordsOf('edu-county', { people: 1, today: TODAY });
  const { match } = record as unknown as { match: { id_number: string } };
  const subjects = [{ match: { id_number: match.id_number } }];
  const { results } = await (await as({ actorToken })).release({ ...WHY, subjects });
  receipt = results[0]?.receipt as Receipt;
  await gateway.sequencer.step();
  const key = (await (await fetch(`${gateway.url}/log/key`)).text()).trim();
  log = parseVerifier(sha256, key) as Verifier;
});

describe('an answer', () => {
  it('comes with a checkpoint that the log has signed, and follows it', async () => {
    const before = await openCheckpoint(Buffer.from(await shown()), log, verifyEd25519);
    await gateway.put('mps-county', { match: { id_number: freshNumber() }, fields: { name: '张三' } });
    await gateway.sequencer.step();
    const after = await openCheckpoint(Buffer.from(await shown()), log, verifyEd25519);
    expect(after?.size).toBeGreaterThan(before?.size ?? Number.NaN);
  });

  it('without a token, or that is a refusal, comes with none', async () => {
    await shown();
    const open = await fetch(`${gateway.url}/.well-known/oauth-authorization-server`);
    expect([open.status, open.headers.get(HEAD_HEADER)]).toEqual([200, null]);
    const refused = await gateway.call('mps-county', { actions: ['intake'] }, 'GET', '/v1/log/entries');
    expect([refused.status >= 400, refused.headers.get(HEAD_HEADER)]).toEqual([true, null]);
  });
});

describe('a client', () => {
  it('is content with heads of one history, older ones too', async () => {
    const old = await shown();
    await gateway.put('mps-county', { match: { id_number: freshNumber() }, fields: { name: '张三' } });
    await gateway.sequencer.step();
    const gate = await telling(old, await shown(), old);
    expect((await gate.checkReceipt(receipt)).place).not.toBeNull();
  });

  it('takes the head of the empty log, of which there is one', async () => {
    for (const [root, code] of [
      [Buffer.from(sha256(new Uint8Array())).toString('base64'), undefined],
      [`${'A'.repeat(43)}=`, 'RECEIPT_INVALID'],
    ]) {
      const text = `${log.name}\n0\n${root}\n`;
      const signature = await kmsSign(gateway.kms, gateway.env.logKey, 'ED25519_SHA_512', Buffer.from(text));
      const gate = await telling(signNote(text, log, signature));
      const said = await gate.checkReceipt(receipt).catch((error) => error);
      expect(said.code).toBe(code);
    }
  });

  it('that was shown two histories has a proof for anyone, of one size and of two', async () => {
    const note = await shown();
    const head = (await openCheckpoint(Buffer.from(note), log, verifyEd25519)) ?? expect.fail();
    for (const size of [head.size, head.size - 1, head.size - 2]) {
      const text = `${log.name}\n${size}\n${'A'.repeat(43)}=\n`;
      const signature = await kmsSign(gateway.kms, gateway.env.logKey, 'ED25519_SHA_512', Buffer.from(text));
      const other = signNote(text, log, signature);
      const error = await (await telling(other)).checkReceipt(receipt).catch((error) => error);
      expect([size, error.code]).toEqual([size, 'RECEIPT_INVALID']);
      // The proof of a complete subtree omits its root: then both notes are kept by a witness alone.
      if (Number.isInteger(Math.log2(size))) continue;
      const sizes = await checkFork(JSON.parse(JSON.stringify(error.fork)), log, sha256, verifyEd25519);
      expect(sizes).toEqual([size, head.size]);
    }
  });

  it('takes no head of another key for the log’s', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const text = `${log.name}\n1\n${'A'.repeat(43)}=\n`;
    const forged = `${text}\n— ${log.name} ${Buffer.concat([Buffer.from(log.id, 'hex'), sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`;
    const error = await (await telling(forged)).checkReceipt(receipt).catch((error) => error);
    expect([error.code, error.fork]).toEqual(['RECEIPT_INVALID', undefined]);
  });
});
