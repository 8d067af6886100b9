/**
 * The entry of the decision log. A leaf of the tree contains only salted commitments to it (`leaf.ts`). The
 * entry itself is sealed in the log table (`sealed.ts`). `docs/formats/log.md` specifies both.
 */

import type { DataKind, GatewayKind, Kind, OfficeKind, Operation, Outcome } from '../../entry-kinds.ts';
import type { ClientId, EntryId, KeyId, LogId } from '../../ids.ts';

/** The actor. `departments` is empty for an office that owns no fields. */
export interface Handler {
  departments: readonly string[];
  /** The office, by its client id. */
  agency: ClientId;
  /** The client or person that acted, if it is not the office itself. */
  client?: string;
  /**
   * How the officer is known: `authenticated` by the issuer of people, or `claimed` by the office. Absent for
   * acts without a caller.
   */
  officerBy?: 'claimed' | 'authenticated';
  /** Whether the caller signed the request as a whole. The signature is one of the words. */
  evidence?: 'signed' | 'none';
}

/** Callers' texts, and texts that depend on the person. */
const WORD_KINDS = [
  'officer',
  /** Issuer and subject of a logged-in officer, as JSON. */
  'person',
  'case',
  'reason',
  /** The subject's internal id. */
  'subject',
  /** Digest of the request. */
  'request',
  /** The reason code if it depends on the person; the finding of an alert. */
  'finding',
  /** The caller's signature of the whole request, as JSON. */
  'evidence',
  /** A digest of the person's area, valid for one agency and one day. */
  'area',
] as const;
export type WordKind = (typeof WORD_KINDS)[number];
export type Words = Readonly<Partial<Record<WordKind, string>>>;

interface Said {
  handler: Handler;
  purpose?: string;
  collection?: string;
  /**
   * With the legal basis of the purpose, if the entry has one, and the lawful basis that the request relied on, where
   * the pack tells bases apart.
   */
  policy?: { version: string; hash: string; basis?: string; lawful?: string };
  outcome?: Outcome;
  /** Reason code. */
  code?: string;
  rule?: string;
  /** The subject's random log id, never the subject id. Absent if the subject is unknown. */
  subject?: LogId;
  /** Id of the entry concerned (for a review or an alert), or of an agency, freeze or incident. */
  about?: string;
  approvals?: readonly string[];
  words?: Words;
}

/** The further members of an entry about personal data. */
export interface DataSaid extends Said {
  operation: Operation;
  /**
   * Departments that own the data concerned, at least one. If the subject is unknown or nothing was opened,
   * the pack's owners of the requested fields.
   */
  owners: readonly string[];
  /** For a verification: the programme. */
  programme?: string;
  /**
   * Owner to field to form (`plain`, `masked`, …); for intake the form is `written` or `deleted`. Fields that
   * the pack does not name are omitted, because a caller chose their names.
   */
  fields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Field to the id of the rule that withheld it. */
  withheld?: Readonly<Record<string, string>>;
  usedForDecision?: readonly string[];
  /** Ids of the data keys that were unwrapped or made. */
  keys?: readonly KeyId[];
  consents?: readonly string[];
  obligations?: readonly string[];
  /** The written sheet and the digest over all of it. */
  sheet?: { owner: string; version: number; digest: string };
  /** Id of the attempt entry that this one completes; of a review, the person's earlier verdict that it replaces. */
  attempt?: EntryId;
}

/** An alert, a review or a reading, which may or may not concern personal data. */
type OfficeSaid = Said & Partial<Omit<DataSaid, keyof Said>>;

/** An entry about personal data, or an alert or review of one. */
export type DataEntry = DataSaid & { kind: DataKind | OfficeKind };

/** The entry that a step logs. The writer adds place, time and commitments. */
export type NewEntry =
  | DataEntry
  | (OfficeSaid & { kind: OfficeKind })
  | (Said & { kind: Exclude<GatewayKind, 'revocation' | 'deployment'> })
  | (Said & { kind: 'deployment'; runs: string })
  | (Said & { kind: 'revocation'; revokes: string });

/** The statement that a writer's key belongs to this log, signed by the function's writer key in KMS. */
export interface Certificate {
  /** Raw Ed25519 public key, base64. */
  key: string;
  /** The function that runs there, such as `release`. */
  name: string;
  /** Kinds that the writer may write, sorted. */
  kinds: readonly string[];
  /** Digest of the package that runs there, hex; absent where none is known. */
  build?: string;
  started: string;
  /** The key must not sign anything later. */
  until: string;
  /** Ed25519 signature of that key over `certificateStatement`, base64. */
  signature: string;
  /** Of the same statement by SM2, in DER, base64; in the national profile alone. */
  sm2?: string;
}

/** The statement of a chain's first entry about the chain that the same process abandoned before. */
export interface Abandoned {
  writer: string;
  /** The last acknowledged item: its place and its hash. */
  seq: number;
  hash: string;
  /** The item whose put failed. It may be stored or not, and was never acknowledged. */
  unknown: { seq: number; hash: string; leaves: number };
}

/** An opened entry. Forgotten and missing members are absent. The words are separate. */
export interface Entry extends Omit<Partial<DataSaid>, 'words'> {
  v: 2;
  kind: Kind;
  id: EntryId;
  time: string;
  writer: string;
  seq: number;
  leaf: number;
  previous: string;
  /** The released forms, without the fields. */
  forms?: readonly string[];
  certificate?: Certificate;
  abandoned?: Abandoned;
  revokes?: string;
  runs?: string;
}
