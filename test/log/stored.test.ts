/** Items as the table holds them, read from docs/formats/log.md and node:crypto only; and what DynamoDB bills for them. */
import { createDecipheriv, hash, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { fileGateway } from '../support/gateway.ts';
import { itemSize } from '../support/item-size.ts';
import { freshNumber } from '../support/people.ts';
import { decision, openLog, type TestLog } from './log.ts';

const page = readFileSync(new URL('../../docs/formats/log.md', import.meta.url), 'utf8');
const actors = (page.split('| member of the actor | content |\n|---|---|\n')[1] ?? '')
  .split('\n\n')[0]
  ?.split('\n')
  .map((row) => /^\| `(\w+)`/.exec(row)?.[1] ?? '') as string[];

let log: TestLog;
let receipts: Receipt[];
const OFFICER = 'an officer whose name is in both entries, and longer than sixty-four characters';
beforeAll(async () => {
  log = await openLog();
  receipts = await log
    .writer()
    .append([
      decision({ kind: 'attempt', words: { officer: OFFICER } }),
      decision({ words: { officer: OFFICER } }),
    ]);
});
afterAll(() => log.close());

const stored = async (table: string) =>
  (await log.dynamo.send(new ScanCommand({ TableName: table }))).Items ?? [];
const bytesOf = (value: AttributeValue | undefined) => Buffer.from(value?.B ?? []);

function opened(key: Buffer, sealed: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  cipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
}

test('a leaf that names no kind follows from its item and the bytes of its commitments', async () => {
  const item = (await stored(log.table)).find(({ seq }) => seq?.N === '1') ?? {};
  expect(item['leaves']?.L?.map((one) => Object.keys(one))).toEqual([['B'], ['B']]);
  const writer = item['writer']?.S;
  item['leaves']?.L?.forEach((one, leaf) => {
    const text = JSON.stringify({
      committed: bytesOf(one).toString('base64'),
      id: `${writer}-1-${leaf}`,
      leaf,
      previous: bytesOf(item['previous']).toString('base64'),
      seq: 1,
      time: item['at']?.S,
      v: 2,
      writer,
    });
    const leafHash = hash('sha256', Buffer.concat([Buffer.of(0), Buffer.from(text)]), 'buffer');
    expect(leafHash.toString('base64')).toBe(receipts[leaf]?.leafHash);
  });
  // A leaf that names its kind is stored as it is.
  const first = (await stored(log.table)).find(({ seq }) => seq?.N === '0');
  expect(JSON.parse(first?.['leaves']?.L?.[0]?.S ?? '')).toMatchObject({ kind: 'writer' });
});

test("an actor's half is places, lengths and texts, and a text of several leaves lies once in the item", async () => {
  const item = (await stored(log.table)).find(({ seq }) => seq?.N === '1') ?? {};
  const [epoch] = await stored(log.wordsTable);
  const number = (value: number, width: number) => {
    const bytes = Buffer.alloc(width);
    bytes.writeUIntBE(value, width - 4, 4);
    return bytes;
  };
  const texts = [0, 1].map((leaf) => {
    const parts = [bytesOf(epoch?.['actor']), number(1, 8), number(leaf, 4)];
    const secret = hash('sha256', Buffer.concat([Buffer.from('fieldgate actor v2\n'), ...parts]), 'buffer');
    const half = Buffer.from(hkdfSync('sha256', secret, '', 'fieldgate half v2', 32));
    const plain = opened(half, bytesOf(item['actors']?.L?.[leaf]));
    expect(plain.length % 64).toBe(0);
    const found: Record<string, string> = {};
    for (let at = 0; at < plain.length && plain[at] !== 0xff; ) {
      const [place, value] = [plain.readUInt8(at), plain.readUIntBE(at + 1, 3)];
      const rest = plain.subarray(at + 4);
      if (place < 0x80) {
        found[actors[place] ?? ''] = rest.subarray(0, value).toString('utf8');
        at += 4 + value;
      } else {
        const shared = opened(rest.subarray(0, 32), bytesOf(item['shared']?.L?.[value]));
        found[actors[place - 0x80] ?? ''] = shared.subarray(3, 3 + shared.readUIntBE(0, 3)).toString('utf8');
        at += 36;
      }
    }
    return found;
  });
  expect(item['shared']?.L).toHaveLength(1);
  expect(texts.map(({ kind, officer, purpose }) => [kind, officer, purpose])).toEqual([
    ['"attempt"', JSON.stringify(OFFICER), '"S1"'],
    ['"decision"', JSON.stringify(OFFICER), '"S1"'],
  ]);
});

test('the attempt of a release takes two write units, and its decision on six fields of three owners three', async () => {
  const gateway = await fileGateway();
  const match = { id_number: freshNumber() };
  await gateway.put('mps-county', { match, fields: { name: '张三', sex: '1' } });
  await gateway.put('mca-county', {
    match,
    fields: { division_code: '990001001', guardianship_status: 'normal' },
  });
  await gateway.put('edu-county', {
    match,
    fields: { schooling_status: 'primary', school_name: '某县第一小学' },
  });
  const fields = ['name', 'sex', 'division_code', 'guardianship_status', 'school_name', 'schooling_status'];
  const details = {
    actions: ['release'],
    purpose: 'S1',
    officer: 'zhang.wei',
    reason: 'winter subsidy, grade 5',
  };
  const body = { collection: 'children', subjects: [{ match }], fields };
  const { json } = await gateway.call('edu-county', details, 'POST', '/v1/releases', body);
  const { writer, seq } = json.results[0].receipt;
  const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.logTable }));
  const units = (at: number) =>
    Items.filter((item) => item['writer']?.S === writer && item['seq']?.N === String(at)).map((item) =>
      Math.ceil(itemSize(item) / 1024),
    );
  expect([units(seq - 1), units(seq)]).toEqual([[2], [3]]);
});
