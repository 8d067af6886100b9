/**
 * The entry of the decision log: what one leaf says (`leaf.ts` makes it bytes, `docs/formats/log.md`
 * specifies both). A leaf never holds a field's value or a person's word: its strings are codes and ids, and
 * words that could be personal stand in it as salted commitments only (`words.ts`).
 */
import type { WordKind, Words } from './words.ts';

/** The eight verbs of Art. 4, the closed set of logged operations on personal data. */
export const OPERATIONS = [
  'collect',
  'store',
  'use',
  'process',
  'transmit',
  'provide',
  'disclose',
  'delete',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Kinds of entries about somebody's data: each names a verb, the owners and the handler. */
export const DATA_KINDS = [
  'attempt',
  'decision',
  'denial',
  'prohibited',
  'intake',
  'merge',
  'erasure',
  'consent',
  'request',
  'approval',
  'objection',
  'freeze',
  'incident',
  'task',
  'maintenance',
] as const;
/** Kinds about the gateway itself; an alert or review may name verb and owners, a writer names neither. */
export const GATEWAY_KINDS = ['writer', 'alert', 'review', 'watch', 'publication', 'agency'] as const;
export type Kind = (typeof DATA_KINDS)[number] | (typeof GATEWAY_KINDS)[number];

/** Who did it. `departments` is empty for an office that owns nothing, such as a charity. */
export interface Handler {
  departments: readonly string[];
  /** The office, by its client id. */
  agency: string;
  /** The client or person that acted, where it is not the office itself. */
  client?: string;
  /**
   * How the officer among the words is known: `authenticated` by the issuer of people, or `claimed` by the office.
   * Left out by what acts without a caller.
   */
  officerBy?: 'claimed' | 'authenticated';
  /** Whether the caller signed the request as a whole; the signature lies beside the entry as a word. */
  evidence?: 'signed' | 'none';
}

/** What a step wants logged. The writer adds place, time and commitments. */
export interface NewEntry {
  kind: Exclude<Kind, 'writer'>;
  operation?: Operation;
  /**
   * Departments that own the data concerned. Where the subject is unknown or nothing was opened: the
   * pack's owners of the fields that were asked for.
   */
  owners?: readonly string[];
  handler: Handler;
  purpose?: string;
  /** Verification: the programme that was asked about. */
  programme?: string;
  collection?: string;
  /** The subject's random log id, never the subject id. Left out where the subject is not known. */
  subject?: string;
  policy?: { version: string; hash: string };
  /**
   * Owner to field to form (`plain`, `masked`, …); for intake the form is `written` or `deleted`.
   * Fields that the pack doesn't name are left out, because a caller chose their names.
   */
  fields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Field to the id of the rule that held it back. */
  withheld?: Readonly<Record<string, string>>;
  usedForDecision?: readonly string[];
  /** Ids of the data keys that were unwrapped or made. */
  keys?: readonly string[];
  consents?: readonly string[];
  approvals?: readonly string[];
  outcome?: string;
  /** Reason code. */
  code?: string;
  rule?: string;
  obligations?: readonly string[];
  /** Intake: the sheet that was written and the digest over the whole of it. */
  sheet?: { owner: string; version: number; digest: string };
  /** Id of the attempt entry that this decision completes. */
  attempt?: string;
  /** Id of the entry that this one is about (a review, an alert). */
  about?: string;
  /** Words that could be personal: committed to in the leaf, kept beside it. */
  words?: Words;
  /** The subject's log id where the leaf must not name it: kept beside the leaf, for the index. */
  logId?: string;
}

/** The statement that a writer's key belongs to this log, signed by the gateway's writer key in KMS. */
export interface Certificate {
  /** Raw Ed25519 public key, base64. */
  key: string;
  name: string;
  started: string;
  /** Ed25519 signature of the gateway over `certificateStatement`, base64. */
  signature: string;
}

/** What the first entry of a chain says about the chain that the same process gave up before. */
export interface Abandoned {
  writer: string;
  /** The last acknowledged item: its place and its hash. */
  seq: number;
  hash: string;
  /** The item whose put failed: it may be stored or not, and was never acknowledged. */
  unknown: { seq: number; hash: string; leaves: number };
}

/** One leaf, as its canonical bytes parse. */
export interface Entry extends Omit<NewEntry, 'kind' | 'words' | 'logId' | 'handler'> {
  v: 1;
  kind: Kind;
  id: string;
  time: string;
  writer: string;
  seq: number;
  leaf: number;
  previous: string;
  handler?: Handler;
  /** Salted commitments to words, base64. */
  committed?: Readonly<Partial<Record<WordKind, string>>>;
  certificate?: Certificate;
  abandoned?: Abandoned;
}
