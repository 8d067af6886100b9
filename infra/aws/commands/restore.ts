/**
 * Goes back to an instant: `npm run restore:aws -- --region … --to 2026-11-26T08:00:00Z keysTable=… sheetsTable=… indexTable=…`. It makes
 * copies of the tables that belong together as they were then, gives each the protection that a copy lacks, and prints
 * the setting that takes them into use. docs/operate/runbook.md#restore has the steps before and after. It can be run
 * again: what is there is not made twice.
 */
import { parseArgs } from 'node:util';
import {
  DescribeTableCommand,
  DynamoDBClient,
  PutResourcePolicyCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { EnvName } from '../../../shared/env.ts';
import { TABLES, type TableShape } from '../../../shared/tables.ts';
import { recoveryOf, resourcePolicyOf } from '../stored/tables.ts';
import { command } from './command.ts';

/** Key items, sheets and index name one another, so they go back together or not at all. */
export const TOGETHER = ['keysTable', 'sheetsTable', 'indexTable'] as const satisfies readonly EnvName[];

export interface RestoreOptions {
  /** Setting to the present name of its table. */
  names: Readonly<Record<string, string>>;
  to: Date;
  recoveryDays: number;
  /** Waits between two looks at a table that is being made. */
  pause: () => Promise<unknown>;
  say: (line: string) => void;
}

/** @returns setting to the name of the copy, for `tableNames` of the settings */
export async function restoreTables(
  dynamo: DynamoDBClient,
  options: RestoreOptions,
): Promise<Record<string, string>> {
  const { names, to, say } = options;
  const stamp = to.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const copies = TOGETHER.map((env) => {
    const from = names[env];
    if (from === undefined) throw new Error(`no table is named for ${env}`);
    // A copy of a copy does not carry both times.
    return { shape: shapeOf(env), from, copy: `${from.replace(/-at-\d{8}T\d{6}Z$/, '')}-at-${stamp}` };
  });
  for (const { from, copy } of copies)
    if (await begun(dynamo, copy)) say(`${copy}: is there already`);
    else {
      const names = { SourceTableName: from, TargetTableName: copy };
      await dynamo.send(new RestoreTableToPointInTimeCommand({ ...names, RestoreDateTime: to }));
      say(`${copy}: begun`);
    }
  for (const { copy } of copies) while (!(await isActive(dynamo, copy))) await options.pause();
  for (const { shape, copy } of copies) {
    while (!(await isProtected(dynamo, shape, copy, options.recoveryDays))) await options.pause();
    say(`${copy}: recovery, protection, time to live and its policy are set`);
  }
  return Object.fromEntries(copies.map(({ shape, copy }) => [shape.env, copy]));
}

/** A new copy may be active before its recovery can be set, and each change occupies the table for a moment. */
async function isProtected(...of: Parameters<typeof protect>): Promise<boolean> {
  try {
    await protect(...of);
    return true;
  } catch (error) {
    if (error instanceof Error && TOO_EARLY.includes(error.name)) return false;
    throw error;
  }
}

const TOO_EARLY = ['ContinuousBackupsUnavailableException', 'ResourceInUseException'];

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

async function begun(dynamo: DynamoDBClient, name: string): Promise<boolean> {
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

function shapeOf(env: EnvName): TableShape {
  const found = TABLES.find((shape) => shape.env === env);
  if (!found) throw new Error(`no table is described for ${env}`);
  return found;
}

const USAGE = `restore:aws --region REGION --to TIME [--recovery-days 35] ${TOGETHER.map((env) => `${env}=NAME`).join(' ')}

Makes copies of these tables as they were at TIME, and prints the setting that takes them into use.`;

await command(import.meta.url, USAGE, async () => {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    options: { region: text, to: text, 'recovery-days': { ...text, default: '35' } },
    allowPositionals: true,
  });
  const to = new Date(values.to ?? '');
  if (values.region === undefined || Number.isNaN(to.valueOf()) || positionals.length !== TOGETHER.length)
    throw new Error('a region, a time and the three tables are needed');
  const names = Object.fromEntries(positionals.map((one) => one.split('=')));
  const tableNames = await restoreTables(new DynamoDBClient({ region: values.region }), {
    ...{ names, to, recoveryDays: Number(values['recovery-days']) },
    pause: () => new Promise((resolve) => setTimeout(resolve, 10_000)),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`tableNames: ${JSON.stringify(tableNames)}\n`);
});
