/**
 * The DynamoDB tables as data, one for each trust boundary. The stack and the local gateway both make their
 * tables from this list. Attribute types: `S` string, `N` number. The module that writes an item defines its
 * other attributes.
 */
import type { EnvName } from './env.ts';

export interface TableShape {
  /** Setting with the table's name. */
  env: EnvName;
  partition: string;
  sort?: { name: string; type: 'S' | 'N' };
  /** `keysOnly`: the index holds keys of items and no other attributes */
  index?: { name: string; partition: string; sort: string; keysOnly?: boolean };
  /** Attribute with the epoch second after which DynamoDB may delete an item. */
  expires?: string;
  why: string;
}

export const TABLES: readonly TableShape[] = [
  {
    env: 'keysTable',
    partition: 'subject',
    why: 'wrapped data keys and heads; losing or rolling back this table makes sheets unreadable',
  },
  {
    env: 'sheetsTable',
    partition: 'subject',
    sort: { name: 'sheet', type: 'S' },
    why: 'field ciphertexts, readable only through the heads',
  },
  { env: 'indexTable', partition: 'index', why: 'blind index: keyed hash of a match key to a subject' },
  {
    env: 'logTable',
    partition: 'writer',
    sort: { name: 'seq', type: 'N' },
    index: { name: 'byDay', partition: 'day', sort: 'at', keysOnly: true },
    why: 'log entries; put once, never changed',
  },
  {
    env: 'logIndexTable',
    partition: 'key',
    sort: { name: 'place', type: 'S' },
    why: 'where the entries about a subject, agency, purpose are; made from the log by the sequencer',
  },
  {
    env: 'wordsTable',
    partition: 'epoch',
    why: 'secrets of log entries, which may have to be forgotten',
  },
  { env: 'agenciesTable', partition: 'clientId', why: 'registered agencies and their public keys' },
  {
    env: 'claimsTable',
    partition: 'claim',
    expires: 'expires',
    why: 'single-use claims: proofs, assertions, idempotency keys',
  },
  {
    env: 'caseworkTable',
    partition: 'subject',
    sort: { name: 'item', type: 'S' },
    expires: 'expires',
    why: 'consents and flags of a subject, freezes in force, objections and incidents',
  },
  {
    env: 'tasksTable',
    partition: 'task',
    index: { name: 'byInbox', partition: 'inbox', sort: 'due' },
    why: 'tasks and their due dates; ids and codes only',
  },
  {
    env: 'requestsTable',
    partition: 'part',
    sort: { name: 'item', type: 'S' },
    expires: 'expires',
    why: 'requests that need an approval, with the answers to them; reviews that agencies owe',
  },
  {
    env: 'budgetsTable',
    partition: 'budget',
    expires: 'expires',
    why: 'how many people each officer received data about today and in each case, as hashes of subject ids',
  },
  {
    env: 'cohortsTable',
    partition: 'cohort',
    sort: { name: 'item', type: 'S' },
    why: 'counts of people, each of at least ten, and which programmes fit enough people',
  },
  {
    env: 'policyTable',
    partition: 'part',
    sort: { name: 'item', type: 'S' },
    why: 'published packs by their hash, and which of them is in force',
  },
  {
    env: 'jobsTable',
    partition: 'job',
    expires: 'expires',
    why: 'maintenance jobs and their progress, and acts that wait for a second person',
  },
  {
    env: 'treeTable',
    partition: 'part',
    sort: { name: 'item', type: 'S' },
    why: 'the lock of the tree, new writers, the places of items in the tree, and how many entries each person has there',
  },
  {
    env: 'watchTable',
    partition: 'part',
    sort: { name: 'item', type: 'S' },
    expires: 'expires',
    why: 'how far the watch has read, what it counts and has received, which people are decoys, and the runs of sources',
  },
  {
    env: 'statusTable',
    partition: 'list',
    sort: { name: 'item', type: 'S' },
    expires: 'expires',
    why: 'used places of status lists, and the places of revoked attestations',
  },
  {
    env: 'modeTable',
    partition: 'part',
    why: 'whether the gateway works, and which copies stand in for its tables; an operator writes it, and no function',
  },
];

/** The one item of the mode's table, as JSON in its attribute `document`. */
export interface Mode {
  /** `none`: every function is closed. `repair`: those that read or write records are. */
  works: 'all' | 'repair' | 'none';
  /** Seconds after which a refused caller tries again. */
  retryAfter: number;
  /** Setting to the copy that stands in for its table. */
  tables: Readonly<Record<string, string>>;
}
/** Partition of the mode's table with that item. */
export const MODE = 'mode';
/** Attribute of that item: the log's newest checkpoint, a note. The sequencer writes it and nothing else there. */
export const HEAD = 'head';
/** What the name of a table's copy ends with: the instant that it holds. */
export const COPIED = /^-at-\d{8}T\d{6}Z$/;

/* Names within the tables that a role's permissions are limited to. */

/** Partitions of the claims table with sessions of people at the console: this and the digest of a handle. */
export const SESSIONS = 'session:';
/** Partition of the tree's table with the register: writers of which no head may be decided yet. */
export const REGISTER = 'writer';
/** Partition of the tree's table with the lock, which names the tree that was decided last. */
export const DECIDED = 'lock';
/** Partitions of the tree's table with the number of a person's entries: this and the log id. */
export const COUNTS = 'count:';
/** Partitions of the tree's table with cosignatures: this and the size of the checkpoint. */
export const COSIGNED = 'cosign:';
/** Partition of the tree's table with the faults that stop chains. */
export const FAULTS = 'fault';
/** Partition of the watch's table with the log ids of decoys. */
export const DECOYS = 'decoy';
/** Partition of the watch's table with the numbers of an office's own people, as hidden tokens, and whom they lead to. */
export const RECUSALS = 'recusal';
/** Partition of the watch's table with the entries of kind `watch` that have findings: `<instant>#<entry>`. */
export const SEALED = 'sealed';
/** Partition of the watch's table with the newest run of each source: `<client id>#<source>`. */
export const SOURCES = 'source';
/** Partition of the watch's table with first requests to revoke a writer's key. */
export const REVOKING = 'revoking';
/** Partition of the watch's table with the auditors' newest verdicts, and whose turn it is to give some. */
export const VERDICTS = 'verdict';
/** Partition of the watch's table with what people should look at: kinds and counts, from which `notify` makes messages. */
export const TO_TELL = 'tell';
/** Partitions of the watch's table with messages that are being delivered, and with those that could not be. */
export const DELIVERIES = 'delivery';
export const UNDELIVERED = 'undelivered';
/** Partition of the casework table with the freezes in force. No subject has such an id. */
export const IN_FORCE = '#freezes';
/** Partition of the casework table with the freezes of people in force, for those who may list them. */
export const PEOPLE_FROZEN = '#frozen-people';
/** Partition of the cohorts table with the programmes that a steward has requested counts for. */
export const ASKED = 'asked';
/** Attributes of a request that a collection changes. */
export const COLLECTION = [
  'part',
  'item',
  'revision',
  'collections',
  'collectedAt',
  'pieces',
  'write',
] as const;
/** Attributes of a sheet that hold its marks of those who decide for the person. */
export const MARKS = ['subject', 'sheet', 'marks'] as const;
/** Attributes of an agency's item that say what the office may do. */
export const OFFICE: readonly string[] = ['clientId', 'record', 'locked', 'hybrid', 'revision'];
/** Attributes of a key item that make up an outline. */
export const OUTLINE = [
  'subject',
  'alias',
  'erased',
  'collection',
  'county',
  'area',
  'logId',
  'joined',
] as const;
/** The attributes that only ever take from an agency, without a change of its record. */
export const LOCK: readonly string[] = ['clientId', 'locked', 'hybrid', 'revision'];
/** Attributes of a filed request and of a due review that release writes. The owners' answers are not among them. */
export const FILED: readonly string[] = 'part item asked revision collections expires details write'.split(
  ' ',
);
