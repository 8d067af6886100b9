import { expect, it } from 'vitest';
import { roleGrants } from './grants.ts';
import { allows, purposeSession, roleSession, targets } from './simulate.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const [name = ''] = PACK.classes;
const stack = synthesise('dev', { classKeys: { [name]: 2 } });
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
    ([, fn]) => fn.Properties.Environment.Variables,
  );
  const setting = variables.find(({ CLASS_KEYS }) => CLASS_KEYS)?.CLASS_KEYS;
  const [first, second] = ofClass.map(([id]) => id);
  const text = JSON.stringify(setting);
  expect(text.indexOf(first as string)).toBeLessThan(text.indexOf(second as string));
});

it('the policy of a role fits what IAM allows, with every class rotated', () => {
  const all = synthesise('dev', { classKeys: Object.fromEntries(PACK.classes.map((one) => [one, 2])) });
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

it('the settings of every function fit 4 KB with ten classes in rotation', () => {
  const ten = PACK.classes.slice(0, 10);
  const rotating = synthesise('prod', { classKeys: Object.fromEntries(ten.map((one) => [one, 2])) });
  for (const [id, { Properties }] of ofType(rotating, 'AWS::Lambda::Function')) {
    expect([id, sizeOf(Properties.Environment.Variables) < 4096]).toEqual([id, true]);
  }
});

/** Bytes of the settings with values as long as real ones in the place of CloudFormation's intrinsics. */
function sizeOf(variables: Record<string, unknown>): number {
  const text = JSON.stringify(variables)
    .replaceAll(/\{"Fn::GetAtt":[^}]*\}/g, '0'.repeat(90))
    .replaceAll(/\{"Ref":"AWS::[^}]*\}/g, 'cn-northwest-1')
    .replaceAll(/\{"Ref":"Tables[^}]*\}/g, `fieldgate-prod-Tables${'0'.repeat(35)}`)
    .replaceAll(/\{"Ref":"ClassKeys[^}]*\}/g, '0'.repeat(36))
    .replaceAll(/\{"Ref":"[^}]*\}/g, '0'.repeat(60))
    .replaceAll(/\{"Fn::Join":\["",\[(.*?)\]\]\}/g, '$1')
    .replaceAll('","', '');
  return Buffer.byteLength(text);
}
