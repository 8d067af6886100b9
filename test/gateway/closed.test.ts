/** A closed gateway: every route says so, no table is touched, nothing is released; and what stands in for a table. */
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FRESH, followMode, whileOpen } from '../../functions/mode.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { MODE, type Mode, TABLES } from '../../shared/tables.ts';
import { fileGateway } from '../support/gateway.ts';

const clock = { now: Date.now() };
const gateway = await fileGateway({ now: () => clock.now });
const DETAILS = { actions: ['release'], purpose: 'E1', officer: 'li.na', reason: 'child missing since noon' };
const MATCH = { id_number: '99000120130506001X' };
const ASK = {
  collection: 'children',
  subjects: [{ match: MATCH }],
  fields: ['name'],
  context: { imminentDangerAttested: true },
};

/** As an operator does, and long enough ago for every function to know. */
async function setMode(mode: Mode): Promise<void> {
  const Item = { part: { S: MODE }, document: { S: JSON.stringify(mode) } };
  await gateway.dynamo.send(new PutItemCommand({ TableName: gateway.env.modeTable, Item }));
  clock.now += FRESH;
}
const open = () => setMode({ works: 'all', retryAfter: 0, tables: {} });
const release = () => gateway.call('mps-county', DETAILS, 'POST', '/v1/releases', ASK);

beforeAll(() =>
  gateway.put('mps-county', { match: MATCH, fields: { name: '测试儿童甲', area_code: '990001' } }),
);
afterEach(open);

describe('a closed gateway', () => {
  const none: Mode = { works: 'none', retryAfter: 900, tables: {} };

  it('answers each route of the functions with 503 MAINTENANCE and when to come back, and needs no token for that', async () => {
    await setMode(none);
    const routes = ALL_ROUTES.filter(({ fn }) => fn !== 'console');
    expect(routes.length).toBeGreaterThan(100);
    for (const { method, path } of routes) {
      const answer = await fetch(gateway.url + path.replaceAll(/:\w+/g, 'x'), { method });
      const { code } = (await answer.json()) as { code: string };
      expect([path, answer.status, code]).toEqual([path, 503, 'MAINTENANCE']);
      expect(answer.headers.get('retry-after')).toBe('900');
    }
  });

  it('releases nothing under a token of before, touches no table, and goes on where it was', async () => {
    expect((await release()).json.results[0].fields).toHaveProperty('name');
    await setMode(none);
    const decrypts = () => gateway.trail.filter(({ eventName }) => eventName === 'Decrypt').length;
    const opened = decrypts();
    const kinds = async () =>
      JSON.stringify((await everything())['logTable']).match(/"decision/g)?.length ?? 0;
    const decided = await kinds();
    // A function that was open began this one while it read that it no longer is.
    expect(await release()).toMatchObject({ status: 503, json: { code: 'MAINTENANCE' } });
    expect([decrypts(), await kinds()]).toEqual([opened, decided]);
    const before = await everything();
    expect(await release()).toMatchObject({ status: 503, json: { code: 'MAINTENANCE' } });
    await expect(gateway.sequencer.step()).rejects.toMatchObject({ code: 'MAINTENANCE' });
    await expect(gateway.casework.pass()).rejects.toMatchObject({ code: 'MAINTENANCE' });
    expect(decrypts()).toBe(opened);
    expect(await everything()).toEqual(before);
    await open();
    expect((await release()).json.results[0].fields).toHaveProperty('name');
    expect((await gateway.sequencer.step()).sequenced).toBeGreaterThan(0);
  });

  it('lets those in that repair: they get tokens and read the log, and no record is read or written', async () => {
    await setMode({ ...none, works: 'repair' });
    expect(await release()).toMatchObject({ status: 503, json: { code: 'MAINTENANCE' } });
    expect(await gateway.audit('/v1/log/entries?limit=1')).toHaveProperty('entries');
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });
});

describe('in repair', () => {
  it.each([
    ['intake', false],
    ['maintenance', true],
  ])('%s, which began while the gateway was open, may touch a table: %s', async (fn, may) => {
    const clock = { now: 0 };
    const mode: Mode = { works: 'all', retryAfter: 900, tables: {} };
    const touched: unknown[] = [];
    const { client } = under(mode, (input) => {
      touched.push(input['TableName']);
      return {};
    });
    followMode(client, { modeTable: 'mode', sheetsTable: 'sheets' }, () => clock.now);
    const touch = () =>
      client.send(new GetItemCommand({ TableName: 'sheets', Key: { subject: { S: 'a' } } }));
    await whileOpen(client, fn, touch);
    const done = whileOpen(client, fn, async () => {
      mode.works = 'repair';
      clock.now += FRESH;
      // The first call learns of it, and each further one knows.
      await touch().catch(() => {});
      await touch().catch(() => {});
    });
    await (may ? done : expect(done).rejects.toMatchObject({ code: 'MAINTENANCE' }));
    expect(touched).toHaveLength(may ? 3 : 2);
  });
});

describe('a copy', () => {
  const copy = 'sheets-at-20261126T080000Z';

  it('takes the place of its table in every call, and its answers name the table', async () => {
    const calls: Record<string, unknown>[] = [];
    const { client, now } = under({ works: 'all', retryAfter: 0, tables: { sheetsTable: copy } }, (input) => {
      calls.push(input);
      return { Responses: { [copy]: [] }, UnprocessedKeys: { [copy]: { Keys: [] } } };
    });
    followMode(client, { modeTable: 'mode', sheetsTable: 'sheets', logTable: 'log' }, now);
    await client.send(new GetItemCommand({ TableName: 'sheets', Key: { subject: { S: 'a' } } }));
    await client.send(new GetItemCommand({ TableName: 'log', Key: { writer: { S: 'a' } } }));
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { sheets: { Keys: [{ subject: { S: 'a' } }] } } }),
    );
    expect(
      calls.map(({ TableName, RequestItems }) => TableName ?? Object.keys(RequestItems as object)[0]),
    ).toEqual([copy, 'log', copy]);
    expect([answer.Responses, answer.UnprocessedKeys]).toEqual([{ sheets: [] }, { sheets: { Keys: [] } }]);
  });

  it.each(['sheets-at-20261126', 'others-at-20261126T080000Z', 'sheets'])(
    'has the name of its table and an instant: %s stands in for nothing',
    async (name) => {
      const { client, now } = under(
        { works: 'all', retryAfter: 0, tables: { sheetsTable: name } },
        () => ({}),
      );
      followMode(client, { modeTable: 'mode', sheetsTable: 'sheets' }, now);
      const read = client.send(new GetItemCommand({ TableName: 'sheets', Key: { subject: { S: 'a' } } }));
      await expect(read).rejects.toMatchObject({ code: 'INTEGRITY_FAULT' });
    },
  );
});

/** A client whose service has the mode, and answers all else. */
function under(mode: Mode, answer: (input: Record<string, unknown>) => object) {
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    requestHandler: {
      async handle({ body }: { body: Uint8Array }) {
        const input = JSON.parse(new TextDecoder().decode(body));
        const item = { part: { S: MODE }, document: { S: JSON.stringify(mode) } };
        const told = input.TableName === 'mode' ? { Item: item } : answer(input);
        return { response: { statusCode: 200, headers: {}, body: Buffer.from(JSON.stringify(told)) } };
      },
    } as never,
  });
  return { client, now: () => 0 };
}

async function everything(): Promise<Record<string, unknown>> {
  const all = await Promise.all(
    TABLES.filter(({ env }) => env !== 'modeTable').map(async ({ env }) => {
      const { Items = [] } = await gateway.dynamo.send(
        new ScanCommand({ TableName: gateway.env[env], ConsistentRead: true }),
      );
      return [env, Items.map((item) => JSON.stringify(item)).sort()] as const;
    }),
  );
  return Object.fromEntries(all);
}
