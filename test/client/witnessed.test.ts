/** A receipt under the reader's own policy of witnesses: what the client says, and the file that holds without a network. */
import { beforeAll, describe, expect, it } from 'vitest';
import { recordsOf } from '../../infra/local/sample/records.ts';
import { connect } from '../../shared/client/connect.ts';
import { openWitnessed } from '../../shared/client/evidence/witnessed.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { formatVerifier } from '../../shared/tree/note.ts';
import { parsePolicy } from '../../shared/tree/witness-policy.ts';
import { fileGateway } from '../support/gateway.ts';
import { makeLog } from '../witness/log.ts';
import { nameWitnesses } from '../witness/named.ts';

let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });
const PROOF = '/v1/log/proofs/inclusion';
let named: Awaited<ReturnType<typeof nameWitnesses>>;
/** The first two were witnessed, the last one was not. */
let receipts: Receipt[] = [];

const TODAY = '2026-11-25';
const [record] = recordsOf('edu-county', { people: 1, today: TODAY });
const { match } = record as unknown as { match: { id_number: string } };
const WHY = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5', fields: ['name'] };

function as(more: object = {}, clientId = 'edu-county') {
  const { sig, enc } = gateway.agency(clientId);
  const person = { id: WHY.officer, roles: ['casework', 'release'], office: clientId } as const;
  const actorToken = async () => (await gateway.signIn?.(person)) ?? '';
  const acts = clientId === 'edu-county' && { actorToken };
  return connect({ issuer: gateway.url, clientId, key: sig, enc, ...acts, ...more });
}

async function received(): Promise<Receipt> {
  const { results } = await (await as()).release({
    ...WHY,
    subjects: [{ match: { id_number: match.id_number } }],
  });
  return results[0]?.receipt as Receipt;
}

const policyOf = (change: (text: string) => string = (text) => text) => change(named.policy);

beforeAll(async () => {
  for (const clientId of ['mps-county', 'edu-county'])
    await (await as({}, clientId)).intake(recordsOf(clientId, { people: 1, today: TODAY }));
  receipts = [await received(), await received()];
  await gateway.sequencer.step();
  named = await nameWitnesses(gateway, {
    pass: () => {
      ahead += 61_000;
    },
  });
  await named.round(0, 2);
  receipts.push(await received());
  await gateway.sequencer.step();
});

describe('a receipt', () => {
  it('is vouched for by the witnesses of the policy, and the proof is kept', async () => {
    const gate = await as({ policy: policyOf(), fresh: 3600 });
    const [receipt] = receipts as [Receipt];
    const { witnessed, place } = await gate.checkReceipt(receipt);
    expect(place).not.toBeNull();
    expect(witnessed).toMatchObject({ fault: null, without: ['w1'], unchecked: [] });
    expect(witnessed?.by.map(({ name }) => name).sort()).toEqual(['w0', 'w2']);
    expect(witnessed?.proof).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/);
    // Without a network, and for this receipt alone.
    const policy = parsePolicy(sha256, policyOf());
    const open = (leafHash: string, log = named.log) =>
      openWitnessed(policy, log, { text: witnessed?.proof ?? '', leafHash });
    expect((await open(receipt.leafHash))?.said.fault).toBeNull();
    expect(await open(receipts[1]?.leafHash ?? '')).toBeNull();
    expect((await open(receipt.leafHash, makeLog().log))?.said.fault).toBe('UNSIGNED');
  });

  it('is not, while no witnessed checkpoint covers it', async () => {
    const gate = await as({ policy: policyOf() });
    expect((await gate.checkReceipt(receipts[2] as Receipt)).witnessed).toMatchObject({
      ...{ fault: 'NOTHING', proof: null, without: ['w0', 'w1', 'w2'] },
    });
  });

  it('needs the quorum of the reader, whatever the operator wants', async () => {
    const all = await as({ policy: policyOf((text) => text.replace('enough 2', 'enough all')) });
    expect((await all.checkReceipt(receipts[0] as Receipt)).witnessed).toMatchObject({
      ...{ fault: 'FEW', without: ['w1'] },
    });
    const fresh = await as({ policy: policyOf(), fresh: 60 });
    await expect(fresh.checkReceipt(receipts[0] as Receipt)).resolves.toMatchObject({
      witnessed: { fault: null },
    });
    ahead += 3_600_000;
    const late = await as({ policy: policyOf(), fresh: -1 });
    expect((await late.checkReceipt(receipts[0] as Receipt)).witnessed?.fault).toBe('OLD');
  });

  it('pins the log by the policy, and takes none that demands nothing or names another log', async () => {
    const { log } = makeLog();
    const other = policyOf((text) => text.replace(/^log .*/, `log ${formatVerifier(log)}`));
    const gate = await as({ policy: other });
    await expect(gate.checkReceipt(receipts[0] as Receipt)).rejects.toMatchObject({
      code: 'RECEIPT_INVALID',
    });
    const none = policyOf((text) => text.replace('quorum enough', 'quorum none'));
    await expect(as({ policy: none })).rejects.toMatchObject({ fault: 'NONE' });
    const key = formatVerifier(named.log);
    await expect(as({ policy: other, logKey: key })).rejects.toMatchObject({ fault: 'OTHER_LOG' });
  });

  it('does not hold with a proof of another leaf, a bent cosignature, or one of another size', async () => {
    const bent = (change: (text: string) => string) =>
      as({
        policy: policyOf(),
        fetch: async (input: string, init: RequestInit) => {
          const answer = await fetch(input, init);
          const isFile = input.includes(PROOF) && answer.headers.get('content-type')?.startsWith('text/');
          return isFile ? new Response(change(await answer.text()), { headers: answer.headers }) : answer;
        },
      });
    const check = async (change: (text: string) => string) =>
      (await bent(change)).checkReceipt(receipts[0] as Receipt);
    const invalid = { code: 'RECEIPT_INVALID' };
    await expect(check((text) => text.replace(/index \d+/, 'index 0'))).rejects.toMatchObject(invalid);
    await expect(check((text) => text.replace('index', 'place'))).rejects.toMatchObject(invalid);
    const flipped = await check((text) =>
      text.replace(/(— w0\S+ \S{20})(.)/, (_, before, letter) => before + (letter === 'A' ? 'B' : 'A')),
    );
    expect(flipped.witnessed?.fault).toBe('UNSIGNED');
    const cut = await check((text) => text.replace(/— w0.*\n/, ''));
    expect(cut.witnessed?.fault).toBe('FEW');
  });
});

it('an unknown entry has no file, and one outside the tree has none yet', async () => {
  const text = (entry: string) =>
    gateway.call(
      'mps-county',
      { actions: ['casework'], officer: 'gao.feng', reason: 'a receipt' },
      'GET',
      `${PROOF}?entry=${entry}`,
      undefined,
      {
        accept: 'text/plain',
      },
    );
  expect((await text(`${'0'.repeat(32)}-1-0`)).json.code).toBe('NOT_FOUND');
  expect((await text((await received()).entry)).json.code).toBe('CONFLICT');
});
