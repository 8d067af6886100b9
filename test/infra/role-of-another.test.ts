/** An administrator gives a role of the stack to a function with code of its own: nothing that holds data answers it. */
import { expect, it } from 'vitest';
import { ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { allows, buckets, type Context, classKeys, roleSession, roleTarget, targets } from './simulate.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const stack = synthesise('prod');
const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:';
const from = (name: string): Context => ({ 'lambda:SourceFunctionArn': `${FUNCTION}${name}` });
const roleOf = (fn: string) => {
  const [id = ''] = ofType(stack, 'AWS::IAM::Role').find(([name]) => name.startsWith(`${fn}Role`)) ?? [];
  return roleSession(stack, id);
};
const [name = ''] = PACK.verified;
const UNWRAP: Context = {
  'kms:EncryptionContext:collection': PACK.collection,
  'kms:EncryptionContext:class': name,
};
const TAGS: Context = {
  ...{ 'aws:RequestTag/purpose': 'S1', 'aws:RequestTag/agency': 'edu-county' },
  'aws:TagKeys': ['agency', 'purpose'],
};

/** The gravest right of a role, asked for from a function. */
const RIGHTS: Record<string, (context: Context) => boolean> = {
  maintenance: (context) => {
    const [key = expect.fail('no key')] = classKeys(stack, name);
    return allows(roleOf('maintenance'), 'kms:Decrypt', key, { ...UNWRAP, ...context });
  },
  verify: (context) => {
    const [key = expect.fail('no key')] = classKeys(stack, name);
    return allows(roleOf('verify'), 'kms:Decrypt', key, { ...UNWRAP, ...context });
  },
  release: (context) =>
    allows(roleOf('release'), 'sts:AssumeRole', roleTarget(stack, 'SessionRole'), { ...TAGS, ...context }),
  steward: (context) => {
    const table = targets(stack).get('agenciesTable') ?? expect.fail('no table');
    return allows(roleOf('steward'), 'dynamodb:PutItem', table, context);
  },
  sequencer: (context) => {
    const [, edge] = [...buckets(stack)].find(([id]) => id.startsWith('LogEdge')) ?? expect.fail('no bucket');
    const call = { 'aws:SecureTransport': 'true', ...context };
    return allows(roleOf('sequencer'), 's3:DeleteObject', edge.object, call);
  },
};

it.each(Object.entries(RIGHTS))(
  '%s has its rights in its own function, of any version, and in no other',
  (fn, may) => {
    expect(may(from(`fieldgate-prod-${fn}`))).toBe(true);
    expect(may(from(`fieldgate-prod-${fn}:live`))).toBe(true);
    for (const other of [
      'anything',
      `fieldgate-prod-${fn}-2`,
      'fieldgate-prod-console',
      `fieldgate-dev-${fn}`,
    ])
      expect([other, may(from(other))]).toEqual([other, false]);
  },
);

it('every role of a function denies that, and Lambda itself still writes its log', () => {
  for (const fn of [...Object.keys(ROUTES), ...SCHEDULED]) {
    const text = JSON.stringify(roleOf(fn).policies);
    expect([fn, text.includes(`function:fieldgate-prod-${fn}`)]).toEqual([fn, true]);
  }
  const [id = ''] = ofType(stack, 'AWS::Logs::LogGroup').find(([one]) => one.startsWith('releaseLog')) ?? [];
  const arn = `arn:aws:logs:eu-west-1:111122223333:log-group:${id}`;
  expect(allows(roleOf('release'), 'logs:PutLogEvents', { arn, policy: undefined })).toBe(true);
});
