/** Tables that go back: copies of each in the emulator, with the shapes of the stack. drill.test.ts has the gateway around it. */
import {
  ContinuousBackupsUnavailableException,
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Restore, restore } from '../../../infra/aws/commands/restore.ts';
import { goingBack, ruleOf } from '../../../infra/aws/commands/restore-rules.ts';
import { copyOf, copyTables } from '../../../infra/aws/commands/restore-tables.ts';
import type { EnvName } from '../../../shared/env.ts';
import { MODE, TABLES } from '../../../shared/tables.ts';
import { startMoto } from './moto.ts';

const TO = new Date('2026-11-26T08:00:00Z');
const ALL = TABLES.map(({ env }) => env).filter((env) => env !== 'modeTable');
const names: Record<string, string> = {};
let said: string[] = [];
let asked: (readonly string[])[] = [];
let moto: Awaited<ReturnType<typeof startMoto>>;
let dynamo: DynamoDBClient;

const options = (more: Partial<Restore> = {}): Restore => ({
  ...{ dynamo, tables: names, named: ['keysTable'], to: TO, recoveryDays: 35, retryAfter: 900, open: false },
  ...{ steward: ['--agency-file', 's'], auditor: ['--agency-file', 'a'] },
  fieldgate: async (words) => asked.push(words) > 0,
  wait: async () => {},
  now: () => new Date('2026-11-26T12:00:00Z'),
  say: (line) => said.push(line),
  ...more,
});
const mode = async () => {
  const read = new GetItemCommand({ TableName: names['modeTable'], Key: { part: { S: MODE } } });
  return JSON.parse((await dynamo.send(read)).Item?.['document']?.S ?? 'null');
};
const copies = (envs: readonly EnvName[], to = TO) =>
  Object.fromEntries(envs.map((env) => [env, copyOf(names[env] ?? '', to)]));

beforeAll(async () => {
  moto = await startMoto();
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  dynamo = new DynamoDBClient({ region: 'eu-west-1', endpoint: moto.url, credentials });
  for (const { env, partition, sort, index } of TABLES) {
    names[env] = `fieldgate-prod-${env}-0123456789AB`;
    const keys = [{ name: partition, type: 'S' as const }, ...(sort ? [sort] : [])];
    const more = index
      ? [index.partition, index.sort].filter((one) => !keys.some(({ name }) => name === one))
      : [];
    await dynamo.send(
      new CreateTableCommand({
        TableName: names[env],
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: schema(keys.map(({ name }) => name)),
        AttributeDefinitions: [
          ...keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
          ...more.map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
        ],
        ...(index && {
          GlobalSecondaryIndexes: [
            {
              IndexName: index.name,
              KeySchema: schema([index.partition, index.sort]),
              Projection: { ProjectionType: index.keysOnly ? 'KEYS_ONLY' : 'ALL' },
            },
          ],
        }),
      }),
    );
    const recovery = { PointInTimeRecoveryEnabled: true };
    await dynamo.send(
      new UpdateContinuousBackupsCommand({
        TableName: names[env],
        PointInTimeRecoverySpecification: recovery,
      }),
    );
    if (env === 'modeTable') continue;
    const item = Object.fromEntries(
      keys.map(({ name, type }) => [name, type === 'N' ? { N: '1' } : { S: 'a' }]),
    );
    await dynamo.send(new PutItemCommand({ TableName: names[env], Item: item }));
  }
}, 60_000);
beforeEach(() => {
  said = [];
  asked = [];
});
afterAll(() => moto.stop());

const schema = (keys: readonly string[]) =>
  keys.map((AttributeName, at) => ({
    AttributeName,
    KeyType: at === 0 ? ('HASH' as const) : ('RANGE' as const),
  }));

it('says each step of a dry run, and does none', async () => {
  await restore(options({ open: true }), true);
  expect(said.map((line) => line.slice(0, 12))).toEqual([
    ...[
      '1. Close: ev',
      '2. Copy keys',
      '3. Let the c',
      '4. Replay th',
      '5. Compare t',
      '6. Erasures ',
      '7. Open, if ',
    ],
  ]);
  expect(said[1]).toContain('keysTable, sheetsTable, indexTable as of 2026-11-26T08:00:00.000Z');
  expect(asked).toEqual([]);
  expect(await mode()).toBe(null);
  const { TableNames = [] } = await dynamo.send(new ListTablesCommand({}));
  expect(TableNames).toHaveLength(TABLES.length);
});

it('goes back step by step: closed while it copies, then for those that repair, and open at the end', async () => {
  const modes: unknown[] = [];
  await restore(options({ wait: async () => void modes.push((await mode())?.works) }), false);
  expect(new Set(modes)).toEqual(new Set(['none', 'repair']));
  expect(modes.at(0)).toBe('none');
  expect(asked).toEqual([
    ['keys', 'replay', '--agency-file', 's'],
    ['log', 'verify', '--heads', '--agency-file', 'a'],
  ]);
  const tables = copies(['keysTable', 'sheetsTable', 'indexTable']);
  expect(await mode()).toMatchObject({ works: 'repair', tables });
  expect(said.at(-1)).toMatch(/^\d+\.\d s in all$/);
  await restore(options({ named: [], open: true }), false);
  // What stands in stays.
  expect(await mode()).toMatchObject({ works: 'all', tables });
});

it('copies every table, each as its rule says, with what AWS leaves out: recovery, protection, the denial of deletions', async () => {
  await copyTables(dynamo, {
    ...{ from: names, copies: copies(ALL), to: TO, recoveryDays: 35 },
    ...{ pause: async () => {}, say: (line) => said.push(line) },
  });
  // Three were there from the test before.
  expect(said.filter((line) => line.endsWith('is there already'))).toHaveLength(3);
  for (const [env, copy] of Object.entries(copies(ALL))) {
    expect(copy).toBe(`${names[env]}-at-20261126T080000Z`);
    const { Items } = await dynamo.send(new ScanCommand({ TableName: copy }));
    expect([env, Items?.length]).toEqual([env, ruleOf(env as EnvName).how === 'empty' ? 0 : 1]);
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
    const denied = ['keysTable', 'wordsTable', 'logTable'].includes(env);
    expect([env, denial?.Effect]).toEqual([env, denied ? 'Deny' : undefined]);
    if (denial) expect(denial.Action).toContain('dynamodb:DeleteItem');
    const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName: copy }));
    const expires = TABLES.find((one) => one.env === env)?.expires;
    expect([env, TimeToLiveDescription?.AttributeName]).toEqual([env, expires]);
  }
});

it('takes records back together, from the copy that is in use to another instant under a name as short', async () => {
  expect(goingBack(['sheetsTable'], TO)).toEqual(['keysTable', 'sheetsTable', 'indexTable']);
  const later = new Date('2026-11-26T09:30:00Z');
  await restore(options({ named: ['indexTable'], to: later, open: true }), false);
  const tables = copies(['keysTable', 'sheetsTable', 'indexTable'], later);
  expect((await mode()).tables).toEqual(tables);
  for (const [env, copy] of Object.entries(tables)) expect(copy).toBe(`${names[env]}-at-20261126T093000Z`);
});

it.each(['logTable', 'wordsTable'])('takes %s back to the instant of closing alone', async (env) => {
  await expect(restore(options({ named: [env] }), false)).rejects.toThrow(
    'goes back to the instant of closing alone',
  );
  expect((await mode()).works).toBe('all');
  const { to: _, ...rest } = options({ named: [env], now: () => new Date('2026-11-27T10:00:00Z') });
  await restore(rest, true);
  expect(said[1]).toMatch(/as of 2026-11-27T10:05:30/);
});

it.each([['modeTable'], ['noTable']])('has no restore of %s', async (env) => {
  await expect(restore(options({ named: [env] }), false)).rejects.toThrow(
    `${env} is not a table that can go back`,
  );
});

it('stays closed if the replay fails, or if log and heads differ, and the same call continues', async () => {
  const to = new Date('2026-11-26T10:00:00Z');
  const failing = (word: string) =>
    restore(options({ to, open: true, fieldgate: async ([first]) => first !== word }), false);
  await expect(failing('keys')).rejects.toThrow('the replay failed');
  expect((await mode()).works).toBe('repair');
  said = [];
  await failing('log');
  expect(said.some((line) => line.includes('Close'))).toBe(false);
  expect(said.join()).toContain('They differ, so it stays closed');
  expect((await mode()).works).toBe('repair');
  await restore(options({ to, open: true }), false);
  expect((await mode()).works).toBe('all');
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
  const some = copies(['tasksTable']);
  await copyTables(dynamo, { from: names, copies: some, to: TO, recoveryDays: 35, pause, say: () => {} });
  send.mockRestore();
  expect(pause).toHaveBeenCalledTimes(3);
});
