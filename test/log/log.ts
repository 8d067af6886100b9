/** Shared by the tests of the log: tables in dynalite, a gateway key, entries, and reads of stored items. */

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type Faults, faultList, injectFaults } from '../../infra/local/aws/faults.ts';
import { openStore } from '../../infra/local/aws/store.ts';
import { DATA_KINDS, GATEWAY_KINDS, OFFICE_KINDS } from '../../shared/entry-kinds.ts';
import { WRITERS } from '../../shared/env.ts';
import { asClientId, asKeyId, asLogId } from '../../shared/ids.ts';
import type { Certifier } from '../../shared/log/check/chain.ts';
import type { DataEntry } from '../../shared/log/entry/entry.ts';
import { fromAttributes, type LogItem } from '../../shared/log/write/item.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { LogWriter } from '../../shared/log/write/writer.ts';

export interface TestLog {
  dynamo: DynamoDBClient;
  faults: Faults;
  table: string;
  wordsTable: string;
  treeTable: string;
  indexTable: string;
  certifiers: readonly Certifier[];
  gatewaySign(message: Uint8Array): Promise<Uint8Array>;
  clock: { now: number };
  writer(overrides?: { sign?: (message: Uint8Array) => Promise<Uint8Array> }): LogWriter;
  /** Stored items by writer, each chain in order of `seq`. */
  chains(): Promise<Map<string, LogItem[]>>;
  close(): Promise<void>;
}

/** What a writer of the tests may write. */
export const ALL_KINDS = [...DATA_KINDS, ...OFFICE_KINDS, ...GATEWAY_KINDS];

/** As if each function might write all kinds. */
export const ANY_KINDS = Object.fromEntries(WRITERS.map((fn) => [fn, ALL_KINDS]));

/** A key that vouches for writers of the tests. */
export function vouchFor(key: KeyObject, name = 'test', kinds: readonly string[] = ALL_KINDS): Certifier {
  return { name, key, kinds };
}

export async function openLog(): Promise<TestLog> {
  const store = await openStore(null);
  const faults = faultList();
  const dynamo = store.client();
  const table = store.tables.get('logTable') as string;
  const wordsTable = store.tables.get('wordsTable') as string;
  const treeTable = store.tables.get('treeTable') as string;
  injectFaults(dynamo, faults, table);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const gatewaySign = async (message: Uint8Array) => sign(null, message, privateKey);
  const clock = { now: Date.parse('2025-11-25T08:00:00.000Z') };
  return {
    dynamo,
    faults,
    table,
    wordsTable,
    treeTable,
    indexTable: store.tables.get('logIndexTable') as string,
    certifiers: [vouchFor(publicKey)],
    gatewaySign,
    clock,
    writer: (overrides) =>
      new LogWriter({
        dynamo,
        table,
        wordsTable,
        treeTable,
        sign: gatewaySign,
        now: () => clock.now,
        name: 'test',
        kinds: ALL_KINDS,
        ...overrides,
      }),
    chains: () => readChains(dynamo, table),
    close: async () => {
      dynamo.destroy();
      await store.close();
    },
  };
}

async function readChains(dynamo: DynamoDBClient, table: string): Promise<Map<string, LogItem[]>> {
  const chains = new Map<string, LogItem[]>();
  let start: Record<string, never> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({ TableName: table, ...(start && { ExclusiveStartKey: start }) }),
    );
    for (const item of (page.Items ?? []).map(fromAttributes)) {
      chains.set(item.writer, [...(chains.get(item.writer) ?? []), item]);
    }
    start = page.LastEvaluatedKey as typeof start;
  } while (start);
  for (const items of chains.values()) items.sort((a, b) => a.seq - b.seq);
  return chains;
}

/** A release of one child's name to a school office. */
export function decision(overrides: Partial<DataEntry> = {}): DataEntry {
  return {
    kind: 'decision',
    operation: 'provide',
    owners: ['MPS'],
    handler: { departments: ['EDU'], agency: asClientId('edu-county') },
    purpose: 'S1',
    collection: 'children',
    subject: asLogId('bG9nLWlkLW9mLW9uZS1jaGk'),
    policy: { version: '2025.1', hash: 'q83vEjRWeJA' },
    fields: { MPS: { name: 'plain' } },
    withheld: { illness: 'A8.1' },
    keys: [asKeyId('ZGF0YS1rZXktb2Ytb25lLWM')],
    outcome: 'release',
    rule: 'A8.1',
    words: { officer: 'zhang.wei', case: 'EDU-2026-00417', reason: 'winter subsidy, grade 5' },
    ...overrides,
  };
}

/** So many entries, as items that each hold at most a hundred. @returns all receipts */
export async function appendMany(
  log: Pick<LogWriter, 'append'>,
  count: number,
  make: (n: number) => DataEntry = () => decision(),
): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (let from = 0; from < count; from += 100) {
    const some = Math.min(100, count - from);
    receipts.push(...(await log.append(Array.from({ length: some }, (_, i) => make(from + i)))));
  }
  return receipts;
}
