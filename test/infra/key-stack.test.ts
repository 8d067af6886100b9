/** The first stack of an environment: what is in it, in which order, and what a change of either stack needs of the other. */
import { expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import type { Resource, Template } from '../../infra/aws/commands/template.ts';
import type { Settings } from '../../infra/aws/settings.ts';
import { synthesise, VPC } from './synthesise.ts';

const prod = synthesise('prod', { tableKey: true });
const { keys, gateway } = prod.apart;

const ids = ({ Resources }: Template, type: string) =>
  Object.entries(Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []));
const typesOf = ({ Resources }: Template) => new Set(Object.values(Resources).map(({ Type }) => Type));
const names = (value: unknown, pattern: RegExp) =>
  new Set([...JSON.stringify(value).matchAll(pattern)].map(([, name = '']) => name));
const imports = (value: unknown) => names(value, /"Fn::ImportValue":"([^"]+)"/g);
const exportsOf = (template: Template) =>
  new Map(
    Object.values(template.Outputs ?? {}).flatMap(({ Value, Export }) =>
      Export ? [[Export.Name, JSON.stringify(Value)]] : [],
    ),
  );

/** Logical ids on which a resource depends, over any number of steps. */
function before(id: string, seen = new Set<string>()): Set<string> {
  const resource = keys.Resources[id] as Resource & { DependsOn?: string[] };
  const named = names(resource.Properties ?? {}, /"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g);
  for (const next of [...named, ...(resource.DependsOn ?? [])]) {
    if (!(next in keys.Resources) || seen.has(next)) continue;
    seen.add(next);
    before(next, seen);
  }
  return seen;
}

it('holds every key, its name, and the roles that key policies name, and nothing else', () => {
  expect([...typesOf(keys)].sort()).toEqual(['AWS::IAM::Role', 'AWS::KMS::Alias', 'AWS::KMS::Key']);
  expect([...typesOf(gateway)].filter((type) => type.startsWith('AWS::KMS::'))).toEqual([]);
  for (const id of ids(keys, 'AWS::KMS::Key'))
    for (const { Principal } of keys.Resources[id]?.Properties?.['KeyPolicy'].Statement ?? []) {
      const [role] = names(Principal, /"Fn::GetAtt":\["(\w+)"/g);
      const isRole = role !== undefined && keys.Resources[role]?.Type === 'AWS::IAM::Role';
      expect([id, isRole || /:root"|"\*"/.test(JSON.stringify(Principal))]).toEqual([id, true]);
    }
  expect(imports(keys)).toEqual(new Set());
});

it('has no policy of its roles, and every role of a function', () => {
  for (const id of ids(keys, 'AWS::IAM::Role'))
    expect(Object.keys(keys.Resources[id]?.Properties ?? {})).not.toContain('Policies');
  for (const id of ids(gateway, 'AWS::Lambda::Function'))
    expect([id, [...imports(gateway.Resources[id]?.Properties?.['Role'])]]).toEqual([
      id,
      [expect.stringMatching(/^fieldgate-keys:ExportsOutputFnGetAtt\w+Role/)],
    ]);
});

it('exports what the second stack imports', () => {
  const exported = exportsOf(keys);
  expect([...imports(gateway)].filter((name) => !exported.has(name))).toEqual([]);
  expect(imports(gateway).size).toBe(exported.size);
});

it('makes one key after all roles, and all other keys after that one, which most roles use', () => {
  const roles = ids(keys, 'AWS::IAM::Role');
  const all = ids(keys, 'AWS::KMS::Key');
  const first = all.filter((id) => [...before(id)].every((one) => !all.includes(one)));
  expect(first).toEqual([expect.stringMatching(/^ServiceKeysToken/)]);
  const [pilot = ''] = first;
  expect(roles.filter((id) => !before(pilot).has(id))).toEqual([]);
  for (const id of all) expect([id, id === pilot || before(id).has(pilot)]).toEqual([id, true]);
  const used = (id: string) => names(keys.Resources[id], /"Fn::GetAtt":\["(\w+Role)/g).size;
  expect(used(pilot)).toBe(Math.max(...all.map(used)));
});

it.each<[string, Partial<Settings>]>([
  ['memory', { memory: 1024 }],
  ['lanes', { jobLanes: 8, checkThreads: 2 }],
  ['a private network', { vpc: VPC }],
  ['a trail of the organisation', { trail: { bucket: 'org-trail', prefix: 'AWSLogs/' } }],
  ['a code signing profile', { signingProfile: 'arn:aws:signer:eu-west-1:1:/signing-profiles/f/A1b2C3d4E5' }],
])('does not change with the settings of the second stack: %s', (_, changes) => {
  const after = synthesise('prod', { tableKey: true, ...changes }).apart;
  expect(after.keys).toEqual(keys);
  expect(after.gateway).not.toEqual(gateway);
});

it('a new version of a key only adds exports, so each stack is deployed once, the keys first', () => {
  const after = synthesise('prod', {
    tableKey: true,
    classKeys: { ordinary: { from: 1, to: 2 } },
    signingKeys: { token: [2, 1] },
  }).apart;
  const [had, has] = [exportsOf(keys), exportsOf(after.keys)];
  for (const [name, value] of had) expect(has.get(name)).toBe(value);
  expect(has.size).toBeGreaterThan(had.size);
  expect(findings(keys, after.keys).filter((line) => line.startsWith('EXPORT'))).toEqual([]);
});

it('a version that goes takes its exports with it, which the gate names', () => {
  const change = { classKeys: { ordinary: { from: 1, to: 2 } } };
  const [from, to] = [change, { classKeys: { ordinary: { from: 2, to: 2 } } }].map(
    (one) => synthesise('prod', one).apart,
  );
  const gone = [...exportsOf(from?.keys as Template).keys()].filter(
    (name) => !exportsOf(to?.keys as Template).has(name),
  );
  expect(gone.length).toBeGreaterThan(0);
  // CloudFormation refuses to remove an export that is imported, so the second stack is deployed first.
  expect(gone.filter((name) => imports(from?.gateway).has(name))).toEqual(gone);
  expect(gone.filter((name) => imports(to?.gateway).has(name))).toEqual([]);
  const lines = findings(from?.keys as Template, to?.keys as Template);
  expect(lines).toContainEqual(expect.stringMatching(/^LOST AWS::KMS::Key ClassKeysordinary/));
  for (const name of gone) expect(lines).toContain(`EXPORT "${name}" changes`);
});

it('the gate names an export that stands for another role', () => {
  const swapped = structuredClone(keys) as { Outputs: Record<string, { Value: unknown }> } & Template;
  const [one, other] = Object.keys(swapped.Outputs).filter((id) => /Role/.test(id));
  const outputs = swapped.Outputs as Record<string, { Value: unknown }>;
  (outputs[one as string] as { Value: unknown }).Value = outputs[other as string]?.Value;
  expect(findings(keys, swapped)).toEqual([expect.stringMatching(/^EXPORT .*Role.* changes$/)]);
});

it('is deployed by the roles of another bootstrap, if the settings name its qualifier', () => {
  const { apart } = synthesise('dev', { keysQualifier: 'fgkeys' });
  const bootstrap = ({ Parameters }: Template) =>
    (Parameters as { BootstrapVersion: { Default: string } }).BootstrapVersion.Default;
  expect(Object.values(apart).map(bootstrap)).toEqual([
    '/cdk-bootstrap/fgkeys/version',
    '/cdk-bootstrap/hnb659fds/version',
  ]);
});
