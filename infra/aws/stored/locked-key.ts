import { Aws, Duration } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Key, type KeySpec, type KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { kept } from '../removal-policy.ts';
import type { Settings } from '../settings.ts';
import { ADMINISTRATION } from './class-uses.ts';

/** The condition operators of one statement, in IAM's form. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;

/** The role that a grant is for: that of a function, or that of a session. */
export interface Grantee {
  role: IRole;
  allow(statement: PolicyStatement): void;
}

export interface LockedKeyProps {
  description: string;
  /** What people call the key by, after the environment. */
  alias: string;
  /** The default is a symmetric key that KMS rotates each year. */
  kind?: { spec: KeySpec; usage: KeyUsage };
  settings: Settings;
}

/** A KMS key that the account administers but can't use. */
export function lockedKey(scope: Construct, id: string, props: LockedKeyProps): Key {
  return new Key(scope, id, {
    description: props.description,
    alias: `fieldgate-${props.settings.environment}-${props.alias}`,
    multiRegion: props.settings.multiRegion,
    ...(props.kind ? { keySpec: props.kind.spec, keyUsage: props.kind.usage } : { enableKeyRotation: true }),
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'AdministerOnly',
          principals: [new AccountRootPrincipal()],
          actions: ADMINISTRATION,
          resources: ['*'],
        }),
      ],
    }),
    pendingWindow: Duration.days(props.settings.retain ? 30 : 7),
    removalPolicy: kept(props.settings),
  });
}

/**
 * Lets the role do one thing with a key. The key policy decides, because it does not delegate to IAM. `onRole` repeats
 * the statement on the role, for readers of the role.
 */
export function allowOnKey(
  key: Key,
  to: Grantee,
  actions: readonly string[],
  conditions: Conditions = {},
): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [to.role],
      actions: actions.map((action) => `kms:${action}`),
      resources: ['*'],
      conditions: { ...conditions },
    }),
  );
}

export function allowOnRole(
  to: Grantee,
  keys: readonly Key[],
  actions: readonly string[],
  conditions: Conditions = {},
): void {
  to.allow(
    new PolicyStatement({
      actions: actions.map((action) => `kms:${action}`),
      resources: keys.map((key) => key.keyArn),
      conditions: { ...conditions },
    }),
  );
}

/**
 * A key under which tables rest. Like the account's own `aws/dynamodb` it serves DynamoDB alone, for principals of the account
 * that may use the table; it can't be called directly, and no role needs a right. An administrator can disable it, which closes
 * every table.
 */
export function tableKey(scope: Construct, settings: Settings): Key {
  const key = lockedKey(scope, 'TablesKey', {
    ...{ description: `Fieldgate ${settings.environment}: tables at rest`, alias: 'tables' },
    settings,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyByDynamoDB',
      principals: [new AnyPrincipal()],
      actions: ['Encrypt', 'Decrypt', 'ReEncrypt*', 'GenerateDataKey*', 'DescribeKey', 'CreateGrant'].map(
        (action) => `kms:${action}`,
      ),
      resources: ['*'],
      conditions: {
        StringEquals: {
          'kms:CallerAccount': Aws.ACCOUNT_ID,
          'kms:ViaService': `dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}`,
        },
      },
    }),
  );
  return key;
}
