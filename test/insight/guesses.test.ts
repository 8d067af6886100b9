/** Names, phones and numbers are few enough to try them all. So each try is a call of KMS by a role that may make it. */

import { createHmac } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { keyPolicies, sessionTrust } from '../../infra/local/aws/kms/key-policies.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail, type TrailRecord } from '../../infra/local/aws/kms/trail.ts';
import { localSts } from '../../infra/local/aws/sts.ts';
import { toBase64url } from '../../shared/bytes.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { generateMac } from '../../shared/keys/kms.ts';
import { leakTokensOf } from '../../shared/keys/leak-tokens.ts';
import { put } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const gateway = await fileGateway();
const id = freshNumber();
const match = { id_number: id };
const PHONE = '13912345678';
await put(gateway, 'mps-county', { match, fields: { id_number: id, name: '欧阳晓明' } });
await put(gateway, 'mca-county', {
  match,
  fields: { guardian_phone: PHONE, division_code: '990001001' },
});
const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.indexTable }));
const stored = new Set(Items.map((item) => item['index']?.S ?? ''));

const guard = { sts: localSts(sessionTrust(pack), Date.now), mayUse: keyPolicies(pack) };
const trail = openTrail(null);
const records: TrailRecord[] = [];
trail.subscribe((record) => records.push(record));
const kms = localKms(gateway.ring, trail, Date.now, guard);
const clientOf = (fn: string) => kms.client(`fieldgate-${fn}`);
const GUESSES: readonly (readonly [string, string])[] = [
  ['number', PHONE],
  ['number', id],
  ['name', '欧阳晓明'],
];
const LOOKING = ['intake', 'insight', 'casework', 'maintenance'];
const OTHERS = ['token', 'release', 'verify', 'audit', 'watch', 'steward', 'sequencer'];

/** What one answer of KMS could be a key for, under each label and in each way in which tokens are or were made. */
function guessed(answer: Buffer, [kind, form]: readonly [string, string]): string[] {
  const digest = (...parts: (string | Uint8Array)[]) =>
    createHmac('sha256', answer)
      .update(parts.length === 1 ? (parts[0] ?? '') : encodeParts(...parts))
      .digest();
  const message = encodeParts('fieldgate leak v1', 'children', kind, form);
  const macs = [
    createHmac('sha256', answer).update(encodeParts('token')).update(message).digest(),
    digest(message),
    digest('fieldgate leak value v2', 'children', kind, form),
    digest('fieldgate leak name v2', 'children', kind, form),
  ];
  return macs.map((mac) => `leak.1.${toBase64url(mac.subarray(0, 16))}`);
}

describe('one call of KMS', () => {
  it.each([...LOOKING, ...OTHERS])(
    'and guesses without KMS find no person with the role of %s',
    async (fn) => {
      const found: string[] = [];
      for (const key of [gateway.env.indexKey, gateway.env.leakKey, gateway.env.referenceKey])
        for (const label of ['fieldgate leak tokens', 'fieldgate leak value v2', 'fieldgate leak sheet v2']) {
          const answer = await generateMac(clientOf(fn), key, encodeParts(label, 1)).catch(() => null);
          for (const guess of answer ? GUESSES : [])
            found.push(...guessed(answer as Buffer, guess).filter((name) => stored.has(name)));
        }
      expect(found).toEqual([]);
    },
  );
});

it.each(OTHERS)('%s may make no guess at all', async (fn) => {
  await expect(
    leakTokensOf(clientOf(fn), gateway.env.leakKey).of('children', 'name', '张三'),
  ).rejects.toThrow('not authorized');
});

it.each(LOOKING)('each guess by %s is a call that KMS records under its role', async (fn) => {
  const before = records.length;
  const tokens = leakTokensOf(clientOf(fn), gateway.env.leakKey);
  const made = await Promise.all(GUESSES.map(([kind, form]) => tokens.of('children', kind, form)));
  expect(made.flat().filter(({ name }) => stored.has(name))).toHaveLength(GUESSES.length);
  const calls = records.slice(before).filter(({ userIdentity: { arn } }) => arn.includes(`fieldgate-${fn}/`));
  expect(calls.map(({ eventName }) => eventName)).toEqual(GUESSES.map(() => 'GenerateMac'));
});

it('a leak check still finds the person in twelve spellings, by one call for each form', async () => {
  const spaced = (text: string, ...at: number[]) =>
    [0, ...at].map((from, i) => text.slice(from, at[i])).join(' ');
  // A name counts next to another value of its person, here a number with two digits in the wrong order.
  const mistyped = id.replace(/(?<=^.{6,15})(\d)(?!\1)(\d)/, '$2$1');
  const names = ['欧阳晓明', '姓名：欧阳晓明，女', '学生欧阳晓明的父亲'];
  const sounds = ['Ouyang Xiaoming', 'OUYANG xiao ming', '欧阳小明'];
  const candidates = [
    ...[...names, ...sounds].map((text) => `${text}，${mistyped}`),
    ...[PHONE, '139-1234-5678', spaced(PHONE, 3, 7), '１３９１２３４５６７８'],
    ...[`身份证${id}`, id.toLowerCase()],
  ];
  const N1 = { actions: ['release'], purpose: 'N1', officer: 'gao', case: 'LEAK-12', reason: 'a list' };
  const body = { collection: 'children', candidates };
  const { json } = await gateway.call('cyberspace-county', N1, 'POST', '/v1/leak-checks', body);
  expect(json.results).toEqual(candidates.map((_, i) => (i >= 3 && i <= 5 ? 'NEAR' : 'MATCH')));
});
