/**
 * `npm run owner -- --department HEALTH -c environment=prod -c account=111122223333 > health.json`: the template of the account in which
 * a department has the keys of its classes. Plain CloudFormation, deployed in the gateway's region; see docs/operate/keys.md.
 */
import { parseArgs } from 'node:util';
import { compiledPack } from '../bundle/compiled-pack.ts';
import { type PackShape, shapeOf } from '../bundle/pack-shape.ts';
import { aliasOf } from '../owners.ts';
import { type Settings, settingsFor } from '../settings.ts';
import { CLASS_USES, type ClassUser, placesOf } from '../stored/class-uses.ts';
import { ADMINISTRATION } from '../stored/locked-key.ts';
import { givenBy, told } from '../told.ts';
import { command } from './command.ts';

interface Asked {
  owner: string;
  /** The organisation of AWS to which callers must belong. */
  organisation?: string | undefined;
}

/** @throws Error for a department without fields, or settings that do not say the gateway's account */
export function ownerTemplate(pack: PackShape, settings: Settings, asked: Asked): object {
  const own = pack.ownKeyOf.get(asked.owner);
  if (!own?.size) throw new Error(`"${asked.owner}" is no department with fields`);
  if (settings.account === undefined) throw new Error("-c account=…: the gateway's account");
  const keys = Map.groupBy(own.keys(), (name) => own.get(name) ?? '');
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
  settings: Settings,
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

const everyone = (Sid: string, Action: string, more: object = {}) => ({
  ...{ Sid, Effect: 'Deny', Principal: '*', Action, Resource: '*' },
  ...more,
});

const rootOf = (account: string | undefined) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:root`,
});

/** CloudFormation ends the name of a role with letters of its own, which change if the role is made again. */
const roleOf = ({ environment, account }: Settings, user: ClassUser) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:role/fieldgate-${environment}-keys-${user}Role*`,
});

const keyResource = (what: string, KeyPolicy: object, { multiRegion }: Settings) => ({
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

const USAGE =
  'npm run owner -- --department <code> -c environment=prod -c account=<gateway> [-c pack=<folder>] [--organisation o-…]';

await command(import.meta.url, USAGE, () => {
  const { values } = parseArgs({
    options: {
      department: { type: 'string' },
      organisation: { type: 'string' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
    },
  });
  const given = givenBy(values.context);
  const settings = told(settingsFor(String(given('environment') ?? 'dev')), given);
  const pack = shapeOf(compiledPack(given('pack')).compiled);
  const asked = { owner: values.department ?? '', organisation: values.organisation };
  process.stdout.write(`${JSON.stringify(ownerTemplate(pack, settings, asked), null, 1)}\n`);
});
