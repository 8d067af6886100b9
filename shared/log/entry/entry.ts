/**
 * The entry of the decision log. A leaf of the tree holds nothing of it but salted commitments (`leaf.ts`); the entry
 * itself lies sealed in the log table (`sealed.ts`). `docs/formats/log.md` specifies both.
 */

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
export type DataKind = (typeof DATA_KINDS)[number];
/** Kinds that may concern a person as well, and name verb and owners only then. */
export const OFFICE_KINDS = ['alert', 'review', 'reading'] as const;
export type OfficeKind = (typeof OFFICE_KINDS)[number];
/** Kinds about the gateway alone: their leaves name the kind in clear. */
export const GATEWAY_KINDS = ['watch', 'publication', 'agency', 'revocation'] as const;
export type GatewayKind = (typeof GATEWAY_KINDS)[number];

export type NewKind = DataKind | OfficeKind | GatewayKind;
export type Kind = NewKind | 'writer';

/** Who did it. `departments` is empty for an office that owns nothing, such as a charity. */
export interface Handler {
  departments: readonly string[];
  /** The office, by its client id. */
  agency: string;
  /** The client or person that acted, where it is not the office itself. */
  client?: string;
  /**
   * How the officer is known: `authenticated` by the issuer of people, or `claimed` by the office.
   * Left out by what acts without a caller.
   */
  officerBy?: 'claimed' | 'authenticated';
  /** Whether the caller signed the request as a whole; the signature is among the words. */
  evidence?: 'signed' | 'none';
}

/** What callers wrote, and what depends on the person: texts of any kind. */
export const WORD_KINDS = [
  'officer',
  /** Issuer and subject of an officer who has logged in, as JSON. */
  'person',
  'case',
  'reason',
  /** The subject's internal id. */
  'subject',
  /** Digest of the request. */
  'request',
  /** The reason code where it depends on the person; what an alert found. */
  'finding',
  /** The caller's signature of the whole request, as JSON. */
  'evidence',
  /** A digest of where the child lives, good for one agency and one day. */
  'area',
] as const;
export type WordKind = (typeof WORD_KINDS)[number];
export type Words = Readonly<Partial<Record<WordKind, string>>>;

interface Said {
  handler: Handler;
  purpose?: string;
  collection?: string;
  policy?: { version: string; hash: string };
  outcome?: string;
  /** Reason code. */
  code?: string;
  rule?: string;
  /** The subject's random log id, never the subject id. Left out where the subject is not known. */
  subject?: string;
  /** Id of the entry that this one is about (a review, an alert); of an agency, a freeze, an incident. */
  about?: string;
  approvals?: readonly string[];
  words?: Words;
}

/** What an entry about somebody's data says beside its kind. */
export interface DataSaid extends Said {
  operation: Operation;
  /**
   * Departments that own the data concerned, at least one. Where the subject is unknown or nothing was opened: the
   * pack's owners of the fields that were asked for.
   */
  owners: readonly string[];
  /** Verification: the programme that was asked about. */
  programme?: string;
  /**
   * Owner to field to form (`plain`, `masked`, …); for intake the form is `written` or `deleted`.
   * Fields that the pack does not name are left out, because a caller chose their names.
   */
  fields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Field to the id of the rule that held it back. */
  withheld?: Readonly<Record<string, string>>;
  usedForDecision?: readonly string[];
  /** Ids of the data keys that were unwrapped or made. */
  keys?: readonly string[];
  consents?: readonly string[];
  obligations?: readonly string[];
  /** The sheet that was written and the digest over the whole of it. */
  sheet?: { owner: string; version: number; digest: string };
  /** Id of the attempt entry that this one completes. */
  attempt?: string;
}

/** What an alert, a review or a reading says: what it is about may be somebody's data, or not. */
export type OfficeSaid = Said & Partial<Omit<DataSaid, keyof Said>>;

/** An entry about somebody's data; an alert or a review of it says as much. */
export type DataEntry = DataSaid & { kind: DataKind | OfficeKind };

/** What a step wants logged. The writer adds place, time and commitments. */
export type NewEntry =
  | DataEntry
  | (OfficeSaid & { kind: OfficeKind })
  | (Said & { kind: Exclude<GatewayKind, 'revocation'> })
  | (Said & { kind: 'revocation'; revokes: string });

/** The statement that a writer's key belongs to this log, signed by the gateway's writer key in KMS. */
export interface Certificate {
  /** Raw Ed25519 public key, base64. */
  key: string;
  /** What runs there, such as `release`. */
  name: string;
  /** Kinds that the writer may write, sorted. */
  kinds: readonly string[];
  started: string;
  /** Nothing may be signed under the key later. */
  until: string;
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

/** An entry as it opens. What was forgotten or never said is absent; the words are beside it. */
export interface Entry extends Omit<Partial<DataSaid>, 'words'> {
  v: 2;
  kind: Kind;
  id: string;
  time: string;
  writer: string;
  seq: number;
  leaf: number;
  previous: string;
  /** The forms that were released, without the fields. */
  forms?: readonly string[];
  certificate?: Certificate;
  abandoned?: Abandoned;
  revokes?: string;
}
