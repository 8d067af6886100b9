/**
 * The template of the account in which a department has the keys of its classes: plain CloudFormation, deployed in the gateway's region
 * without anything of this repository. See docs/operate/keys.md. The gateway on one's machine enforces the same template.
 */
import { grouped } from '../../shared/grouped.ts';
import { type Pack, type PackShape, shapeOf } from './bundle/pack-shape.ts';
import {
  ADMINISTRATION,
  CLASS_USES,
  type ClassUse,
  type ClassUser,
  placesOf,
  UPLOADS,
} from './stored/class-uses.ts';

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

export interface Asked {
  owner: string;
  /** The organisation of AWS to which callers must belong. */
  organisation?: string | undefined;
  /** Host of the gateway's issuer: a session then opens only if its purpose came from a token of this issuer. */
  issuer?: string | undefined;
}

/** Name of the key outside, of one in an external key store. */
export const externalName = ({ environment }: Pick<Served, 'environment'>, owner: string, key: string) =>
  `fieldgate-${environment}-${owner}-${key}`;

/** Each key of a department, with its classes and its policy. @throws Error for a department without fields */
export function ownerKeys(pack: PackShape, settings: Served, asked: Asked) {
  const own = pack.ownKeyOf.get(asked.owner);
  if (!own?.size) throw new Error(`"${asked.owner}" is no department with fields`);
  return [...grouped(own.keys(), (name) => own.get(name) ?? '')].map(([key, classes]) => {
    return { key, classes, policy: policyOf(pack, settings, asked, classes) };
  });
}

/** @throws Error for a department without fields */
export function ownerTemplate(pack: PackShape, settings: Served, asked: Asked): object {
  const resources = ownerKeys(pack, settings, asked).flatMap(({ key, classes, policy }) => {
    const id = `Key${key.replace(/[^A-Za-z0-9]/g, '')}`;
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
  ['HeldPurposes', 'Purposes for which a release opens nothing', 'aws:PrincipalTag/purpose', ['kms:Decrypt']],
  [
    'HeldClasses',
    'Classes that are not opened, whatever for',
    'kms:EncryptionContext:class',
    // What moves to a key of another account is out of reach.
    ['kms:Decrypt', 'kms:ReEncryptFrom'],
  ],
] as const;

function policyOf(
  pack: PackShape,
  settings: Served,
  { owner, organisation, issuer }: Asked,
  classes: readonly string[],
): object {
  const context = {
    'kms:EncryptionContext:collection': pack.collection,
    'kms:EncryptionContext:owner': owner,
    ...(organisation !== undefined && { 'aws:PrincipalOrgID': organisation }),
  };
  const uses = Object.entries(CLASS_USES).flatMap(([user, useOf]) => {
    const { present, classes: used, openedBy, ofUploads = [] }: ClassUse = useOf(pack);
    const some = used.filter((name) => classes.includes(name));
    if (some.length === 0) return [];
    const allowed = (actions: readonly string[], where: object) => ({
      Effect: 'Allow',
      Principal: { AWS: rootOf(settings.account) },
      Action: actions.map((action) => `kms:${action}`),
      Resource: '*',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': roleOf(settings, user as ClassUser) },
        StringEquals: {
          ...context,
          // Of roles the session alone is assumed by a token.
          ...(issuer !== undefined && user === 'Session' && { [PROVIDER]: providerOf(settings, issuer) }),
          ...where,
        },
      },
    });
    return placesOf(some, openedBy).flatMap((place) => [
      allowed(present, place),
      ...(ofUploads.length > 0 ? [allowed(ofUploads, { ...place, ...UPLOADS })] : []),
    ]);
  });
  const holds = HOLDS.map(([name, , key, actions]) => ({
    'Fn::If': [
      `Any${name}`,
      everyone(name, actions, { Condition: { StringEquals: { [key]: { Ref: name } } } }),
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
 * What a pack needs and the deployed template does not allow, as `<class> <purpose>`, or `<class> <function>` where none is asked for: the
 * department's consent to it is that it deploys the template again.
 */
export function notAllowed(deployed: object, wanted: object): string[] {
  const already = allowedBy(deployed);
  const lacking = [...allowedBy(wanted)].flatMap(([what, shown]) => (already.has(what) ? [] : [shown]));
  return [...new Set(lacking)].sort();
}

/** What each key allows: key, department, class, whom, purpose and action; with what is shown of it. */
function allowedBy(template: object): Map<string, string> {
  const allowed = keysIn(template).flatMap(([key, statements]) =>
    statements.flatMap(({ Effect, Action, Condition = {} }) => {
      const { StringEquals = {}, ArnLike } = Condition;
      const { 'kms:EncryptionContext:class': classes = [], ...places } = StringEquals;
      const { 'aws:PrincipalTag/purpose': tagged, 'kms:EncryptionContext:owner': owner } = places;
      const user = /keys-(\w+?)Role/.exec(JSON.stringify(ArnLike ?? ''))?.[1] ?? '';
      if (Effect !== 'Allow') return [];
      return [classes].flat().flatMap((name) =>
        [tagged ?? user].flat().flatMap((what) =>
          [Action].flat().map((action): [string, string] => {
            return [[key, owner, name, user, what, action].join(), `${name} ${what}`];
          }),
        ),
      );
    }),
  );
  return new Map(allowed);
}

/** A statement of a key's policy, with what CloudFormation resolves. */
export interface Statement {
  Effect: string;
  Action: string | string[];
  Principal: '*' | { AWS: unknown };
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of all keys in it. Each names its classes, so they count for each key alike. */
export const policiesIn = (template: object): Statement[] =>
  keysIn(template).flatMap(([, statements]) => statements);

function keysIn(template: object): [id: string, Statement[]][] {
  const { Resources = {} } = template as {
    Resources?: Record<string, { Properties?: { KeyPolicy?: { Statement: Statement[] } } }>;
  };
  return Object.entries(Resources).map(([id, { Properties }]) => [
    id,
    Properties?.KeyPolicy?.Statement ?? [],
  ]);
}

const everyone = (Sid: string, Action: string | readonly string[], more: object = {}) => ({
  ...{ Sid, Effect: 'Deny', Principal: '*', Action, Resource: '*' },
  ...more,
});

/** What STS knows a session by whose role was assumed with a token of an issuer. */
export const PROVIDER = 'aws:FederatedProvider';
const providerOf = ({ account }: Served, host: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:oidc-provider/${host}`,
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
