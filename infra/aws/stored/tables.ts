import {
  AttributeType,
  BillingMode,
  type CfnTable,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { defined } from '../../../shared/defined.ts';
import type { EnvName } from '../../../shared/env.ts';
import { COSIGNED, COUNTS, DECIDED, HEAD, TABLES, type TableShape } from '../../../shared/tables.ts';
import { acknowledge } from '../acknowledge.ts';
import { kept } from '../removal-policy.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import { allowing } from '../run/roles.ts';
import type { Settings } from '../settings.ts';

/** A function's actions on a table. `Query` includes the table's index. */
export type TableAction =
  | 'DescribeTable'
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem';

/** The data of these tables must be unreadable a day after its erasure, so no backup reaches back further. */
const FORGOTTEN_WITHIN_A_DAY: ReadonlySet<EnvName> = new Set(['keysTable', 'indexTable', 'wordsTable']);

/** Days that a table's recovery reaches back. @param days those of the settings */
export function recoveryOf(name: EnvName, days: number): number {
  return FORGOTTEN_WITHIN_A_DAY.has(name) ? 1 : days;
}

const NUMBER_OR_STRING = { S: AttributeType.STRING, N: AttributeType.NUMBER };

/**
 * The tables that `shared/tables.ts` describes. They rest under the account's DynamoDB key, or one of the first stack. Fields are
 * ciphertext already, so either protects references, times and names of offices.
 */
export class Tables extends Construct {
  readonly #tables = new Map<EnvName, { table: Pick<ITable, 'tableName' | 'tableArn'>; shape: TableShape }>();
  readonly #granted = new Map<GatewayFunction, Map<EnvName, PolicyStatement>>();

  constructor(scope: Construct, id: string, settings: Settings, key: IKey | undefined) {
    super(scope, id);
    for (const shape of TABLES) {
      const table = new Table(this, shape.env, {
        partitionKey: { name: shape.partition, type: AttributeType.STRING },
        ...defined({
          sortKey: shape.sort && { name: shape.sort.name, type: NUMBER_OR_STRING[shape.sort.type] },
          timeToLiveAttribute: shape.expires,
          resourcePolicy: resourcePolicyOf(shape.env),
        }),
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: key ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.AWS_MANAGED,
        ...defined({ encryptionKey: key }),
        pointInTimeRecoverySpecification: {
          pointInTimeRecoveryEnabled: true,
          recoveryPeriodInDays: recoveryOf(shape.env, settings.recoveryDays),
        },
        deletionProtection: settings.retain,
        removalPolicy: kept(settings),
      });
      // Fixed logical ids. So no change of this code's structure replaces a table, and the names fit into
      // Lambda's 4 KB of settings.
      (table.node.defaultChild as CfnTable).overrideLogicalId(shape.env);
      if (shape.index) {
        table.addGlobalSecondaryIndex({
          indexName: shape.index.name,
          partitionKey: { name: shape.index.partition, type: AttributeType.STRING },
          sortKey: { name: shape.index.sort, type: AttributeType.STRING },
          projectionType: shape.index.keysOnly ? ProjectionType.KEYS_ONLY : ProjectionType.ALL,
        });
      }
      this.#tables.set(shape.env, { table, shape });
    }
    acknowledge(this, {
      'NIST.800.53.R5-DynamoDBInBackupPlan':
        'Point-in-time recovery is the only backup. An older copy would undo an erasure.',
    });
  }

  /** Gives the function the table's name and exactly these actions on it, and on a copy that stands in for it. */
  grant(fn: GatewayFunction, name: EnvName, ...actions: TableAction[]): void {
    const { table, shape } = this.#table(name);
    fn.set(name, table.tableName);
    const named = actions.map((action) => `dynamodb:${action}`);
    // One statement for each table: the policies of a role are limited in size.
    const of = this.#granted.get(fn) ?? new Map<EnvName, PolicyStatement>();
    this.#granted.set(fn, of);
    const before = of.get(name);
    before?.addActions(...named.filter((action) => !before.actions.includes(action)));
    if (before) return;
    const statement = allowing(named, withCopies(fn, table, shape));
    of.set(name, statement);
    fn.allow(statement);
  }

  /**
   * Like `grant`, but for the named attributes only (key attributes are named too). A read without a projection is refused.
   */
  grantAttributes(
    fn: GatewayFunction,
    name: EnvName,
    attributes: readonly string[],
    action: 'GetItem' | 'PutItem' | 'Scan' | 'UpdateItem' = 'GetItem',
  ): void {
    this.#grantIf(fn, name, [action], 'StringEquals', 'Attributes', attributes);
  }

  /** Of the mode: the checkpoint that functions show, and not whether they work. */
  grantHead(fn: GatewayFunction): void {
    this.grantAttributes(fn, 'modeTable', ['part', HEAD], 'UpdateItem');
  }

  /** Like `grant`, but for items under these partition keys only; `*` matches any rest. */
  grantPartition(
    fn: GatewayFunction,
    name: EnvName,
    partitions: string | readonly string[],
    ...actions: TableAction[]
  ): void {
    this.#grantIf(fn, name, actions, 'StringLike', 'LeadingKeys', [partitions].flat());
  }

  /** Like `grant`, but for items under all partition keys except these; `*` matches any rest. */
  grantOutside(
    fn: GatewayFunction,
    name: EnvName,
    partitions: readonly string[],
    ...actions: TableAction[]
  ): void {
    this.#grantIf(fn, name, actions, 'StringNotLike', 'LeadingKeys', partitions);
  }

  /** Where entries are in the tree, and what witnesses say of it. */
  grantPlaces(fn: GatewayFunction): void {
    this.grant(fn, 'treeTable', 'Query');
    this.grantPartition(fn, 'treeTable', `${COSIGNED}*`, 'PutItem');
  }

  /** What an erasure does to the log: secrets, places and the number of a person's entries go. */
  grantForget(fn: GatewayFunction): void {
    this.grant(fn, 'wordsTable', 'GetItem');
    this.grant(fn, 'logIndexTable', 'DeleteItem');
    // A row that also leads to an entry that stays.
    this.grantPartition(fn, 'logIndexTable', 'subject:*', 'PutItem');
    this.grantPartition(fn, 'treeTable', `${COUNTS}*`, 'DeleteItem');
    // A log in the tree that has no index is not young, but has lost it.
    this.grantPartition(fn, 'treeTable', DECIDED, 'GetItem');
  }

  /** A request that does not name what the condition is about is refused. */
  #grantIf(
    fn: GatewayFunction,
    name: EnvName,
    actions: readonly TableAction[],
    operator: 'StringEquals' | 'StringLike' | 'StringNotLike',
    of: 'Attributes' | 'LeadingKeys',
    values: readonly string[],
  ): void {
    const { table, shape } = this.#table(name);
    fn.set(name, table.tableName);
    fn.allow(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [withCopies(fn, table, shape)],
        conditions: {
          [`ForAllValues:${operator}`]: { [`dynamodb:${of}`]: [...values] },
          Null: { [`dynamodb:${of}`]: 'false' },
        },
      }),
    );
  }

  /** The table's name after deployment. */
  nameOf(name: EnvName): string {
    return this.#table(name).table.tableName;
  }

  #table(name: EnvName) {
    const found = this.#tables.get(name);
    if (!found) throw new Error(`no table is described for ${name}`);
    return found;
  }
}

/**
 * A table, its index, and each copy that an operator lets stand in for it: its name goes on with an instant. Two resources a
 * statement would be more than a role's policies can hold.
 */
function withCopies(
  fn: GatewayFunction,
  { tableArn }: Pick<ITable, 'tableArn'>,
  { env }: TableShape,
): string {
  acknowledge(fn, { [`AwsSolutions-IAM5[Resource::<${env}.Arn>*]`]: COPIES });
  return `${tableArn}*`;
}

const COPIES = 'A copy of this table takes its place after a restore, under its name and an instant.';

/** What no principal of the account may do with a table, whatever its own policies say. */
export function resourcePolicyOf(name: EnvName): PolicyDocument | undefined {
  // DynamoDB can't distinguish a new item from a replaced one, so the writer's put is conditional, and the hash chains show
  // a replaced item.
  if (name === 'logTable') return denied('PutOnceNeverChanged', [...DELETES, 'UpdateItem', 'PartiQLUpdate']);
  // An erasure puts a tombstone in place of wrapped keys, and fewer secrets in place of secrets. Their backup reaches back one
  // day, so a deletion would be found too late.
  // Without the mode the functions would go back to tables that copies have replaced.
  if (['keysTable', 'wordsTable', 'modeTable'].includes(name)) return denied('NeverDeleted', DELETES);
  return undefined;
}

const DELETES = ['DeleteItem', 'BatchWriteItem', 'PartiQLDelete'];

function denied(sid: string, actions: readonly string[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: ['*'],
      }),
    ],
  });
}
