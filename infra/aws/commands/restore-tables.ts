/** Copies of tables as they were at an instant, with the protection that AWS leaves out of a copy. */
import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutResourcePolicyCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { EnvName } from '../../../shared/env.ts';
import type { TableShape } from '../../../shared/tables.ts';
import { recoveryOf, resourcePolicyOf } from '../stored/tables.ts';
import { ruleOf, shapeOf } from './restore-rules.ts';

export interface CopyOptions {
  /** Setting to the name of the table that is in use. */
  from: Readonly<Record<string, string>>;
  /** Setting to the name of its copy. */
  copies: Readonly<Record<string, string>>;
  to: Date;
  recoveryDays: number;
  /** Waits between two looks at a table that is being made. */
  pause: () => Promise<unknown>;
  say: (line: string) => void;
}

/** The name of the copy of a table, or of that of another copy: a copy of a copy does not carry both times. */
export const copyOf = (table: string, to: Date): string =>
  `${table.replace(/-at-\d{8}T\d{6}Z$/, '')}-at-${to.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;

/** Can be run again: what is there is not made twice. */
export async function copyTables(dynamo: DynamoDBClient, options: CopyOptions): Promise<void> {
  const { say, pause } = options;
  const copies = Object.entries(options.copies).map(([env, copy]) => ({
    ...{ shape: shapeOf(env as EnvName), copy, from: options.from[env] ?? '' },
  }));
  for (const one of copies) {
    if (await isThere(dynamo, one.copy)) say(`${one.copy}: is there already`);
    else {
      while (!(await begun(dynamo, one, options.to))) await pause();
      say(`${one.copy}: begun`);
    }
  }
  for (const { copy } of copies) while (!(await isActive(dynamo, copy))) await pause();
  for (const { shape, copy } of copies) {
    while (!(await isDone(() => protect(dynamo, shape, copy, options.recoveryDays)))) await pause();
    say(`${copy}: recovery, protection, time to live and its policy are set`);
  }
}

function begun(
  dynamo: DynamoDBClient,
  { shape, from, copy }: { shape: TableShape; from: string; copy: string },
  to: Date,
) {
  return isDone(async () => {
    if (ruleOf(shape.env).how === 'empty')
      return dynamo.send(new CreateTableCommand({ ...emptyOf(shape), TableName: copy }));
    const names = { SourceTableName: from, TargetTableName: copy };
    return dynamo.send(new RestoreTableToPointInTimeCommand({ ...names, RestoreDateTime: to }));
  });
}

/**
 * An instant may be restored some minutes later, a new copy be active before its recovery can be set, and each change occupies the
 * table for a moment.
 * @returns whether it was not too early
 */
async function isDone(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof Error && TOO_EARLY.includes(error.name)) return false;
    throw error;
  }
}

const TOO_EARLY = [
  'InvalidRestoreTimeException',
  'ContinuousBackupsUnavailableException',
  'ResourceInUseException',
];

function emptyOf({ partition, sort, index }: TableShape) {
  const keys = (hash: string, range?: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ];
  const types: AttributeDefinition[] = [
    { AttributeName: partition, AttributeType: 'S' },
    ...(sort ? [{ AttributeName: sort.name, AttributeType: sort.type }] : []),
  ];
  // The one table that is made again has no index of its own.
  if (index) throw new Error('an empty table with an index is not made here');
  return {
    BillingMode: 'PAY_PER_REQUEST' as const,
    KeySchema: keys(partition, sort?.name),
    AttributeDefinitions: types,
  };
}

/** What AWS leaves out of a copy. */
async function protect(dynamo: DynamoDBClient, shape: TableShape, copy: string, days: number): Promise<void> {
  const recovery = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: recoveryOf(shape.env, days) };
  await dynamo.send(
    new UpdateContinuousBackupsCommand({ TableName: copy, PointInTimeRecoverySpecification: recovery }),
  );
  const set = new UpdateTableCommand({ TableName: copy, DeletionProtectionEnabled: true });
  const arn = (await dynamo.send(set)).TableDescription?.TableArn;
  const policy = resourcePolicyOf(shape.env)?.toJSON();
  if (policy)
    await dynamo.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy: JSON.stringify(policy) }));
  if (shape.expires === undefined) return;
  const live = { AttributeName: shape.expires, Enabled: true };
  await dynamo.send(new UpdateTimeToLiveCommand({ TableName: copy, TimeToLiveSpecification: live }));
}

async function isThere(dynamo: DynamoDBClient, name: string): Promise<boolean> {
  try {
    await dynamo.send(new DescribeTableCommand({ TableName: name }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
    throw error;
  }
}

async function isActive(dynamo: DynamoDBClient, name: string): Promise<boolean> {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: name }));
  return Table?.TableStatus === 'ACTIVE';
}
