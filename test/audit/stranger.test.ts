/** A live log and its receipts under the verifier of `test/log/python`, which was written from the format page alone. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signaturesPath } from '../../shared/tree/signatures.ts';
import { tilePath } from '../../shared/tree/tiles.ts';
import { appendMany } from '../log/log.ts';
import { tilesOf } from '../support/tiles.ts';
import { openRig, type Rig } from './rig.ts';

const PYTHON = '/usr/bin/python3';
const there = spawnSync(PYTHON, ['-c', 'import cryptography']).status === 0;
const flip = (text: string) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;

describe.skipIf(!there)('a stranger (skipped without python3-cryptography)', () => {
  let rig: Rig;
  let folder: string;
  let key: string;
  let receipt: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: an answer as it comes
  let proof: any;

  const check = (...args: string[]) => {
    const { status, stdout } = spawnSync(PYTHON, ['test/log/python/check.py', ...args], { encoding: 'utf8' });
    return [status, stdout.trim()];
  };
  const checkReceipt = (one: object, answer: object) => {
    const files = ['receipt.json', 'proof.json'].map((name) => join(folder, name));
    for (const [i, value] of [one, answer].entries()) writeFileSync(files[i] ?? '', JSON.stringify(value));
    return check(...files, key);
  };
  const save = async (path: string) => {
    const response = await rig.request(`/log/${path}`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), Buffer.from(await response.arrayBuffer()));
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fieldgate-stranger-'));
    rig = await openRig();
    await rig.register('audit-office', ['PLC'], ['audit']);
    for (const count of [1, 5, 250, 300]) {
      [receipt = {}] = (await appendMany(rig.log, count)) as unknown as Record<string, unknown>[];
      await rig.sequencer.step();
    }
    key = (await (await rig.request('/log/key')).text()).trim();
    const path = `/v1/log/proofs/inclusion?entry=${receipt['entry']}`;
    proof = (await rig.get('audit-office', 'audit', path)).json;
    for (const path of ['checkpoint', 'writer-key']) await save(path);
    for (const tile of tilesOf(proof.size)) {
      await save(tilePath(tile));
      if (tile.level === 'entries') await save(signaturesPath(tile.index, tile.width));
    }
  });
  afterAll(async () => {
    await rig.close();
    rmSync(folder, { recursive: true });
  });

  test('verifies a log whose items have several leaves', () => {
    expect(check(folder, key)).toEqual([0, `ok ${proof.size} 1`]);
  });

  test('checks a receipt by its proof of inclusion', () => {
    expect(checkReceipt(receipt, proof)).toEqual([0, `ok ${proof.index} ${proof.size}`]);
  });

  test('takes no other receipt and no other proof', () => {
    const other = { ...proof, proof: [flip(proof.proof[0]), ...proof.proof.slice(1)] };
    const cases: [object, object, string][] = [
      [{ ...receipt, leafHash: flip(String(receipt['leafHash'])) }, proof, 'receipt: signature'],
      [{ ...receipt, signature: flip(String(receipt['signature'])) }, proof, 'receipt: signature'],
      [{ ...receipt, seq: 3 }, proof, 'receipt: place'],
      [receipt, { ...proof, index: proof.index + 1 }, 'proof: root'],
      [receipt, other, 'proof: root'],
      [receipt, { ...proof, proof: proof.proof.slice(1) }, 'proof: root'],
      [receipt, { ...proof, size: proof.size - 1 }, 'proof: of something else'],
    ];
    for (const [one, answer, fault] of cases) expect(checkReceipt(one, answer)).toEqual([1, `bad ${fault}`]);
  });
});
