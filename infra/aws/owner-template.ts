/**
 * The template of the account in which a department has the keys of its classes: plain CloudFormation, deployed in the gateway's region
 * without anything of this repository. See docs/operate/keys.md. The gateway on one's machine enforces the same template.
 */
import { grouped } from '../../shared/grouped.ts';
import { type Pack, type PackShape, shapeOf } from './bundle/pack-shape.ts';
import { ADMINISTRATION, CLASS_USES, type ClassUser, placesOf } from './stored/class-uses.ts';

/** Of the gateway. */
export interface Served {
  environment: string;
  account: string;
  multiRegion: boolean;
}

/** Alias of a key of a department in its own account. An account may be that of several departments. */
export const aliasOf = ({ environment }: Pick<Served, 'environment'>, owner: string, key: string) =>
  `alias/fieldgate-${environment}/${owner}/${key}`;

/** The same for a pack as it is loaded. */
export const templateFor = (pack: Pack, served: Served, asked: Asked) =>
  ownerTemplate(shapeOf(pack), served, asked);

interface Asked {
  owner: string;
  /** The organisation of AWS to which callers must belong. */
  organisation?: string | undefined;
}

/** @throws Error for a department without fields */
export function ownerTemplate(pack: PackShape, settings: Served, asked: Asked): object {
  const own = pack.ownKeyOf.get(asked.owner);
  if (!own?.size) throw new Error(`"${asked.owner}" is no department with fields`);
  const keys = grouped(own.keys(), (name) => own.get(name) ?? '');
  const resources = [...keys].flatMap(([key, classes]) => {
    const id = `Key${key.replace(/[^A-Za-z0-9]/g, '')}`;
    const policy = policyOf(pack, settings, asked, classes);
    return [
      [id, keyResource(`${settings.environment}: data keys of ${classes.join(', ')}`, policy, settings)],
      [`${id}Alias`, aliasResource(aliasOf(settings, asked.owner, key), id)],
    ] as const;
  });
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Fieldgate ${settings.environment}: keys of ${asked.owner}`,
    Parameters: Object.fromEntries(
      HOLDS.map(([name, Description]) => [name, { Type: 'CommaDelimitedList', Default: '', Description }]),
    ),
    Conditions: Object.fromEntries(
      HOLDS.map(([name]) => [
        `Any${name}`,
        { 'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': ['', { Ref: name }] }, ''] }] },
      ]),
    ),
    Resources: Object.fromEntries(resources),
    Outputs: {
      Settings: { Value: { 'Fn::Sub': `owners: { ${asked.owner}: { account: '\${AWS::AccountId}' } }` } },
    },
  };
}

/** Switches of the department: what is named does not open. */
const HOLDS = [
  ['HeldPurposes', 'Purposes for which a release opens nothing', 'aws:PrincipalTag/purpose'],
  ['HeldClasses', 'Classes that are not opened, whatever for', 'kms:EncryptionContext:class'],
] as const;

function policyOf(
  pack: PackShape,
  settings: Served,
  { owner, organisation }: Asked,
  classes: readonly string[],
): object {
  const context = {
    'kms:EncryptionContext:collection': pack.collection,
    'kms:EncryptionContext:owner': owner,
    ...(organisation !== undefined && { 'aws:PrincipalOrgID': organisation }),
  };
  const uses = Object.entries(CLASS_USES).flatMap(([user, useOf]) => {
    const { present, classes: used, openedBy } = useOf(pack);
    const some = used.filter((name) => classes.includes(name));
    if (some.length === 0) return [];
    return placesOf(some, openedBy).map((place) => ({
      Effect: 'Allow',
      Principal: { AWS: rootOf(settings.account) },
      Action: present.map((action) => `kms:${action}`),
      Resource: '*',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': roleOf(settings, user as ClassUser) },
        StringEquals: { ...context, ...place },
      },
    }));
  });
  const holds = HOLDS.map(([name, , key]) => ({
    'Fn::If': [
      `Any${name}`,
      everyone(name, 'kms:Decrypt', { Condition: { StringEquals: { [key]: { Ref: name } } } }),
      { Ref: 'AWS::NoValue' },
    ],
  }));
  const administer = { AWS: rootOf(`\${AWS::AccountId}`) };
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: administer, Action: ADMINISTRATION, Resource: '*' },
      ...uses,
      ...holds,
      // A grant would open without what the statements above demand.
      everyone('NoGrants', 'kms:CreateGrant'),
    ],
  };
}

/**
 * What a pack opens and the deployed template does not, as `<class> <purpose>`: the department's consent to it is that it deploys
 * the template again.
 */
export function notAllowed(deployed: object, wanted: object): string[] {
  const already = openedBy(deployed);
  return [...openedBy(wanted)].filter((one) => !already.has(one)).sort();
}

function openedBy(template: object): Set<string> {
  const opened = policiesIn(template).flatMap(({ Effect, Condition }) => {
    const { 'kms:EncryptionContext:class': classes = [], 'aws:PrincipalTag/purpose': purposes = [] } =
      Condition?.['StringEquals'] ?? {};
    return Effect === 'Allow'
      ? [classes].flat().flatMap((name) => [purposes].flat().map((one) => `${name} ${one}`))
      : [];
  });
  return new Set(opened);
}

/** A statement of a key's policy, with what CloudFormation resolves. */
export interface Statement {
  Effect: string;
  Action: string | string[];
  Principal: '*' | { AWS: unknown };
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of all keys in it. Each names its classes, so they count for each key alike. */
export function policiesIn(template: object): Statement[] {
  const { Resources = {} } = template as {
    Resources?: Record<string, { Properties?: { KeyPolicy?: { Statement: Statement[] } } }>;
  };
  return Object.values(Resources).flatMap(({ Properties }) => Properties?.KeyPolicy?.Statement ?? []);
}

const everyone = (Sid: string, Action: string, more: object = {}) => ({
  ...{ Sid, Effect: 'Deny', Principal: '*', Action, Resource: '*' },
  ...more,
});

const rootOf = (account: string | undefined) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:root`,
});

/** CloudFormation ends the name of a role with letters of its own, which change if the role is made again. */
const roleOf = ({ environment, account }: Served, user: ClassUser) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:role/fieldgate-${environment}-keys-${user}Role*`,
});

const keyResource = (what: string, KeyPolicy: object, { multiRegion }: Served) => ({
  Type: 'AWS::KMS::Key',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    Description: `Fieldgate ${what}`,
    ...{ EnableKeyRotation: true, MultiRegion: multiRegion, PendingWindowInDays: 30 },
    KeyPolicy,
  },
});

const aliasResource = (AliasName: string, key: string) => ({
  Type: 'AWS::KMS::Alias',
  Properties: { AliasName, TargetKeyId: { Ref: key } },
});
