/** DynamoDB for the local gateway: dynalite's operations over SQLite, behind the ordinary SDK client. */

import { join } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig, type KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { view } from '../../../shared/bytes.ts';
import type { EnvName } from '../../../shared/env.ts';
import { TABLES, type TableShape } from '../../../shared/tables.ts';
import { makeFolder } from '../files.ts';
import { openItems } from './dynamo/items.ts';
import { type Answer, type Call, type Description, dynamoOver } from './dynamo/operations.ts';
import { openTurns } from './turns.ts';

export interface Store {
  /** @param aside for work that no request waits for: requests come first */
  client(aside?: boolean): DynamoDBClient;
  /** Setting to table name. */
  tables: ReadonlyMap<EnvName, string>;
  /** Copies the tables as they are at this moment into a new file. */
  snapshot(file: string): void;
  close(): Promise<void>;
}

/** The file of the tables in the store's folder. */
export const STORE_FILE = 'tables.sqlite';

/**
 * @param folder of the tables' file, created if missing, or `null` for memory
 * @throws Error if the file is damaged or in use: `prepareState` tries it before.
 */
export async function openStore(folder: string | null): Promise<Store> {
  if (folder !== null) makeFolder(folder);
  const items = openItems(folder === null ? null : join(folder, STORE_FILE));
  const running = new Set<Promise<unknown>>();
  let closed = false;
  const over = dynamoOver(items, TABLES.map(shapeOf));
  const turns = openTurns<Call>((calls) => {
    // A background task may begin a call after its gateway was closed.
    if (closed) for (const { fail } of calls) fail(new Error('the store is closed'));
    else over(calls);
  });
  const inTurn = (aside: boolean) => (target: string, body: string) =>
    new Promise<Answer>((answer, fail) => turns.queue({ target, body, answer, fail }, aside));
  const requestHandler = inProcess(inTurn(false), running);
  const asideHandler = inProcess(inTurn(true), running);
  return {
    client: (isAside = false) =>
      new DynamoDBClient({ ...CLIENT, requestHandler: isAside ? asideHandler : requestHandler }),
    tables: new Map(TABLES.map((table) => [table.env, nameOf(table)])),
    snapshot: (file) => items.snapshot(file),
    async close() {
      // An abandoned request may still be running.
      while (running.size > 0) await Promise.allSettled(running);
      closed = true;
      items.close();
    },
  };
}

/** Nothing leaves this process, so a request needs no signature. */
const CLIENT: DynamoDBClientConfig = {
  region: 'local',
  endpoint: 'http://dynamodb.local.invalid',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  signer: { sign: async (request) => request },
};

interface Asked {
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** @param running the requests without an answer */
function inProcess(
  dynamo: (target: string, body: string) => Promise<Answer>,
  running: Set<Promise<unknown>>,
): NonNullable<DynamoDBClientConfig['requestHandler']> {
  const handle = async ({ headers, body = '' }: Asked) => {
    const text = typeof body === 'string' ? body : view(body).toString();
    const answer = dynamo(headers['x-amz-target'] ?? '', text);
    running.add(answer);
    try {
      return { response: await answer };
    } finally {
      running.delete(answer);
    }
  };
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle,
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  } as never;
}

/** `keysTable` becomes `fieldgate-keys`. */
function nameOf(table: TableShape): string {
  return `fieldgate-${table.env.replace(/Table$/, '')}`;
}

function shapeOf(table: TableShape): Description {
  const attributes = new Map([[table.partition, 'S' as 'S' | 'N']]);
  if (table.sort) attributes.set(table.sort.name, table.sort.type);
  if (table.index) attributes.set(table.index.partition, 'S').set(table.index.sort, 'S');
  return {
    TableName: nameOf(table),
    TableStatus: 'ACTIVE',
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

function keySchema(partition: string, sort: string | undefined): KeySchemaElement[] {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' } as const]),
  ];
}
