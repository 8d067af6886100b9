import { describe, expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import { readClassKeyVersions, WRITERS } from '../../shared/env.ts';
import { keyVersions } from '../../shared/keys/kms.ts';
import { deployed } from './deployed.ts';
import { roleGrants } from './grants.ts';
import { allows, classKeys, purposeSession, roleSession } from './simulate.ts';
import { ofType, PACK, synthesise, VPC } from './synthesise.ts';

const [name = ''] = PACK.classes;
const KEYS = [...new Set(PACK.keyOf.values())];
const key = PACK.keyOf.get(name) ?? '';
const stack = synthesise('dev', { classKeys: { [key]: { from: 1, to: 2 } } });
const keys = ofType(stack, 'AWS::KMS::Key').filter(([id]) => id.startsWith('ClassKeys'));
const ofClass = classKeys(stack, name);
const context = {
  'kms:EncryptionContext:collection': PACK.collection,
  'kms:EncryptionContext:class': name,
};

function mayOpen(purpose: string): boolean[] {
  const session = purposeSession(stack, { agency: 'edu-county', purpose });
  return ofClass.map((target) => allows(session, 'kms:Decrypt', target, context));
}

function may(fn: string, action: string, of = stack): boolean[] {
  const role = ofType(of, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`))?.[0] ?? '';
  const session = roleSession(of, role);
  return classKeys(of, name).map((target) => allows(session, `kms:${action}`, target, context));
}

it('a class with two keys opens and wraps with both, because instances of before the deployment still wrap under the first', () => {
  expect(keys).toHaveLength(KEYS.length + 1);
  expect(ofClass).toHaveLength(2);
  expect(may('intake', 'GenerateDataKey')).toEqual([true, true]);
  expect(mayOpen('S1')).toEqual([true, true]);
  expect(mayOpen('PX3')).toEqual([false, false]);
  expect(may('maintenance', 'ReEncryptFrom')).toEqual([true, true]);
  expect(may('maintenance', 'ReEncryptTo')).toEqual([true, true]);
  expect(may('maintenance', 'GenerateDataKey')).toEqual([true, true]);
});

it('a class with three keys wraps under the last two, and opens and rewraps from all', () => {
  const three = synthesise('dev', { classKeys: { [key]: { from: 1, to: 3 } } });
  expect(may('intake', 'GenerateDataKey', three)).toEqual([false, true, true]);
  expect(may('maintenance', 'ReEncryptFrom', three)).toEqual([true, true, true]);
  expect(may('maintenance', 'ReEncryptTo', three)).toEqual([false, true, true]);
  expect(may('maintenance', 'GenerateDataKey', three)).toEqual([false, true, true]);
});

it('the setting names both in their order', () => {
  const variables = ofType(stack, 'AWS::Lambda::Function').map(
    ([, fn]) => fn.Properties.Environment?.Variables ?? {},
  );
  const setting = variables.find(({ CLASS_KEYS }) => CLASS_KEYS)?.CLASS_KEYS;
  const [first, second] = keys
    .filter(([, one]) => one.Properties.Description.includes(` ${key} classes`))
    .map(([id]) => id);
  const text = JSON.stringify(setting);
  expect(text.indexOf(first as string)).toBeLessThan(text.indexOf(second as string));
});

it('the policy of a role fits what IAM allows, and the exports a stack, with every key in change', () => {
  const settings = {
    ...{ vpc: VPC, tableKey: true, indexKeys: 2 },
    classKeys: Object.fromEntries(KEYS.map((one) => [one, { from: 1, to: 2 }])),
    signingKeys: { token: [2, 1], answer: [2, 1], attestation: [2, 1], writer: [2, 1] },
  };
  // As the CDK's command reads it: statements alike become one.
  const all = synthesise('prod', settings, cdk.context);
  const largest = ofType(all, 'AWS::IAM::Policy').map(
    ([, { Properties }]) => JSON.stringify(deployed(all, Properties.PolicyDocument)).length,
  );
  expect(Math.max(...largest) / 10_240).toBeLessThan(0.95);
  expect(Object.keys(all.apart.keys.Outputs ?? {}).length / 200).toBeLessThan(0.6);
  expect(largest.length).toBeGreaterThan(12);
});

it.each([
  ['every key in rotation', KEYS, { from: 1, to: 2 }],
  ['every key once rotated', KEYS, { from: 2, to: 2 }],
])('the settings of every function fit 4 KB with %s', (_, names, versions) => {
  const rotating = synthesise('prod', { classKeys: Object.fromEntries(names.map((one) => [one, versions])) });
  for (const [id, { Properties }] of ofType(rotating, 'AWS::Lambda::Function')) {
    const size = Buffer.byteLength(
      JSON.stringify(deployed(rotating, Properties.Environment?.Variables ?? {})),
    );
    expect([id, size, size < 4096]).toEqual([id, size, true]);
  }
});

it('a version that wraps nothing any more keeps its position in the setting', () => {
  const later = synthesise('dev', { classKeys: { [key]: { from: 2, to: 3 } } });
  const release = ofType(later, 'AWS::Lambda::Function').find(([id]) => id.startsWith('release'))?.[1];
  const setting = deployed(later, release?.Properties.Environment.Variables.CLASS_KEYS) as string;
  const [gone, second, third, ...more] = readClassKeyVersions(setting).get(name) ?? [];
  expect([gone, more]).toEqual(['', []]);
  for (const arn of [second, third]) expect(arn).toMatch(/key\/0{36}$/);
});

it('a second key of the blind index is used after the first by all functions that look people up', () => {
  const later = synthesise('dev', { indexKeys: 2 });
  const ids = ofType(later, 'AWS::KMS::Key').flatMap(([id]) =>
    id.startsWith('ServiceKeysIndex') ? [id] : [],
  );
  expect(ids).toHaveLength(2);
  for (const [id, { Properties }] of ofType(later, 'AWS::Lambda::Function')) {
    const setting = Properties.Environment?.Variables.INDEX_KEY;
    if (setting === undefined) continue;
    const [first, second, ...more] = keyVersions(deployed(later, setting) as string);
    expect([id, more, first === undefined, second === undefined]).toEqual([id, [], false, false]);
    const text = JSON.stringify(setting);
    expect(text.indexOf(`"${ids[0]}"`)).toBeLessThan(text.indexOf(`"${ids[1]}"`));
  }
  const macs = roleGrants(later).filter(
    ({ action, resource }) => action === 'kms:GenerateMac' && ids.includes(resource),
  );
  expect(new Set(macs.map(({ fn }) => fn)).size).toBe(macs.length / 2);
});

describe('a signing key in change', () => {
  const used = { token: [2, 1], answer: [1, 2], attestation: [2], writer: [2, 1] };
  const changing = synthesise('dev', { signingKeys: used });
  const settingOf = (fn: string, name: string) => {
    const [, found] =
      ofType(changing, 'AWS::Lambda::Function').find(([id]) => id.startsWith(`${fn}Function`)) ?? [];
    const text = JSON.stringify(found?.Properties.Environment.Variables[name]);
    return [...text.matchAll(/ServiceKeys(Token|Answer|Attestation|Writer[a-z]*)(2?)[0-9A-F]{8}/g)].map(
      ([, use, second]) => use + (second ?? ''),
    );
  };

  it('is named first by the functions if it signs, and after it if it only verifies', () => {
    expect(settingOf('token', 'TOKEN_KEY')).toEqual(['Token2', 'Token']);
    expect(settingOf('intake', 'TOKEN_KEY')).toEqual(['Token2', 'Token']);
    expect(settingOf('release', 'ANSWER_KEY')).toEqual(['Answer', 'Answer2']);
    expect(settingOf('verify', 'ATTESTATION_KEY')).toEqual(['Attestation2']);
    expect(settingOf('release', 'WRITER_KEY')).toEqual(['Writerrelease2', 'Writerrelease']);
    expect(settingOf('sequencer', 'WRITER_KEYS')).toEqual(
      WRITERS.flatMap((fn) => [`Writer${fn}2`, `Writer${fn}`]),
    );
  });

  it('that is in use may sign for the same functions as before, and one that is removed is no key of the stack', () => {
    const made = ofType(changing, 'AWS::KMS::Key').map(([id]) => id);
    expect(made.filter((id) => /ServiceKeysAttestation/.test(id))).toEqual([
      expect.stringMatching(/^ServiceKeysAttestation2/),
    ]);
    const signers = (id: string) => {
      const key = ofType(changing, 'AWS::KMS::Key').find(([one]) => one === id) ?? expect.fail(id);
      const { Statement } = key[1].Properties.KeyPolicy as {
        Statement: { Action: unknown; Principal: object }[];
      };
      return Statement.filter(({ Action }) => JSON.stringify(Action).includes('kms:Sign"')).map(
        ({ Principal }) => /"([a-z]+)Role/.exec(JSON.stringify(Principal))?.[1],
      );
    };
    const [first = '', second = ''] = made.filter((id) => /ServiceKeysToken/.test(id)).sort();
    expect(signers(first)).toEqual(['token']);
    expect(signers(second)).toEqual(['token']);
  });

  it.each([{ token: [] }, { token: [1, 1] }, { writer: [0] }])('has each version once: %o', (signingKeys) => {
    expect(() => synthesise('dev', { signingKeys })).toThrow('signingKeys.');
  });
});

it('gives every key a name of its own, by which people find it', () => {
  const rotated = synthesise('prod', {
    classKeys: { ordinary: { from: 1, to: 2 } },
    signingKeys: { token: [2, 1] },
    tableKey: true,
  });
  const names = ofType(rotated, 'AWS::KMS::Alias').map(
    ([, { Properties }]) => Properties.AliasName as string,
  );
  expect(names).toHaveLength(ofType(rotated, 'AWS::KMS::Key').length);
  expect(new Set(names).size).toBe(names.length);
  for (const one of names) expect(one).toMatch(/^alias\/fieldgate-prod-[a-z0-9-]+$/);
  expect(names).toEqual(
    expect.arrayContaining(
      ['class-ordinary', 'class-ordinary-2', 'token', 'token-2', 'log', 'tables'].map(
        (one) => `alias/fieldgate-prod-${one}`,
      ),
    ),
  );
});
