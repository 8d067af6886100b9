/** Keys in a department's account, as its template makes them, for the simulator. */
import { expect } from 'vitest';
import { ownerTemplate } from '../../infra/aws/owner-template.ts';
import { type Context, type Principal, purposeSession, roleSession } from './simulate.ts';
import { ofType, PACK, type Resource, deployed as settingsOf, synthesise } from './synthesise.ts';

export const [GATEWAY, THEIRS, ANOTHER] = ['111122223333', '444455556666', '777788889999'];
export const OWNERS = [...PACK.ownKeyOf].flatMap(([owner, classes]) => (classes.size > 0 ? [owner] : []));
export const owners = Object.fromEntries(OWNERS.map((owner) => [owner, { account: THEIRS }]));
export const stack = synthesise('dev', { owners });

/** As CloudFormation resolves it in the department's account. */
export function resolved(value: unknown, held: Readonly<Record<string, string[]>>): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => resolved(one, held)).filter((one) => one !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::Sub': text, 'Fn::If': either, Ref } = value as Record<string, never>;
  if (text !== undefined)
    return String(text)
      .replace('$' + '{AWS::Partition}', 'aws')
      .replace('$' + '{AWS::AccountId}', THEIRS);
  if (either !== undefined) return held[String(either[0]).slice(3)] ? resolved(either[1], held) : undefined;
  if (Ref !== undefined) return held[Ref];
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one, held)]));
}

export const ORGANISATION = 'o-fieldgate1';
export function keysOf(
  owner: string,
  held: Readonly<Record<string, string[]>> = {},
  organisation?: string,
  issuer?: string,
) {
  const asked = { owner, organisation, issuer };
  const template = ownerTemplate(PACK, { ...settingsOf('dev'), account: GATEWAY }, asked);
  const { Resources } = template as { Resources: Record<string, Resource> };
  const found = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::KMS::Key');
  return new Map(
    found.map(([id, { Properties }]) => [
      id,
      {
        ...{ arn: `arn:aws:kms:eu-west-1:${THEIRS}:key/${owner}-${id}`, account: THEIRS },
        policy: resolved(Properties.KeyPolicy, held),
      },
    ]),
  );
}
export const keyFor = (owner: string, name: string, ...more: [Record<string, string[]>?, string?, string?]) =>
  keysOf(owner, ...more).get(`Key${PACK.ownKeyOf.get(owner)?.get(name)?.replace(/\W/g, '')}`) ??
  expect.fail(name);

export const nameOf = (role: string, account = GATEWAY) =>
  `arn:aws:iam::${account}:role/fieldgate-dev-keys-${role}0A1B2C3D-EF4GH5IJ6KL7`;
export const placeOf = (owner: string, name: string, more: Context = {}): Context => ({
  'kms:EncryptionContext:collection': PACK.collection,
  'kms:EncryptionContext:owner': owner,
  'kms:EncryptionContext:class': name,
  ...more,
});
export const session = (purpose: string) => purposeSession(stack, { purpose, agency: 'an-office' });
export function functionOf(name: string): Principal {
  const role = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${name}Role`))?.[0];
  return roleSession(stack, role ?? expect.fail(name));
}
