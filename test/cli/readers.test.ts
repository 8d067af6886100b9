/** What readers see of witnesses: a receipt, its file without a network, the morning's screen, and a sidecar that is a witness. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLogKey } from '../../infra/cli/log/files.ts';
import { quorumInWords } from '../../infra/cli/log/witnesses.ts';
import { createKeeper } from '../../infra/cli/witness/keeper.ts';
import { recordsOf } from '../../infra/local/sample/records.ts';
import { connect } from '../../shared/client/connect.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { formatCosigner } from '../../shared/tree/cosignature.ts';
import { parsePolicy } from '../../shared/tree/witness-policy.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { nameWitnesses } from '../witness/named.ts';
import { fieldgate, putAgency } from './run.ts';
import { ask, startSidecar } from './sidecar/support.ts';

const folder = sharedFolder();
let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });
const own = (name: string) => join(folder, name);
const OFFICES = ['mps-county', 'edu-county', 'audit-office'] as const;
const TODAY = '2026-11-25';
let named: Awaited<ReturnType<typeof nameWitnesses>>;
const pass = () => {
  ahead += 61_000;
};
const prove = async (receipt: string, ...words: string[]) => {
  const { code, stdout, stderr } = await fieldgate(folder, ['log', 'prove', own(receipt), ...words]);
  return { code, said: stdout + stderr };
};

beforeAll(async () => {
  for (const office of OFFICES) putAgency(folder, gateway.agency(office));
  for (const office of ['mps-county', 'edu-county'] as const) {
    const { sig } = gateway.agency(office);
    const gate = await connect({ issuer: gateway.url, clientId: office, key: sig });
    await gate.intake(recordsOf(office, { people: 1, today: TODAY }));
  }
  const { sig } = gateway.agency('edu-county');
  const actorToken = async () =>
    (await gateway.signIn?.({ id: 'zhang.wei', roles: ['release'], office: 'edu-county' })) ?? '';
  const gate = await connect({ issuer: gateway.url, clientId: 'edu-county', key: sig, actorToken });
  const [record] = recordsOf('edu-county', { people: 1, today: TODAY });
  const { match } = record as unknown as { match: { id_number: string } };
  const why = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
  for (const name of ['receipt.json', 'other.json']) {
    const subjects = [{ match: { id_number: match.id_number } }];
    const { results } = await gate.release({ ...why, subjects, fields: ['school_name'] });
    writeFileSync(own(name), JSON.stringify(results[0]?.receipt));
  }
  await gateway.sequencer.step();
  const key = await (await fetch(`${gateway.url}/log/key`)).text();
  const mine = createKeeper(own('mine'), 'mps-county.witness', readLogKey(key));
  const also = [`witness mine ${formatCosigner(mine)}`];
  named = await nameWitnesses(gateway, { types: [4, 4, 4], also, pass });
  await named.round(0, 1, 2);
  writeFileSync(own('policy'), named.policy);
});

it('a sidecar is a witness by one option, and judges receipts by the policy that it was given', async () => {
  const { url } = await startSidecar(folder, 'mps-county', ['--witness', 'mine', '--policy', 'policy']);
  const seen = async () => (await gateway.tree.witnessed.read())?.includes('— mps-county.witness ') ?? false;
  await expect
    .poll(
      async () => {
        await gateway.sequencer.step();
        return seen();
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true);
  const receipt = JSON.parse(readFileSync(own('receipt.json'), 'utf8'));
  const { json } = await ask(url, 'POST', '/receipt', { receipt });
  expect(json.witnessed).toMatchObject({ fault: null, without: [] });
  // In a new folder it makes a key of its own.
  await startSidecar(folder, 'edu-county', ['--witness', 'new']);
  expect(readFileSync(own('new/witness.vkey'), 'utf8')).toMatch(/^edu-county\.witness\+/);
}, 90_000);

describe('a receipt', () => {
  const with_ = ['--policy', 'policy'];

  it('is shown with its witnesses, and its proof holds later without a network', async () => {
    const shown = await prove('receipt.json', '--as', 'edu-county', ...with_, '--save', 'kept.tlog-proof');
    expect(shown).toMatchObject({ code: 0, said: expect.stringMatching(/cosigned by [23] of 3, \d+ s ago/) });
    const offline = ['--policy', 'policy', '--proof', 'kept.tlog-proof', '--url', 'http://127.0.0.1:1'];
    expect(await prove('receipt.json', ...offline)).toMatchObject({
      ...{ code: 0, said: expect.stringContaining('✓ cosigned by') },
    });
    expect(await prove('other.json', ...offline)).toMatchObject({
      ...{ code: 1, said: expect.stringContaining('no proof of this receipt') },
    });
    expect((await prove('receipt.json', '--proof', 'kept.tlog-proof')).code).toBe(2);
    writeFileSync(own('all'), named.policy.replace('enough 2', 'enough all'));
    const cut = readFileSync(own('kept.tlog-proof'), 'utf8').replace(/— w1.*\n/, '');
    writeFileSync(own('cut.tlog-proof'), cut);
    expect(await prove('receipt.json', '--policy', 'all', '--proof', 'cut.tlog-proof')).toMatchObject({
      ...{ code: 1, said: expect.stringMatching(/Too few witnesses.*missing w1/) },
    });
  });

  it('that no checkpoint with its quorum covers is told whose is missing', () => {
    const nested = named.policy.replace('group enough 2 w0 w1', 'group pair any w0 w1\ngroup enough 2 pair');
    expect(quorumInWords(parsePolicy(sha256, nested))).toBe('2 of 2 (1 of 2 (w0, w1), w2)');
  });

  it('without a policy claims nothing of witnesses', async () => {
    expect(await prove('receipt.json', '--as', 'edu-county')).toMatchObject({
      ...{ code: 0, said: expect.stringMatching(/Cosigned by +not asked/) },
    });
  });
});

describe('the morning’s screen', () => {
  /** The file was not named: it may be the gateway's own list. */
  const FOUND = String.raw` \(by \.fieldgate/witness/policy, which was not named\)\n`;
  const today = () => fieldgate(folder, ['today', '--as', 'audit-office']);

  it('says how many cosigned and when, by the policy of the folder', async () => {
    expect((await today()).stdout).toMatch(/Cosigned by: not asked/);
    mkdirSync(own('.fieldgate/witness'), { recursive: true });
    writeFileSync(own('.fieldgate/witness/policy'), named.policy);
    await named.round(0, 1, 2);
    const all = await today();
    const said = new RegExp(String.raw`✓ cosigned by 3 of 3, \d+ s ago${FOUND}`);
    expect([all.code, all.stdout]).toEqual([0, expect.stringMatching(said)]);
  });

  it('names a witness that is away, and those that are too few', async () => {
    await gateway.put('mps-county', { match: { id_number: '99000120130506001X' }, fields: { name: '张三' } });
    // The round waits so long for the witness of the sidecar.
    ahead += 20_000;
    await named.round(1, 2);
    expect((await today()).stdout).toMatch(
      new RegExp(String.raw`✓ cosigned by 2 of 3, \d+ s ago; without w0${FOUND}`),
    );
    const note = await gateway.tree.witnessed.read();
    await gateway.tree.witnessed.swap(note, note?.replace(/— w1.*\n/, '') ?? '');
    const few = await today();
    expect([few.code, few.stdout]).toEqual([1, expect.stringMatching(/! Too few witnesses: .*missing/)]);
    await gateway.tree.witnessed.swap(note?.replace(/— w1.*\n/, '') ?? '', note ?? '');
  });

  it('tells a log that is shown frozen from one that is quiet', async () => {
    // Nothing was written: what was cosigned an hour ago and again now is fresh.
    const before = await gateway.tree.witnessed.read();
    await named.round(0, 1, 2);
    expect((await today()).code).toBe(0);
    const ago = async (seconds: number) => {
      const old = await named.cosigned((before ?? '').split('\n').slice(0, 5).join('\n'), seconds);
      await gateway.tree.witnessed.swap(await gateway.tree.witnessed.read(), old);
    };
    await ago(180);
    const late = await today();
    expect([late.code, late.stdout]).toEqual([
      0,
      expect.stringMatching(/! cosigned by 3 of 3, 3 min ago; not enough/),
    ]);
    await ago(3600);
    const frozen = await today();
    expect([frozen.code, frozen.stdout]).toEqual([1, expect.stringMatching(/! .*shown frozen/)]);
  });
});
