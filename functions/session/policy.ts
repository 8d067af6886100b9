import { brotliDecompressSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { MiddlewareHandler } from 'hono';
import shipped from '#pack/shipped.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { hashOf, loadPack } from '../../shared/policy/pack/load-pack.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { readPointer, readPublished } from '../../shared/records/gateway/policies.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Deps } from '../deps.ts';

/** @param packed one of the modules of a compiled pack */
export const unpacked = (packed: string): object =>
  JSON.parse(String(brotliDecompressSync(Buffer.from(packed, 'base64'))));

/** The pack of this deployment, loaded once per process, without its sentences of law. Class keys exist for its classes. */
export const pack: Pack = loadPack(unpacked(shipped));

/** Settings that `currentPack` needs; each app includes them in its own. */
export const POLICY_ENV = ['policyTable'] as const;
type PolicyDeps = Pick<Deps<'policyTable'>, 'dynamo' | 'now' | 'tables'>;

/** Milliseconds after which the pointer is read again. By then a newly published version is in use. */
const FRESH = 30_000;

interface CachedPack {
  pack: Promise<Pack>;
  /** When the read of the pointer began. */
  since: number;
  /** The result of this read, or until it is there of the one before. */
  last: Pack | undefined;
}
const known = new WeakMap<DynamoDBClient, CachedPack>();

/**
 * The pack in force: the version that two stewards published last, or the deployment's own if none was published.
 * Concurrent calls share one read.
 * @throws the store's error, or Problem INTEGRITY_FAULT if the stored pack is not the one that the pointer names.
 * There is no fallback to an older version, which may have been withdrawn.
 */
export function currentPack({ dynamo, tables, now }: PolicyDeps): Promise<Pack> {
  const last = known.get(dynamo);
  const age = last ? now() - last.since : FRESH;
  if (last && age >= 0 && age < FRESH) return last.pack;
  const next: CachedPack = { pack: read(tables.policy, last?.pack), since: now(), last: last?.last };
  known.set(dynamo, next);
  next.pack.then(
    (pack) => {
      next.last = pack;
    },
    () => {
      if (known.get(dynamo) === next) known.delete(dynamo);
    },
  );
  return next.pack;
}

/** The pack that this process had last, which decides nothing unless `currentPack` gives the same. */
export function rememberedPack({ dynamo }: Pick<PolicyDeps, 'dynamo'>): Pack | undefined {
  return known.get(dynamo)?.last;
}

async function read(table: Table, last: Promise<Pack> | undefined): Promise<Pack> {
  const hash = await readPointer(table);
  if (hash === null || hash === pack.hash) return pack;
  const before = await last?.catch(() => undefined);
  if (before?.hash === hash) return before;
  const text = await readPublished(table, hash);
  const compiled = text === null ? null : JSON.parse(text);
  if (compiled === null || hashOf(compiled) !== hash) throw new Problem('INTEGRITY_FAULT');
  return loadPack(compiled);
}

/**
 * @param collection as a request names it. Absent: the pack's only one
 * @returns the pack in force. @throws Problem INVALID_REQUEST if it is about another collection; and as `currentPack`
 */
export async function packFor(deps: PolicyDeps, collection: string | undefined): Promise<Pack> {
  const pack = await currentPack(deps);
  requireCollection(pack, collection);
  return pack;
}

/** @throws Problem INVALID_REQUEST if the request names another collection than the pack's */
export function requireCollection(pack: Pack, collection: string | undefined): void {
  if (collection !== undefined && collection !== pack.collection)
    throw invalid('/collection', commonTexts.noSuchCollection);
}

/** The version in force, in the form of log entries. @throws as `currentPack` */
export async function currentPolicy(deps: PolicyDeps): Promise<Pick<Pack, 'version' | 'hash'>> {
  return policyOf(await currentPack(deps));
}

/** A version in the form of log entries. */
export function policyOf({ version, hash }: Pick<Pack, 'version' | 'hash'>): Pick<Pack, 'version' | 'hash'> {
  return { version, hash };
}

/** Makes this process read the pack again. @returns when all others will have done so, for a pack in force since `since` */
export function followPack(dynamo: DynamoDBClient, since: number): number {
  known.delete(dynamo);
  return since + FRESH;
}

/** Begins to read the pack while the caller is being authenticated. */
export function preparePack(deps: PolicyDeps): MiddlewareHandler {
  return async (_, next) => {
    currentPack(deps).catch(() => {});
    await next();
  };
}
