import * as v from 'valibot';
import { Cursor, count, Instant, line, Ref } from './common.ts';
import { EntryRow, LogEntry, Openings, PolicySaid, UseOfFields } from './entries.ts';
import { EntryFilters } from './entry-filters.ts';
import { UsageQuery } from './intake.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const EntriesQuery = strictObject({
  from: v.optional(Instant),
  to: v.optional(Instant),
  ...EntryFilters,
  ref: v.optional(Ref),
  officer: v.optional(line(128)),
  openings: v.optional(v.literal('yes')),
  subject: v.optional(line(64)),
  about: v.optional(line(128)),
  programme: v.optional(line(64)),
  officerBy: v.optional(v.picklist(['claimed', 'authenticated'])),
  evidence: v.optional(v.picklist(['signed', 'none'])),
  writer: v.optional(line(64)),
  reviewed: v.optional(v.picklist(['yes', 'no'])),
  ids: v.optional(line(100 * 64)),
  view: v.optional(v.literal('row')),
  /**
   * Number of leaves that the caller knows, such as the size of an earlier checkpoint: entries from there on, the oldest
   * first in the order of the tree. The answer says where to go on. `from`, `to`, `ref` and `cursor` are not allowed then.
   */
  since: v.optional(
    v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,14})$/, 'is not a tree size'), v.transform(Number)),
  ),
  order: v.optional(v.picklist(['asc', 'desc'])),
  cursor: v.optional(Cursor),
  limit: v.optional(count(1000)),
});
export type EntriesQuery = v.InferOutput<typeof EntriesQuery>;

const page = <S extends v.GenericSchema<unknown, unknown>>(entry: S) => ({
  entries: v.array(entry),
  cursor: v.optional(v.nullable(v.string())),
});
export const EntriesResponse = v.object({
  ...page(v.union([LogEntry, EntryRow])),
  since: v.optional(v.number()),
  more: v.optional(v.boolean()),
});

export const InclusionQuery = strictObject({ entry: line(128) });
const Hashes = v.array(v.string());
const Inclusion = v.object({
  entry: v.string(),
  index: v.number(),
  size: v.number(),
  leafHash: v.string(),
  leaf: v.string(),
  proof: Hashes,
  sm3Proof: v.optional(Hashes),
  checkpoint: v.string(),
  certificate: v.string(),
  writerKey: v.string(),
});
export type Inclusion = v.InferOutput<typeof Inclusion>;

export const Use = v.object({
  ...UseOfFields.entries,
  policy: PolicySaid,
  canonical: v.string(),
  openings: Openings,
  person: v.optional(v.string()),
  inclusion: v.optional(Inclusion),
});

export const ConsistencyQuery = strictObject({
  from: v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'is not a tree size'), v.transform(Number)),
  to: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'is not a tree size'), v.transform(Number))),
});

export const logRoutes = routes('log', 'audit', {
  listEntries: route('GET /v1/log/entries', 'log.read', {
    query: EntriesQuery,
    response: EntriesResponse,
    otherwise: { 'application/x-ndjson': v.string() },
  }),
  readEntry: route('GET /v1/log/entries/:id', 'log.read', { response: LogEntry }),
});

/** Unwraps as KMS recorded them in the account of a department whose key it was. */
export const KeyUses = strictObject({
  from: Instant,
  to: Instant,
  unwraps: v.pipe(
    v.array(strictObject({ key: line(64), subject: line(64), principal: line(256), time: Instant })),
    v.maxLength(5000),
  ),
});
export type KeyUses = v.InferOutput<typeof KeyUses>;

/** An entry that says why keys were unwrapped; of its keys only those that were asked about. */
const KeyUse = v.object({
  ...{ entry: v.string(), kind: v.string(), time: v.string(), keys: v.array(v.string()) },
  ...{ agency: v.optional(v.string()), purpose: v.optional(v.string()), code: v.optional(v.string()) },
  ...{ subject: v.optional(v.string()), completes: v.optional(v.string()), unopened: v.optional(v.string()) },
});

export const usageRoutes = routes('uses', 'audit', {
  listUses: route('GET /v1/usage', 'usage.read', {
    query: UsageQuery,
    response: v.object(page(UseOfFields)),
    otherwise: { 'application/x-ndjson': v.string() },
  }),
  readUse: route('GET /v1/usage/:id', 'usage.read', { response: Use }),
  findKeyUses: route('POST /v1/usage/keys', 'usage.read', {
    body: KeyUses,
    response: v.object({
      ...{ entries: v.array(KeyUse), gone: v.array(v.string()), decoy: v.optional(v.string()) },
    }),
  }),
  readReceipt: route('GET /v1/receipts/:id', 'receipt.open', {
    response: v.object({
      id: v.string(),
      time: v.string(),
      leafHash: v.string(),
      canonical: v.string(),
      openings: Openings,
    }),
  }),
});

/** Lines of a note (C2SP tlog-cosignature), for the checkpoint that witnesses are asked about. */
export const CosignRequest = strictObject({
  cosignatures: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(8192),
    v.regex(/^(— [^\n]+\n)+$/, 'is not lines of a note'),
  ),
});

const TEXT = { response: v.string(), produces: 'text/plain', tagged: true } as const;
const BYTES = { response: v.string(), produces: 'application/octet-stream' } as const;

/** Files of the tree, which need no token if the operator has made them public, and proofs. */
export const treeRoutes = routes('tree', 'audit', {
  readCheckpoint: route('GET /log/checkpoint', 'log.tree', TEXT),
  /** The same by a token: callers who ask often are not counted among strangers. */
  followCheckpoint: route('GET /v1/log/checkpoint', 'log.prove', TEXT),
  followPolicy: route('GET /v1/log/policy', 'log.prove', TEXT),
  followWitnessed: route('GET /v1/log/witnessed', 'log.prove', TEXT),
  readLogKey: route('GET /log/key', 'log.tree', TEXT),
  readWriterKey: route('GET /log/writer-key', 'log.tree', TEXT),
  readTile: route('GET /log/tile/*', 'log.tree', BYTES),
  readSm3Tile: route('GET /log/sm3/*', 'log.tree', BYTES),
  readSignatures: route('GET /log/signatures/*', 'log.tree', BYTES),
  readPending: route('GET /log/pending', 'log.tree', TEXT),
  readWitnessPolicy: route('GET /log/policy', 'log.tree', TEXT),
  readBuilds: route('GET /log/builds', 'log.tree', TEXT),
  readWitnessed: route('GET /log/witnessed', 'log.tree', TEXT),
  readWitnessedCheckpoint: route('GET /witnessed/checkpoint', 'log.tree', TEXT),
  readWitnessedTile: route('GET /witnessed/tile/*', 'log.tree', BYTES),
  cosign: route('POST /v1/log/cosignatures', 'log.cosign', {
    body: CosignRequest,
    response: v.object({ size: v.number(), witnesses: v.array(v.string()) }),
  }),
  proveInclusion: route('GET /v1/log/proofs/inclusion', 'log.prove', {
    query: InclusionQuery,
    response: Inclusion,
    otherwise: { 'text/plain': v.string() },
  }),
  proveConsistency: route('GET /v1/log/proofs/consistency', 'log.prove', {
    query: ConsistencyQuery,
    response: v.object({ from: v.number(), to: v.number(), proof: Hashes }),
  }),
});
