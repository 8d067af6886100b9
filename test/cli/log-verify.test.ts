import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatVerifier } from '../../shared/tree/note.ts';
import { chainOf, counted, filesOf, mirrorKeys, type Signed, writeFiles } from '../log/mirror.ts';
import { openCase } from '../support/cases.ts';
import { sharedFolder } from '../support/folder.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { fieldgate, putAgency } from './run.ts';

const folder = sharedFolder();

describe('a mirror', () => {
  const keys = mirrorKeys();
  const key = formatVerifier(keys.log);
  const good = [...chainOf(keys, 200), ...chainOf(keys, 150)];
  const idOf = ({ leaf }: Signed) => JSON.parse(Buffer.from(leaf).toString()).id;
  let count = 0;

  const verify = async (files: ReadonlyMap<string, Uint8Array>, state = `state-${count++}`, vkey = key) => {
    const dir = mkdtempSync(join(folder, 'mirror-'));
    writeFiles(dir, files);
    const run = await fieldgate(folder, [
      'log',
      'verify',
      '--dir',
      dir,
      '--key',
      vkey,
      '--state',
      state,
      '--json',
    ]);
    return { code: run.code, ...run.json() };
  };
  const at = (n: number) => good[n] as Signed;

  test('without a fault verifies, and continues the checkpoint of the last verification', async () => {
    const grown = counted(good.slice(0, 300), good.slice(300));
    expect(await verify(filesOf(keys, grown.slice(0, 301)), 'seen')).toMatchObject({
      code: 0,
      size: 301,
      since: null,
    });
    expect(await verify(filesOf(keys, grown), 'seen')).toMatchObject({
      code: 0,
      size: 352,
      since: 301,
      writers: 2,
    });
  });

  test('that grew while it was copied verifies at the size of its checkpoint', async () => {
    const grown = counted(good.slice(0, 300), good.slice(300));
    const early = filesOf(keys, grown.slice(0, 301));
    const copied = new Map([...filesOf(keys, grown), ['checkpoint', early.get('checkpoint') as Uint8Array]]);
    expect(await verify(copied)).toMatchObject({ code: 0, size: 301 });
    const cut = new Map(
      [...copied].map(([path, bytes]) => [path, path.includes('tile/0/001') ? bytes.subarray(32) : bytes]),
    );
    expect(await verify(cut)).toMatchObject({ code: 1, fault: 'TILE' });
  });

  test('that was rewritten since is a fork, and so is an older one', async () => {
    await verify(filesOf(keys, counted(good)), 'fork');
    const other = [...good.slice(0, 200), ...chainOf(keys, 160)];
    expect(await verify(filesOf(keys, counted(other)), 'fork')).toMatchObject({ code: 1, fault: 'FORK' });
    expect(await verify(filesOf(keys, counted(good.slice(0, 300))), 'fork')).toMatchObject({
      code: 1,
      fault: 'FORK',
    });
  });

  test.each<[string, (signed: Signed[]) => Signed[], string, number]>([
    ['a removed entry', (s) => s.toSpliced(77, 1), 'CHAIN', 77],
    ['a swapped pair', (s) => s.with(80, at(81)).with(81, at(80)), 'CHAIN', 80],
    ['an entry twice', (s) => s.toSpliced(60, 0, at(40)), 'CHAIN', 40],
    ['a changed entry', (s) => s.with(90, { ...at(90), leaf: changed(at(90).leaf) }), 'SIGNATURE', 90],
    ["another's signature", (s) => s.with(33, { ...at(33), signature: at(34).signature }), 'SIGNATURE', 33],
  ])('with %s under a new root names the first bad entry', async (_what, forge, fault, index) => {
    const answer = await verify(filesOf(keys, counted(forge(good))));
    expect(answer).toMatchObject({ code: 1, fault, at: idOf(at(index)) });
  });

  test('with one flipped byte in a bundle names the entry', async () => {
    const files = filesOf(keys, counted(good));
    const path = 'tile/entries/000';
    const text = Buffer.from(files.get(path) ?? []).toString('latin1');
    const where = text.indexOf(idOf(at(123))) - 40;
    const bytes = Buffer.from(text, 'latin1');
    bytes[where] = (bytes[where] as number) ^ 1;
    files.set(path, bytes);
    expect(await verify(files)).toMatchObject({ code: 1, fault: 'TILE', at: idOf(at(123)) });
  });

  test('under another key, or without its files, does not verify', async () => {
    expect(
      await verify(filesOf(keys, counted(good)), 'none', formatVerifier(mirrorKeys().log)),
    ).toMatchObject({
      ...{ code: 1, fault: 'CHECKPOINT' },
    });
    const files = filesOf(keys, counted(good));
    files.delete('signatures/000');
    expect(await verify(files)).toMatchObject({ code: 1, fault: 'SIGNATURE', at: 'signatures/000' });
    files.delete('writer-key');
    expect(await verify(files)).toMatchObject({ code: 1, fault: 'WRITER_KEY' });
  });

  test('without a count, or with one about other leaves, does not verify', async () => {
    expect(await verify(filesOf(keys, good))).toMatchObject({ code: 1, fault: 'COUNT' });
    const late = counted(good.slice(0, 300), good.slice(300)).toSpliced(300, 1);
    expect(await verify(filesOf(keys, late))).toMatchObject({ code: 1, fault: 'COUNT' });
  });

  test('is read only from a named address', async () => {
    const lost = await fieldgate(folder, ['log', 'verify']);
    expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining('Name the gateway')]);
  });

  test('is not read without a key', async () => {
    const run = await fieldgate(folder, ['log', 'verify', '--dir', folder]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--key')]);
  });
});

/** Another commitment: canonical, and as long as before. */
function changed(leaf: Uint8Array): Uint8Array {
  const text = Buffer.from(leaf).toString();
  return Buffer.from(
    text.replace(/"committed":"./, (start) => `"committed":"${start.endsWith('A') ? 'B' : 'A'}`),
  );
}

describe('a gateway', () => {
  let gateway: TestGateway;
  let receipts: string;
  const run = (args: string[]) =>
    fieldgate(folder, [...args, '--json'], { env: { FIELDGATE_URL: gateway.url } });

  beforeAll(async () => {
    gateway = await testGateway();
    for (const id of ['mca-county', 'audit-office']) putAgency(folder, gateway.agency(id));
    const records = [
      {
        match: { id_number: '99000120130506001X' },
        fields: { name: '测试儿童甲', birth_date: '2013-05-06', division_code: '990001001001' },
      },
    ];
    const body = { collection: 'children', records };
    const intake = await gate(gateway, body);
    if (!intake.results?.[0]?.ref) throw new Error(JSON.stringify(intake));
    // Its entries have a code of their own, which reveals the person.
    await openCase(gateway, 'mca-county', { purpose: 'W1', case: 'W-1' }, [{ ref: intake.results[0].ref }]);
    receipts = join(folder, 'receipts.json');
    await gateway.sequencer.step();
    // An intake's answer contains no receipt; the log's own view of an entry has all parts of one.
    const audit = (path: string) => gateway.call('audit-office', { actions: ['audit'] }, 'GET', path);
    const { id } = (await audit('/v1/log/entries?kind=intake&limit=1')).json.entries[0];
    const { leafHash, writer, seq, signature } = (await audit(`/v1/log/entries/${id}`)).json;
    writeFileSync(receipts, JSON.stringify({ receipt: { entry: id, leafHash, writer, seq, signature } }));
  });
  afterAll(() => gateway.close());

  const gate = async ({ call }: TestGateway, body: object) =>
    (await call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', body)).json;

  test('is verified by its public routes only, and opened by an auditor, heads of records included', async () => {
    const { Items } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.keysTable }));
    const heads = join(folder, 'keys.jsonl');
    // As `aws dynamodb scan` prints it.
    writeFileSync(heads, JSON.stringify({ Items }, null, 4));
    const alone = await run(['log', 'verify']);
    expect([alone.code, alone.json()]).toMatchObject([0, { ok: true, at: gateway.url }]);
    expect(alone.json()).not.toHaveProperty('opened');
    const auditor = ['--as', 'audit-office'];
    const { code, stdout, json } = await run(['log', 'verify', '--heads', heads, ...auditor]);
    expect([code, stdout]).toEqual([0, expect.any(String)]);
    expect(json()).toMatchObject({ ok: true, heads: { bad: [] }, opened: { erased: 0, closed: 0, bad: [] } });
    expect(json().heads.checked).toBeGreaterThan(0);
    expect(json().opened.whole).toBeGreaterThan(2);

    const rolledBack = readFileSync(heads, 'utf8').replace(/"1\.[\w-]{5}/, '"1.AAAAA');
    writeFileSync(heads, rolledBack);
    const after = await run(['log', 'verify', '--heads', heads, ...auditor]);
    expect([after.code, after.json().heads.bad.length]).toEqual([1, 1]);
  });

  test('is verified against the heads that it shows an auditor, and a record that was rolled back differs', async () => {
    const verify = ['log', 'verify', '--heads', '--as', 'audit-office'];
    const good = await run(verify);
    expect([good.code, good.json()]).toMatchObject([
      0,
      { ok: true, heads: { checked: expect.any(Number), bad: [] } },
    ]);

    const table = { TableName: gateway.env.keysTable };
    const { Items = [] } = await gateway.dynamo.send(new ScanCommand(table));
    const item = Items.find((one) => one['head.MCA']) ?? expect.fail('no head');
    const Item = { ...item, 'head.MCA': { S: `1.${'A'.repeat(43)}` } };
    await gateway.dynamo.send(new PutItemCommand({ ...table, Item }));
    const rolledBack = await run(verify);
    await gateway.dynamo.send(new PutItemCommand({ ...table, Item: item }));
    expect(rolledBack.code).toBe(1);
    expect(rolledBack.json().heads.bad).toEqual([`${item['logId']?.S} MCA`]);

    // The gateway's answer has no internal id, and no keys with the heads.
    const shown = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/log/heads');
    expect(Object.keys(shown.json.heads[0]).sort()).toEqual(['digest', 'logId', 'owner', 'version']);
    for (const { subject } of Items) expect(shown.text).not.toContain(subject?.S);
    const other = { actions: ['release'], purpose: 'S1' };
    expect((await gateway.call('edu-county', other, 'GET', '/v1/log/heads')).status).toBe(403);
    const made = await gateway.call(
      'audit-office',
      { actions: ['audit'] },
      'GET',
      '/v1/log/heads?cursor=abc',
    );
    expect(made.json.code).toBe('INVALID_REQUEST');
  }, 60_000);

  test('fails over an entry of the tree that the gateway does not show', async () => {
    const verify = ['log', 'verify', '--open', '--as', 'audit-office'];
    // Any item is in the tree now.
    await gateway.sequencer.step();
    const table = { TableName: gateway.env.logTable };
    const { Items = [] } = await gateway.dynamo.send(new ScanCommand(table));
    const Item = Items.find(({ seq }) => seq?.N === '1') ?? expect.fail('no item');
    const Key = { writer: Item['writer'], seq: Item['seq'] } as typeof Item;
    await gateway.dynamo.send(new DeleteItemCommand({ ...table, Key }));
    const { code, json } = await run(verify);
    await gateway.dynamo.send(new PutItemCommand({ ...table, Item }));
    expect([code, json()]).toMatchObject([1, { ok: false, opened: { bad: [] } }]);
    const { hidden, closed } = json().opened;
    expect(hidden).toContain(`${Item['writer']?.S}-1-0`);
    expect(closed).toBe(hidden.length);
    expect((await run(verify)).json()).toMatchObject({ ok: true, opened: { hidden: [], closed: 0 } });
  }, 60_000);

  test('proves its receipts, and no others', async () => {
    const { code, json } = await run(['log', 'prove', receipts, '--as', 'mca-county']);
    expect(code).toBe(0);
    expect(json()[0].place).toMatchObject({ index: expect.any(Number) });
    const opened = await run(['log', 'prove', receipts, '--open', '--as', 'mca-county']);
    expect(opened.json()[0].said).toMatchObject({ handler: { agency: 'mca-county' } });
    const uses = await run(['usage', '--check', '--as', 'mca-county']);
    expect(uses.code).toBe(0);
    expect(uses.json().every(({ checked }: { checked?: object }) => checked)).toBe(true);
    const forged = readFileSync(receipts, 'utf8').replace(/"leafHash":"..../, '"leafHash":"AAAA');
    writeFileSync(join(folder, 'forged.json'), forged);
    expect((await run(['log', 'prove', 'forged.json', '--as', 'mca-county'])).code).toBe(1);
    const other = formatVerifier(mirrorKeys().log);
    expect((await run(['log', 'prove', receipts, '--as', 'mca-county', '--key', other])).code).toBe(1);
  });
});
