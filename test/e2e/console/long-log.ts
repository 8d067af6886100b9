/**
 * A log of any length in the real format: entries are sealed into items, items packed into bundles and the checkpoint signed
 * by the code that does so everywhere, but an item is made when it is read for the first time. So nothing has to be written,
 * and no answer is prepared: the gateway's own routes read the bundles, the items and the words.
 * Not whole: the root that is signed is no root of these leaves, and an item names no hash of the one before.
 */
import { generateKeyPairSync } from 'node:crypto';
import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { auditApp } from '../../../functions/audit/app.ts';
import type { AuditDeps } from '../../../functions/audit/deps.ts';
import { logVerifier } from '../../../functions/audit/tree-routes.ts';
import { withTables } from '../../../functions/deps.ts';
import { envOf } from '../../../infra/local/settings.ts';
import { kmsSign } from '../../../shared/keys/sign.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { EPOCH, newEpochKeys } from '../../../shared/log/entry/secrets.ts';
import { type LogItem, toAttributes, writerId } from '../../../shared/log/write/item.ts';
import { sealCalls } from '../../../shared/log/write/seal.ts';
import { epochName, putEpochKeys } from '../../../shared/log/write/secret-table.ts';
import { formatCheckpoint } from '../../../shared/tree/checkpoint.ts';
import { signNote } from '../../../shared/tree/note.ts';
import { packEntries, parseTilePath, TILE_WIDTH } from '../../../shared/tree/tiles.ts';
import type { World } from './world.ts';

/** Leaves of an item, so that a bundle has four whole items. */
const WIDTH = 64;
/** Items that stay made. */
const KEPT = 200;

export interface LongLog {
  size: number;
  /** The officer of the entry at an index of the tree: no two have the same. */
  officerAt(index: number): string;
  /** How many items were made. */
  made(): number;
}

const ROUTES = ['/v1/log/entries', '/v1/log/checkpoint', '/log/checkpoint', '/log/tile/', '/log/signatures/'];

/** Serves a log of `size` entries at the routes of this world's gateway. */
export async function openLongLog(
  world: World,
  size: number,
  entryAt: (index: number) => NewEntry,
): Promise<LongLog> {
  const key = generateKeyPairSync('ed25519');
  const writer = writerId(Buffer.from(key.publicKey.export({ format: 'jwk' }).x as string, 'base64url'));
  const items = Math.ceil(size / WIDTH);
  const { dynamo, env, kms } = world;
  const secrets = new Map(
    Array.from({ length: Math.ceil(items / EPOCH) }, (_, epoch) => [epoch, newEpochKeys()] as const),
  );
  for (const [epoch, keys] of secrets)
    await putEpochKeys({ dynamo, wordsTable: env.wordsTable }, epochName(writer, epoch * EPOCH), keys);
  const now = Date.now();
  let count = 0;
  const known = new Map<number, Promise<LogItem>>();
  const make = async (seq: number): Promise<LogItem> => {
    count += 1;
    const from = seq * WIDTH;
    const entries = Array.from({ length: Math.min(WIDTH, size - from) }, (_, leaf) => entryAt(from + leaf));
    const chain = {
      ...{ writer, key: key.privateKey, seq: seq - 1, hash: Buffer.alloc(32), started: 0 },
      secrets: secrets.get(Math.floor(seq / EPOCH)) as ReturnType<typeof newEpochKeys>,
      kinds: new Set(entries.map(({ kind }) => kind)),
    };
    // An item a second, the last one now.
    const at = now - (items - 1 - seq) * 1000;
    return (await sealCalls([{ entries, resolve() {}, reject() {} }], chain, at)).item;
  };
  const itemAt = (seq: number): Promise<LogItem> => {
    const made = known.get(seq) ?? make(seq);
    known.set(seq, made);
    if (known.size > KEPT) known.delete(known.keys().next().value as number);
    return made;
  };

  const audit = withTables({
    env: envOf(env, 'audit'),
    kms,
    now: Date.now,
    dynamo: withItems(dynamo, env.logTable, writer, itemAt),
  });
  const log = await logVerifier(audit);
  const text = formatCheckpoint({ origin: log.name, size, root: Buffer.alloc(32, 7) });
  const note = signNote(text, log, await kmsSign(kms, env.logKey, 'ED25519_SHA_512', Buffer.from(text)));
  const tree = {
    async read(path: string): Promise<Uint8Array | null> {
      if (path === 'checkpoint') return Buffer.from(note);
      const tile = parseTilePath(path);
      if (tile?.level !== 'entries' || tile.index * TILE_WIDTH + tile.width > size) return null;
      const first = (tile.index * TILE_WIDTH) / WIDTH;
      const some = await Promise.all(
        Array.from({ length: Math.ceil(tile.width / WIDTH) }, (_, i) => itemAt(first + i)),
      );
      return packEntries(some.flatMap(({ leaves }) => leaves.map((leaf) => Buffer.from(leaf))));
    },
  };
  const app = auditApp({ ...audit, tree } as unknown as AuditDeps);
  const { fetch } = world.app;
  world.app.fetch = (request: Request, ...more: unknown[]) =>
    ROUTES.some((path) => new URL(request.url).pathname.startsWith(path))
      ? app.fetch(request)
      : (fetch as (request: Request, ...more: unknown[]) => Response | Promise<Response>)(request, ...more);
  return {
    size,
    officerAt: (index) => entryAt(index).words?.officer ?? '',
    made: () => count,
  };
}

/** A client of the store that also has the items of the long chain. */
function withItems(
  dynamo: DynamoDBClient,
  table: string,
  writer: string,
  itemAt: (seq: number) => Promise<LogItem>,
): DynamoDBClient {
  const isOurs = (key: { writer?: { S?: string } } | undefined) => key?.writer?.S === writer;
  const send = async (command: unknown) => {
    if (command instanceof GetItemCommand && isOurs(command.input.Key as never))
      return {
        Item: toAttributes(await itemAt(Number((command.input.Key as { seq: { N: string } }).seq.N))),
      };
    const asked =
      command instanceof BatchGetItemCommand ? command.input.RequestItems?.[table]?.Keys : undefined;
    if (!asked?.some((one) => isOurs(one as never))) return dynamo.send(command as never);
    const found = await Promise.all(asked.map((one) => itemAt(Number(one['seq']?.N))));
    return { Responses: { [table]: found.map(toAttributes) } };
  };
  return new Proxy(dynamo, { get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)) });
}
