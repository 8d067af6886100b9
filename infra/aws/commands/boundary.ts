/**
 * `npm run boundary -- cdk.out/fieldgate-prod.template.json`: three policies of IAM as JSON. `roles` allows exactly the actions
 * that roles of the template use, on any resource, and is the boundary of each of them: a role that gets another policy by
 * mistake can do no more. The others are for the roles with which CloudFormation deploys. `deployer` is for the second stack: it
 * makes no role without that boundary, uses no key, table or file, and changes no key, nor whom a role trusts. `keys` is for the
 * first stack: it may do what keys and the roles of their policies need, and nothing else.
 */
import { readFileSync } from 'node:fs';
import { command } from './command.ts';
import { list, type Template } from './template.ts';

interface Policy {
  Version: '2012-10-17';
  Statement: object[];
}

const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];

export function roleBoundary({ Resources }: Template): Policy {
  const statements = Object.values(Resources)
    .filter(({ Type }) => POLICIES.includes(Type))
    .flatMap(
      ({ Properties }) =>
        list(Properties?.['PolicyDocument'].Statement) as { Effect: string; Action: unknown }[],
    )
    .filter(({ Effect }) => Effect === 'Allow');
  const managed = Object.values(Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::IAM::Role' ? list(Properties?.['ManagedPolicyArns']).flatMap(actionsOfManaged) : [],
  );
  const own = statements.flatMap(({ Action }) => list(Action) as string[]);
  const actions = new Set([...own, ...managed]);
  const invokes = actions.delete(INVOKE);
  const allowed = { Effect: 'Allow', Action: [...actions].sort(), Resource: '*' };
  const passes = { Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS };
  const calls = invokes ? [{ Effect: 'Allow', Action: INVOKE, Resource: LANES }] : [];
  return policy(allowed, ...calls, passes);
}

/** Only the state machines of lanes call functions, and only two, whose answers to them hold nothing about people. */
const INVOKE = 'lambda:InvokeFunction';
const LANES = ['maintenance', 'verify'].map((name) => `arn:*:lambda:*:*:function:fieldgate-*-${name}*`);

/** The role of `iam-alarms.ts`, whose stack is another, passes events on. */
const BUS = 'arn:*:events:*:*:event-bus/default';

/**
 * What AWS's own policies in the stack allow, but for hooks of CodeDeploy, of which there are none; the boundary must not take it
 * from API Gateway and CodeDeploy. AWS may change them: the doctor compares.
 */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AmazonAPIGatewayPushToCloudWatchLogs: [
    ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogGroups', 'DescribeLogStreams', 'PutLogEvents'],
    ...['GetLogEvents', 'FilterLogEvents'],
  ].map((name) => `logs:${name}`),
  AWSCodeDeployRoleForLambdaLimited: [
    ...['cloudwatch:DescribeAlarms', 'lambda:UpdateAlias', 'lambda:GetAlias'],
    ...['lambda:GetProvisionedConcurrencyConfig', 's3:GetObject', 's3:GetObjectVersion'],
  ],
};

function actionsOfManaged(arn: unknown): readonly string[] {
  const name = Object.keys(MANAGED).find((one) => JSON.stringify(arn).includes(one));
  if (name === undefined) throw new Error(`what does this policy allow? ${JSON.stringify(arn)}`);
  return MANAGED[name] ?? [];
}

/**
 * @param aws reads as the AWS CLI does
 * @returns what AWS's own policies allow now and the boundary does not, `null` if nothing
 */
export function boundaryLacks(aws: (...words: string[]) => unknown, partition: string): string | null {
  const lacks = Object.entries(MANAGED).flatMap(([name, known]) => {
    const policy = ['--policy-arn', `arn:${partition}:iam::aws:policy/service-role/${name}`];
    const version = aws('iam', 'get-policy', ...policy, '--query', 'Policy.DefaultVersionId') as string;
    const words = ['--version-id', version, '--query', 'PolicyVersion.Document.Statement'];
    const all = list(aws('iam', 'get-policy-version', ...policy, ...words)) as { Action: unknown }[];
    const actions = new Set(all.flatMap(({ Action }) => list(Action) as string[]));
    return [...actions].filter((one) => one !== INVOKE && !known.includes(one));
  });
  return lacks.length === 0 ? null : `the boundary lacks ${lacks.join(', ')}: add them in boundary.ts`;
}

/** @param boundary ARN of the managed policy made from `roleBoundary` */
export function keysPolicy(boundary: string): Policy {
  return policy(
    { Effect: 'Allow', Action: KEY_ADMINISTRATION, Resource: '*' },
    { Effect: 'Allow', Action: TRUST, Resource: OF_KEYS },
    // Whose tokens the session's role trusts, if the purpose comes from them.
    { Effect: 'Allow', Action: [...CHANGES_ISSUERS, ...READS_ISSUERS], Resource: ISSUERS },
    // KMS asks this of who makes the first key of an account that can have replicas.
    {
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: OF_REPLICAS,
      Condition: FOR_REPLICAS,
    },
    { Sid: 'OnlyBoundedRoles', ...notBounded(boundary), Resource: '*' },
    // The version of the CDK's bootstrap, which each of its stacks looks up.
    { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: 'arn:*:ssm:*:*:parameter/cdk-bootstrap/*' },
  );
}

/** Of keys and their names, what CloudFormation calls; its schemas of both types name it. */
const KEY_ADMINISTRATION = [
  ...['CreateAlias', 'CreateKey', 'DeleteAlias', 'DescribeKey', 'DisableKey', 'DisableKeyRotation'],
  ...['EnableKey', 'EnableKeyRotation', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListAliases'],
  ...['ListResourceTags', 'PutKeyPolicy', 'ScheduleKeyDeletion', 'TagResource', 'UntagResource'],
  ...['UpdateAlias', 'UpdateKeyDescription'],
].map((name) => `kms:${name}`);

/** Of roles, all but their policies, which belong to the second stack. */
const TRUST = [
  ...['CreateRole', 'DeleteRole', 'GetRole', 'GetRolePolicy', 'ListAttachedRolePolicies'],
  ...['ListInstanceProfilesForRole', 'ListRolePolicies', 'PutRolePermissionsBoundary', 'TagRole'],
  ...['UntagRole', 'UpdateAssumeRolePolicy', 'UpdateRole', 'UpdateRoleDescription'],
].map((name) => `iam:${name}`);

const CHANGES_ISSUERS = [
  ...['CreateOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint', 'DeleteOpenIDConnectProvider'],
  ...['AddClientIDToOpenIDConnectProvider', 'RemoveClientIDFromOpenIDConnectProvider'],
].map((name) => `iam:${name}`);
const READS_ISSUERS = [
  ...['GetOpenIDConnectProvider', 'ListOpenIDConnectProviderTags', 'TagOpenIDConnectProvider'],
  'UntagOpenIDConnectProvider',
].map((name) => `iam:${name}`);
const ISSUERS = 'arn:*:iam::*:oidc-provider/*';

/** The roles of the first stack, as CloudFormation names them: by their stack. */
const OF_KEYS = 'arn:*:iam::*:role/fieldgate-*-keys-*';

const OF_REPLICAS = 'arn:*:iam::*:role/aws-service-role/mrk.kms.amazonaws.com/*';
const FOR_REPLICAS = { StringEquals: { 'iam:AWSServiceName': 'mrk.kms.amazonaws.com' } };

const notBounded = (boundary: string) => ({
  Effect: 'Deny',
  Action: GIVES_RIGHTS,
  Condition: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } },
});

/** @param boundary ARN of the managed policy made from `roleBoundary` */
export function deployerPolicy(boundary: string): Policy {
  return policy(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Sid: 'OnlyBoundedRoles', ...notBounded(boundary), Resource: '*' },
    // Any other role of the account could be an administrator's, that code of the stack runs under.
    { Sid: 'OnlyRolesOfStacks', Effect: 'Deny', Action: 'iam:PassRole', NotResource: OF_STACKS },
    { Sid: 'BoundaryStays', Effect: 'Deny', Action: UNBINDS, Resource: '*' },
    { Sid: 'BoundaryIsNotEdited', Effect: 'Deny', Action: EDITS, Resource: boundary },
    { Sid: 'NoUse', Effect: 'Deny', Action: USES, Resource: '*' },
    // DynamoDB makes its own use of the key aws/dynamodb for a new table, in the name of the role that makes it.
    { Sid: 'NoKeys', Effect: 'Deny', Action: KEYS, Resource: '*', Condition: DIRECTLY },
    { Sid: 'KeysStay', Effect: 'Deny', Action: CHANGES_KEYS, Resource: '*' },
    // Of a new role the trust is set as it is made, and no key policy names it.
    { Sid: 'TrustStays', Effect: 'Deny', Action: 'iam:UpdateAssumeRolePolicy', Resource: '*' },
    { Sid: 'IssuersStay', Effect: 'Deny', Action: CHANGES_ISSUERS, Resource: ISSUERS },
    { Sid: 'RolesOfKeysStay', Effect: 'Deny', Action: CHANGES_ROLES, Resource: OF_KEYS },
  );
}

const CHANGES_KEYS = [
  ...['CreateAlias', 'CreateKey', 'DeleteAlias', 'DeleteImportedKeyMaterial', 'DisableKey'],
  ...['DisableKeyRotation', 'EnableKey', 'ImportKeyMaterial', 'PutKeyPolicy', 'ReplicateKey'],
  ...['ScheduleKeyDeletion', 'UpdateAlias', 'UpdatePrimaryRegion'],
].map((name) => `kms:${name}`);
const CHANGES_ROLES = ['CreateRole', 'DeleteRole', 'PutRolePermissionsBoundary', 'UpdateRole'].map(
  (name) => `iam:${name}`,
);
const GIVES_RIGHTS = [
  ...['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:PutRolePermissionsBoundary'],
  ...['iam:CreateUser', 'iam:PutUserPolicy', 'iam:AttachUserPolicy', 'iam:PutUserPermissionsBoundary'],
];
/** CloudFormation begins the name of a role with that of its stack. AWS's own roles serve one service each. */
const OF_STACKS = ['arn:*:iam::*:role/fieldgate-*', 'arn:*:iam::*:role/aws-service-role/*'];
const UNBINDS = [
  ...['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary', 'iam:CreateAccessKey'],
  ...['iam:CreateLoginProfile', 'iam:PutGroupPolicy', 'iam:AttachGroupPolicy', 'iam:AddUserToGroup'],
  ...['iam:UpdateLoginProfile', 'cloudtrail:StopLogging'],
];
const EDITS = [
  'iam:CreatePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
];
/** A deployment administers keys, tables and buckets, and reads and writes nothing in them. */
const KEYS = [
  ...[
    'kms:Decrypt',
    'kms:GenerateDataKey*',
    'kms:ReEncrypt*',
    'kms:Sign',
    'kms:GenerateMac',
    'kms:CreateGrant',
    'kms:RevokeGrant',
  ],
];
const DIRECTLY = { Bool: { 'aws:ViaAWSService': 'false' } };
const USES = [
  ...['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PartiQL*'],
  ...['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
  ...['dynamodb:ExportTableToPointInTime', 'lambda:InvokeFunction', 'sts:AssumeRole'],
  'secretsmanager:GetSecretValue',
];

function policy(...Statement: object[]): Policy {
  return { Version: '2012-10-17', Statement };
}

const USAGE = `boundary TEMPLATE [ARN-OF-THE-BOUNDARY]

Prints three policies: the boundary of all roles, and those of the two roles that deploy.`;

await command(import.meta.url, USAGE, () => {
  const [file, boundary = 'arn:aws:iam::<account>:policy/<name>'] = process.argv.slice(2);
  if (!file) throw new Error('a template is needed');
  const template: Template = JSON.parse(readFileSync(file, 'utf8'));
  const policies = {
    roles: roleBoundary(template),
    deployer: deployerPolicy(boundary),
    keys: keysPolicy(boundary),
  };
  process.stdout.write(`${JSON.stringify(policies, null, 2)}\n`);
});
