/**
 * The DynamoDB tables as data, one per trust boundary, so that the stack and the local gateway make the
 * same ones. Attribute types: `S` string, `N` number. Anything else an item holds is the matter of the
 * one module that writes it.
 */
import type { EnvName } from './env.ts';

export interface TableShape {
  /** Setting that carries the table's name. */
  env: EnvName;
  partition: string;
  sort?: { name: string; type: 'S' | 'N' };
  /** `keysOnly`: it leads to items and holds nothing else of them */
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
    why: 'keys of the words beside entries, which may have to be forgotten',
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
    why: 'what somebody must do, by when; ids and codes alone',
  },
  {
    env: 'requestsTable',
    partition: 'part',
    sort: { name: 'item', type: 'S' },
    expires: 'expires',
    why: 'requests that need an approval and what was said of them; reviews that agencies owe',
  },
  {
    env: 'budgetsTable',
    partition: 'budget',
    expires: 'expires',
    why: 'how many people each officer was told of today, and for which case, as hashes of subject ids',
  },
  {
    env: 'cohortsTable',
    partition: 'cohort',
    sort: { name: 'item', type: 'S' },
    why: 'counts of people, each of ten or more, and which programmes fit enough of them',
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
    why: 'maintenance jobs and how far they are, and acts that wait for a second person',
  },
  {
    env: 'treeTable',
    partition: 'part',
    sort: { name: 'item', type: 'S' },
    why: 'the lock of the tree, the writers at work, and where items stand in the tree',
  },
  {
    env: 'watchTable',
    partition: 'part',
    sort: { name: 'item', type: 'S' },
    expires: 'expires',
    why: 'how far the watch has looked, what it counts and was told of, and which children are decoys',
  },
  {
    env: 'statusTable',
    partition: 'list',
    sort: { name: 'item', type: 'S' },
    expires: 'expires',
    why: 'places of status lists that are taken, and those of revoked attestations',
  },
];

/* Names within the tables that a role's permissions are limited to. */

/** Partition of the tree's table in which writers register. */
export const REGISTER = 'writer';
/** Partition of the tree's table that names what stops chains. */
export const FAULTS = 'fault';
/** Partition of the watch's table that names decoys by their log ids. */
export const DECOYS = 'decoy';
/** Partition of the watch's table that names entries of kind `watch` with findings: `<instant>#<entry>`. */
export const SEALED = 'sealed';
/** Partition of the casework table that holds the freezes in force. No subject has such an id. */
export const IN_FORCE = '#freezes';
/** Partition of the cohorts table for programmes that a steward wants counted. */
export const ASKED = 'asked';
/** Attributes of a request that a collection changes. */
export const COLLECTION = ['part', 'item', 'revision', 'collections', 'collectedAt', 'write'] as const;
/** Attributes of a key item that an outline is made of. */
export const OUTLINE = ['subject', 'alias', 'erased', 'collection', 'county', 'logId'] as const;
