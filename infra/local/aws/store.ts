/** DynamoDB for the local gateway: dynalite on LevelDB, behind the ordinary SDK client. */

import { EventEmitter } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { AbstractKeyIterator, AbstractValueIterator } from 'abstract-level';
import dynalite from 'dynalite';
import type { EnvName } from '../../../shared/env.ts';
import { TABLES, type TableShape } from '../../../shared/tables.ts';

// dynalite ends a query early by calling `return` on the iterator, which iterators of LevelDB do not have. So
// no iterator was ever closed. Each one kept all files of its time, and disk and memory grew with every
// query.
for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
  Object.assign(prototype, {
    return(this: { close(): Promise<void> }) {
      return this.close();
    },
  });
}

export interface Store {
  client(): DynamoDBClient;
  /** Setting to table name. */
  tables: ReadonlyMap<EnvName, string>;
  close(): Promise<void>;
}

/**
 * @param folder of the LevelDB files, or `null` for memory. dynalite opens its files late and does not report
 * why that failed: `prepareState` tries them before.
 */
export async function openStore(folder: string | null): Promise<Store> {
  const server = dynalite({ createTableMs: 0, ...(folder === null ? {} : { path: folder }) }) as Server;
  const [serve] = server.listeners('request') as [RequestListener];
  // dynalite accepts any signature, so no request over a socket is served. It listens only because it can't
  // close its files otherwise.
  server.removeAllListeners('request');
  server.on('request', (_, response) => void response.writeHead(403).end());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const running = new Set<unknown>();
  const requestHandler = inProcess(serve, running);
  const client = () =>
    new DynamoDBClient({
      requestHandler,
      region: 'local',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  const tables = new Map(TABLES.map((table) => [table.env, nameOf(table)] as const));
  const admin = client();
  await createTables(admin);
  admin.destroy();
  return {
    client,
    tables,
    async close() {
      // dynalite throws outside of any call if its files are closed while it works for an abandoned request.
      for (let rounds = 0; running.size > 0 && rounds < PATIENCE; rounds++) await setTimeout(10);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Maximum number of 10 ms rounds for running requests. */
const PATIENCE = 300;

interface Asked {
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/**
 * Passes a request of the SDK to dynalite's listener without a socket, because HTTP on both sides costs more
 * than the query.
 * @param running the requests that dynalite is working on.
 */
function inProcess(
  serve: RequestListener,
  running: Set<unknown>,
): NonNullable<DynamoDBClientConfig['requestHandler']> {
  const handle = ({ headers, body = '' }: Asked) =>
    new Promise((resolve) => {
      const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
      const answered: Record<string, string> = {};
      const response = Object.assign(new EventEmitter(), {
        statusCode: 200,
        setHeader(name: string, value: unknown) {
          answered[name.toLowerCase()] = String(value);
        },
        writeHead(status: number) {
          response.statusCode = status;
          return response;
        },
        end(text = '') {
          running.delete(response);
          const { statusCode } = response;
          resolve({ response: { statusCode, headers: answered, body: Buffer.from(text) } });
        },
      });
      running.add(response);
      serve(request as never, response as never);
      request.emit('data', bytesOf(body));
      request.emit('end');
    });
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle,
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  } as never;
}

/** A view: `Buffer.from(body)` would ask the SDK's body type for its text, which makes the SDK warn. */
function bytesOf(body: string | Uint8Array): Buffer {
  return typeof body === 'string'
    ? Buffer.from(body)
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

async function createTables(client: DynamoDBClient): Promise<void> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const table of TABLES) {
    if (!TableNames.includes(nameOf(table))) await client.send(new CreateTableCommand(shapeOf(table)));
  }
  for (const table of TABLES) await untilActive(client, nameOf(table));
}

/** A new table gives no rows until it is active, shortly after the call that creates it. */
async function untilActive(client: DynamoDBClient, TableName: string): Promise<void> {
  for (let rounds = 0; rounds < PATIENCE; rounds++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await setTimeout(10);
  }
  throw new Error(`${TableName} does not become active`);
}

/** `keysTable` becomes `fieldgate-keys`. */
function nameOf(table: TableShape): string {
  return `fieldgate-${table.env.replace(/Table$/, '')}`;
}

function shapeOf(table: TableShape): CreateTableCommandInput {
  const attributes = new Map([[table.partition, 'S' as 'S' | 'N']]);
  if (table.sort) attributes.set(table.sort.name, table.sort.type);
  if (table.index) attributes.set(table.index.partition, 'S').set(table.index.sort, 'S');
  return {
    TableName: nameOf(table),
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(table.partition, table.sort?.name),
    ...(table.index && {
      GlobalSecondaryIndexes: [
        {
          IndexName: table.index.name,
          KeySchema: keySchema(table.index.partition, table.index.sort),
          Projection: { ProjectionType: table.index.keysOnly ? 'KEYS_ONLY' : 'ALL' },
        },
      ],
    }),
  };
}

function keySchema(partition: string, sort: string | undefined): CreateTableCommandInput['KeySchema'] {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' } as const]),
  ];
}
