/** The command that goes back to an instant, on tables of the emulator with the shapes of the stack. */
import {
  ContinuousBackupsUnavailableException,
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { restoreTables, TOGETHER } from '../../../infra/aws/commands/restore.ts';
import { TABLES } from '../../../shared/tables.ts';
import { startMoto } from './moto.ts';

const TO = new Date('2026-11-26T08:00:00Z');
const said: string[] = [];
const names: Record<string, string> = {};
let moto: Awaited<ReturnType<typeof startMoto>>;
let dynamo: DynamoDBClient;
let copies: Record<string, string>;

const restore = () =>
  restoreTables(dynamo, {
    ...{ names, to: TO, recoveryDays: 35 },
    pause: async () => {},
    say: (line) => said.push(line),
  });

beforeAll(async () => {
  moto = await startMoto();
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  dynamo = new DynamoDBClient({ region: 'eu-west-1', endpoint: moto.url, credentials });
  for (const { env, partition, sort } of TABLES.filter((one) =>
    (TOGETHER as readonly string[]).includes(one.env),
  )) {
    names[env] = `fieldgate-prod-${env}-0123456789AB`;
    const keys = [{ name: partition, type: 'S' as const }, ...(sort ? [sort] : [])];
    await dynamo.send(
      new CreateTableCommand({
        TableName: names[env],
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys.map(({ name }, at) => ({
          AttributeName: name,
          KeyType: at === 0 ? 'HASH' : 'RANGE',
        })),
        AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
      }),
    );
    const recovery = { PointInTimeRecoveryEnabled: true };
    await dynamo.send(
      new UpdateContinuousBackupsCommand({
        TableName: names[env],
        PointInTimeRecoverySpecification: recovery,
      }),
    );
    const item = Object.fromEntries(keys.map(({ name }) => [name, { S: 'a' }]));
    await dynamo.send(new PutItemCommand({ TableName: names[env], Item: item }));
  }
  copies = await restore();
});

afterAll(() => moto.stop());

it('copies the three tables that name one another, with their items', async () => {
  expect(Object.keys(copies).sort()).toEqual([...TOGETHER].sort());
  for (const [env, copy] of Object.entries(copies)) {
    expect(copy).toBe(`${names[env]}-at-20261126T080000Z`);
    const { Items } = await dynamo.send(new ScanCommand({ TableName: copy }));
    expect([env, Items?.length]).toEqual([env, 1]);
  }
});

it('gives each copy what AWS leaves out: recovery of the right length, protection, and the denial of deletions', async () => {
  for (const [env, copy] of Object.entries(copies)) {
    const { ContinuousBackupsDescription: told } = await dynamo.send(
      new DescribeContinuousBackupsCommand({ TableName: copy }),
    );
    expect([env, told?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus]).toEqual([env, 'ENABLED']);
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: copy }));
    expect([env, Table?.DeletionProtectionEnabled]).toEqual([env, true]);
    const policy = await dynamo.send(new GetResourcePolicyCommand({ ResourceArn: Table?.TableArn })).then(
      ({ Policy = '' }) => JSON.parse(Policy).Statement,
      () => undefined,
    );
    const [denial] = policy ?? [];
    expect([env, denial?.Effect]).toEqual([env, env === 'keysTable' ? 'Deny' : undefined]);
    if (denial) expect(denial.Action).toContain('dynamodb:DeleteItem');
    const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName: copy }));
    const expires = TABLES.find((one) => one.env === env)?.expires;
    expect([env, TimeToLiveDescription?.AttributeName]).toEqual([env, expires]);
  }
});

it('continues if it is run again, and goes back from a copy to another instant under a name as short', async () => {
  expect(await restore()).toEqual(copies);
  const { TableNames } = await dynamo.send(new ListTablesCommand({}));
  expect(TableNames).toHaveLength(2 * TOGETHER.length);
  expect(said.filter((line) => line.endsWith('is there already'))).toHaveLength(TOGETHER.length);
  const again = await restoreTables(dynamo, {
    ...{ names: copies, to: new Date('2026-11-26T09:30:00Z'), recoveryDays: 35 },
    ...{ pause: async () => {}, say: () => {} },
  });
  for (const [env, copy] of Object.entries(again)) expect(copy).toBe(`${names[env]}-at-20261126T093000Z`);
});

it('waits for a copy whose recovery can not be set yet', async () => {
  const early = new ContinuousBackupsUnavailableException({ message: 'not yet', $metadata: {} });
  const send = vi.spyOn(dynamo, 'send');
  const real = DynamoDBClient.prototype.send.bind(dynamo) as (command: never) => Promise<never>;
  let refusals = 3;
  send.mockImplementation(((command: object) =>
    command instanceof UpdateContinuousBackupsCommand && refusals-- > 0
      ? Promise.reject(early)
      : real(command as never)) as never);
  const pause = vi.fn(async () => {});
  expect(
    await restoreTables(dynamo, { ...{ names, to: TO, recoveryDays: 35 }, pause, say: () => {} }),
  ).toEqual(copies);
  send.mockRestore();
  expect(pause).toHaveBeenCalledTimes(3);
});

it('begins nothing without the name of each table', async () => {
  const { keysTable: _, ...others } = names;
  const more = { names: others, to: TO, recoveryDays: 35, pause: async () => {}, say: () => {} };
  await expect(restoreTables(dynamo, more)).rejects.toThrow('no table is named for keysTable');
});
