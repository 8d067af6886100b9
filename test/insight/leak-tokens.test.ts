/** Values that leak checks find: in which forms, and that the tables reveal none of them. */

import { randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { leakTokensOf, memberOf, subjectUnder } from '../../shared/keys/leak-tokens.ts';
import { formsWithin } from '../../shared/policy/check/leak-forms.ts';
import { addLeak, dropUnused, MOST_PEOPLE, readLeaks } from '../../shared/records/subject/leak-index.ts';
import { eraseByTwo, put, subjectOf } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const N1 = {
  actions: ['release'],
  purpose: 'N1',
  officer: 'gao',
  case: 'LEAK-9',
  reason: 'a list on a forum',
};
const ADDRESS = '某省某市清河县柳树镇幸福村三组12号';

const gateway = await fileGateway();
const id = freshNumber('2013-05-06');
const match = { id_number: id };
await put(gateway, 'mps-county', { match, fields: { id_number: id, name: '欧阳晓明' } });
await put(gateway, 'cdpf-county', {
  match,
  fields: { disability_cert_no: `${freshNumber('2013-05-06')}42` },
});
const care = {
  guardian_phone: '13912345678',
  bank_account: { number: '6222020200112233440', bank: 'ICBC' },
  residence_address: { text: ADDRESS, division: '990001001002' },
};
const ref = (await put(gateway, 'mca-county', { match, fields: { ...care, division_code: '990001001' } }))
  .ref;

async function check(...candidates: string[]) {
  const body = { collection: 'children', candidates };
  const { json } = await gateway.call('cyberspace-county', N1, 'POST', '/v1/leak-checks', body);
  return json.results ?? json;
}
const keyed = leakTokensOf(gateway.kms, gateway.env.leakKey);

/** Keys and members of all tokens. */
async function tokens() {
  const command = new ScanCommand({ TableName: gateway.env.indexTable });
  const { Items = [] } = await gateway.dynamo.send(command);
  return Items.filter((item) => item['index']?.S?.startsWith('leak.'));
}

it('finds each kind of value in the ways in which it is written', async () => {
  const exact = [
    // A name next to a value that may be meant for its person.
    ...[
      '欧阳晓明，住址幸福村三组12号',
      '学生欧阳晓明的父亲，地址：幸福村三组12号',
      `姓名：欧阳晓明，${swapped(id)}`,
    ],
    ...['13912345678', '139-1234-5678', '电话139 1234 5678', '１３９１２３４５６７８', '8613912345678'],
    ...['6222020200112233440', '6222 0202 0011 2233 440', '卡号:6222020200112233440'],
    ...[`身份证${id}`, `G${id}`, id.toLowerCase(), `张三,${id},13800000000`],
    ...['清河县柳树镇幸福村三组12号', '柳树镇 幸福村 3组 12号', `住址${ADDRESS}，联系人`],
  ];
  const near = [
    '欧阳小明，住址幸福村三组12号',
    `Ouyang Xiaoming ${swapped(id)}`,
    '幸福村三组12号',
    swapped(id),
  ];
  const none = [
    // A name alone says of no person whether a record exists.
    ...['欧阳晓明', '姓名：欧阳晓明，女', '欧阳小明', 'Ouyang Xiaoming', '欧阳晓明 13912345679'],
    ...['李小明', '13912345679', '6222020200112233457', '柳树镇幸福村三组13号', '柳树镇幸福村', '三组12号'],
    ...['9'.repeat(60), '', '__proto__', '<script>'].filter((text) => text !== ''),
  ];
  const results = await check(...exact, ...near, ...none);
  const by = (list: string[], from: number) => list.map((text, i) => [text, results[from + i]]);
  expect(by(exact, 0)).toEqual(exact.map((text) => [text, 'MATCH']));
  expect(by(near, exact.length)).toEqual(near.map((text) => [text, 'NEAR']));
  expect(by(none, exact.length + near.length)).toEqual(none.map((text) => [text, 'NO_MATCH']));
});

/** Two neighbouring digits of the number in the wrong order. */
function swapped(number: string): string {
  const at = [...number].findIndex((digit, i) => i > 5 && i < 16 && digit !== number[i + 1]);
  return number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2);
}

it('takes for a mistyped number none that is correct itself, and none without a check digit', () => {
  const near = (text: string) =>
    formsWithin(pack, text).filter(({ kind, near }) => kind === 'number' && near);
  expect(near(id)).toEqual([]);
  expect(near('13912345678')).toEqual([]);
  expect(near(swapped(id)).map(({ form }) => form)).toContain(id);
  expect(near(swapped(id)).length).toBeLessThan(60);
});

it('reveals neither values nor people in the table, and no two values of one person by their members', async () => {
  const subject = await subjectOf(gateway, ref);
  const all = await tokens();
  expect(all.length).toBeGreaterThan(6);
  const text = JSON.stringify(all);
  for (const secret of [subject, id, '13912345678', '欧阳', '幸福', '6222'])
    expect(text).not.toContain(secret);
  const members = all.flatMap((item) => item['people']?.SS ?? []);
  expect(new Set(members).size).toBe(members.length);
  // What KMS computes for the value leads to the person.
  const [token] = await keyed.of('children', 'number', '13912345678');
  const held = (await readLeaks(gateway.tables.index, [token.name])).get(token.name);
  const [member, ...more] = held && held !== 'common' ? held : [];
  expect(more).toEqual([]);
  expect(subjectUnder(token, member?.sealed ?? '')).toBe(subject);
});

it('follows a new key: the tokens move without their values', async () => {
  const [second] = gateway.ring.ensureAll([['alias/fieldgate/leak-2', 'HMAC_256']]);
  const both = leakTokensOf(gateway.kms, `${gateway.env.leakKey} ${second?.arn}`);
  const [newest, old = expect.fail('no older token')] = await both.of('children', 'number', '13912345678');
  expect(await keyed.of('children', 'number', '13912345678')).toEqual([old]);
  expect(await both.renew(old)).toEqual(newest);
  const sheet = await both.sheet(asSubjectId(await subjectOf(gateway, ref)));
  expect(sheet.show(sheet.hide(newest))).toEqual(newest);
  expect(() => sheet.show('1.AAAAAAAAAAAAAAAAAAAAAA')).toThrow(RangeError);
  await expect(both.renew({ ...newest, version: 9 })).rejects.toThrow(RangeError);
});

it('no longer finds a value that was changed, nor anything of an erased person', async () => {
  await put(gateway, 'mca-county', { ref, fields: { guardian_phone: '13700000001', child_phone: null } });
  expect(await check('13912345678', '13700000001')).toEqual(['NO_MATCH', 'MATCH']);
  const erased = await eraseByTwo(gateway, ref);
  expect(erased.status).toBe(200);
  expect(await check('13700000001', '欧阳晓明', 'Ouyang Xiaoming', id, ADDRESS)).toEqual(
    Array(5).fill('NO_MATCH'),
  );
  const members = (await tokens()).flatMap((item) => item['people']?.SS ?? []);
  expect(members).toEqual([]);
});

it('finds no person by a value of too many people, and takes in more of them', async () => {
  const { index } = gateway.tables;
  const one = async () => {
    const number = freshNumber('2013-05-06');
    const match = { id_number: number };
    await put(gateway, 'mps-county', { match, fields: { id_number: number, name: '司马相如' } });
    const fields = { division_code: '990001001', guardian_phone: '13600000001' };
    return put(gateway, 'mca-county', { match, fields });
  };
  const first = (await one()).ref;
  expect(await check('13600000001', '司马相如 13600000001', '司马相如')).toEqual([
    'MATCH',
    'MATCH',
    'NO_MATCH',
  ]);
  const [token] = await keyed.of('children', 'number', '13600000001');
  const others = Array.from({ length: MOST_PEOPLE - 1 }, () => ({
    sealed: memberOf(token, asSubjectId(randomBytes(16).toString('base64url'))),
    owner: 'MCA',
  }));
  for (const other of others) await addLeak(index, token.name, other);
  // What is repeated needs no room.
  for (const other of others.slice(0, 2)) await addLeak(index, token.name, other);
  expect((await readLeaks(index, [token.name])).get(token.name)).toHaveLength(MOST_PEOPLE);
  const second = (await one()).ref;
  expect(await check('13600000001')).toEqual(['NEAR']);
  for (const ref of [first, second]) expect((await eraseByTwo(gateway, ref)).status).toBe(200);
  expect(await check('13600000001')).toEqual(['NEAR']);
  expect(await dropUnused(index, token.name)).toBe(false);
});
