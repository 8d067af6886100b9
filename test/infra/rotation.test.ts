import { expect, it } from 'vitest';
import { readClassKeyVersions } from '../../shared/env.ts';
import { roleGrants } from './grants.ts';
import { allows, purposeSession, roleSession, targets } from './simulate.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const [name = ''] = PACK.classes;
const stack = synthesise('dev', { classKeys: { [name]: { from: 1, to: 2 } } });
const keys = ofType(stack, 'AWS::KMS::Key').filter(([id]) => id.startsWith('ClassKeys'));
const ofClass = [...targets(stack)].filter(
  ([id, { policy }]) =>
    id.startsWith('ClassKeys') && JSON.stringify(policy).includes(`"kms:EncryptionContext:class":"${name}"`),
);
const context = {
  'kms:EncryptionContext:collection': PACK.collection,
  'kms:EncryptionContext:class': name,
};

function mayOpen(purpose: string): boolean[] {
  const session = purposeSession(stack, { agency: 'edu-county', purpose });
  return ofClass.map(([, target]) => allows(session, 'kms:Decrypt', target, context));
}

function may(fn: string, action: string): boolean[] {
  const role = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`))?.[0] ?? '';
  return ofClass.map(([, target]) => allows(roleSession(stack, role), `kms:${action}`, target, context));
}

it('a class with two keys wraps under the second, opens with both, and rewraps from the first', () => {
  expect(keys).toHaveLength(PACK.classes.length + 1);
  expect(ofClass).toHaveLength(2);
  expect(may('intake', 'GenerateDataKey')).toEqual([false, true]);
  expect(mayOpen('S1')).toEqual([true, true]);
  expect(mayOpen('PX3')).toEqual([false, false]);
  expect(may('maintenance', 'ReEncryptFrom')).toEqual([true, true]);
  expect(may('maintenance', 'ReEncryptTo')).toEqual([false, true]);
  expect(may('maintenance', 'GenerateDataKey')).toEqual([false, true]);
});

it('the setting names both in their order', () => {
  const variables = ofType(stack, 'AWS::Lambda::Function').map(
    ([, fn]) => fn.Properties.Environment?.Variables ?? {},
  );
  const setting = variables.find(({ CLASS_KEYS }) => CLASS_KEYS)?.CLASS_KEYS;
  const [first, second] = ofClass.map(([id]) => id);
  const text = JSON.stringify(setting);
  expect(text.indexOf(first as string)).toBeLessThan(text.indexOf(second as string));
});

it('the policy of a role fits what IAM allows, with every class rotated', () => {
  const all = synthesise('dev', {
    classKeys: Object.fromEntries(PACK.classes.map((one) => [one, { from: 1, to: 2 }])),
  });
  for (const [id, { Properties }] of ofType(all, 'AWS::IAM::Policy')) {
    // An ARN has about 80 characters where the template has a reference of about 60.
    const size = JSON.stringify(Properties.PolicyDocument).replaceAll(
      /\{"Fn::GetAtt":[^}]*\}/g,
      'x'.repeat(82),
    ).length;
    expect([id, size < 10_240]).toEqual([id, true]);
  }
  expect(roleGrants(all).length).toBeGreaterThan(0);
});

it.each([
  ['five classes in rotation', PACK.classes.slice(0, 5), { from: 1, to: 2 }],
  ['every class once rotated', PACK.classes, { from: 2, to: 2 }],
])('the settings of every function fit 4 KB with %s', (_, names, versions) => {
  const rotating = synthesise('prod', { classKeys: Object.fromEntries(names.map((one) => [one, versions])) });
  for (const [id, { Properties }] of ofType(rotating, 'AWS::Lambda::Function')) {
    const size = Buffer.byteLength(JSON.stringify(deployed(Properties.Environment?.Variables ?? {})));
    expect([id, size, size < 4096]).toEqual([id, size, true]);
  }
});

it('a version that wraps nothing any more keeps its place in the setting', () => {
  const later = synthesise('dev', { classKeys: { [name]: { from: 2, to: 3 } } });
  const release = ofType(later, 'AWS::Lambda::Function').find(([id]) => id.startsWith('release'))?.[1];
  const setting = deployed(release?.Properties.Environment.Variables.CLASS_KEYS) as string;
  const [gone, second, third, ...more] = readClassKeyVersions(setting).get(name) ?? [];
  expect([gone, more]).toEqual(['', []]);
  for (const arn of [second, third]) expect(arn).toMatch(/key\/0{36}$/);
});

/** Puts values as long as real ones in the place of CloudFormation's intrinsics. */
function deployed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deployed);
  if (typeof value !== 'object' || value === null) return value;
  const [key = '', inner] = Object.entries(value)[0] ?? [];
  if (key === 'Fn::GetAtt') return `arn:aws-cn:kms:cn-northwest-1:111122223333:key/${'0'.repeat(36)}`;
  if (key === 'Fn::Join') return (deployed(inner[1]) as string[]).join('');
  if (key !== 'Ref') return Object.fromEntries(Object.entries(value).map(([id, one]) => [id, deployed(one)]));
  if (inner.startsWith('AWS::')) return 'cn-northwest-1';
  const [, length] = IDS.find(([prefix]) => inner.startsWith(prefix)) ?? [];
  return length === undefined ? `fieldgate-prod-${inner}-0123456789AB` : '0'.repeat(length);
}

/** What AWS itself names: characters of a key, a pool's program, a pool (its region before it) and an API. */
const IDS: readonly (readonly [prefix: string, length: number])[] = [
  ['ClassKeys', 36],
  ['PeoplePoolProgram', 26],
  ['PeoplePool', 24],
  ['RestApi', 10],
];
