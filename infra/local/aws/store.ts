/** DynamoDB for the local gateway: dynalite on LevelDB, behind the ordinary SDK client. */

import { randomBytes } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { EnvName } from '../../../shared/env.ts';
import { TABLES, type TableShape } from '../../../shared/tables.ts';

export interface Store {
  client(): DynamoDBClient;
  /** Setting to table name. */
  tables: ReadonlyMap<EnvName, string>;
  close(): Promise<void>;
}

/**
 * @param folder of the LevelDB files, or `null` for memory.
 * dynalite opens its files late and tells nobody why that failed: `prepareState` tries them before.
 */
export async function openStore(folder: string | null): Promise<Store> {
  const server = dynalite({ createTableMs: 0, ...(folder === null ? {} : { path: folder }) }) as Server;
  // dynalite accepts any signature. Only a client that knows this start's access key gets in, so that
  // neither other programs nor web pages on this machine reach the tables behind the gateway's back.
  const accessKeyId = randomBytes(16).toString('hex');
  const running = guard(server, accessKeyId);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const client = () =>
    new DynamoDBClient({
      region: 'local',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId, secretAccessKey: 'local' },
    });
  const tables = new Map(TABLES.map((table) => [table.env, nameOf(table)] as const));
  const admin = client();
  await createTables(admin);
  admin.destroy();
  return {
    client,
    tables,
    async close() {
      // dynalite throws out of nowhere when its files go while it works for a request that nobody waits for any more.
      for (let rounds = 0; running.size > 0 && rounds < PATIENCE; rounds++) await setTimeout(10);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Most rounds of 10 ms that running requests get. */
const PATIENCE = 300;

/** @returns the requests that run. */
function guard(server: Server, accessKeyId: string): ReadonlySet<unknown> {
  const running = new Set<unknown>();
  const [serve] = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const known = request.headers.authorization?.startsWith(`AWS4-HMAC-SHA256 Credential=${accessKeyId}/`);
    if (!known) {
      response.writeHead(403).end();
      return;
    }
    running.add(response);
    response.once('close', () => running.delete(response));
    serve?.(request, response);
  });
  return running;
}

async function createTables(client: DynamoDBClient): Promise<void> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const table of TABLES) {
    if (!TableNames.includes(nameOf(table))) await client.send(new CreateTableCommand(shapeOf(table)));
  }
}

/** `keysTable` is `fieldgate-keys`. */
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
