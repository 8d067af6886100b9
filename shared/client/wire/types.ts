import type { Checkpoint } from '../../tree/checkpoint.ts';
import type { Verifier } from '../../tree/note.ts';

/** The connection's knowledge about the log. */
export interface LogKeys {
  /** In vkey form, if the program knows it beforehand. */
  pinned: string | undefined;
  log: Verifier | null;
  /** A checkpoint from an earlier connection, until it has been read. */
  kept: string | undefined;
  /** The largest tree that this connection has seen. */
  head: Checkpoint | null;
  /** Keys of writers that the log certifies. */
  writers: Map<string, Uint8Array>;
  /** Writer → epoch milliseconds until which its certificate is not requested again. */
  notBefore: Map<string, number>;
}

export type RequestState = 'submitted' | 'approved' | 'refused' | 'withdrawn' | 'expired' | 'collected';

export interface RequestedField {
  state: 'waiting' | 'approved' | 'refused' | 'lapsed';
  /** The department asked, and the time limit of its answer (RFC 3339). */
  of: string;
  answerBy: string;
  /** The answer: the agency, the time, and the log entry. */
  by?: string;
  at?: string;
  entry?: string;
  /** If approved: the time until which it can be collected. */
  until?: string;
}

export interface ApprovalRequest {
  id: string;
  state: RequestState;
  purpose: string;
  collection: string;
  agency: string;
  case?: string;
  instrument?: string;
  activity?: string;
  officer: string;
  reason: string;
  at: string;
  /** Collected once; otherwise any number of times within its time limit. */
  once: boolean;
  fields: Record<string, RequestedField>;
  collections: number;
  collectedAt?: string;
  /** For a request that this agency sent: the number of people. */
  subjects?: number;
  /** For one that it may answer: the people by its own references, and the fields that it may decide. */
  refs?: string[];
  mine?: string[];
}

/**
 * Inputs and answers of the gateway. Field values depend on the pack, so they are plain JSON here. Times are
 * RFC 3339 in UTC.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = Record<string, Json>;

/** Identifies one person by this agency's own reference, or by match keys that must all agree. */
export type Subject = { ref: string } | { match: Record<string, string> };

/** One record of an intake. A field with the value `null` is deleted. */
export type IntakeRecord = Subject & { ifVersion?: number; fields: Fields };

/** The reason why something was not done. It includes the rule if that does not depend on the person. */
export interface Withheld {
  code: string;
  rule?: string;
  reason?: string;
}

/** The gateway's signed promise that the log entry exists. */
export interface Receipt {
  entry: string;
  leafHash: string;
  writer: string;
  seq: number;
  signature: string;
}

/** A problem in the gateway's words (RFC 9457), for a whole request or for one record of a batch. */
export interface ProblemBody extends Withheld {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  requestId?: string;
  errors?: { path: string; message: string }[];
}

/** The result of one record of an intake. */
export type IntakeResult =
  | {
      /** These three are absent in a dry run, which looks up no person. */
      ref?: string;
      sheetVersion?: number;
      /** This department held no sheet about the person before. */
      created?: boolean;
      written: string[];
      warnings: { field: string; code: string }[];
      refused: Record<string, Withheld>;
    }
  | { problem: ProblemBody };

export type Form = 'plain' | 'masked' | 'generalised' | 'predicate' | 'token';

export interface ReleasedField {
  form: Form;
  value: Json;
  /** Only with `generalised`. */
  level?: string;
  /** Only with `predicate`: the question that `YES` or `NOT_CONFIRMED` answers. */
  predicate?: string;
  /** Only with `plain`. */
  owner?: string;
  asOf?: string;
  disputed?: boolean;
}

/** The result of one person in a release. `REFUSED` is the same for every reason. */
export type ReleaseResult =
  | {
      ref: string;
      fields: Record<string, ReleasedField>;
      withheld?: Record<string, Withheld>;
      receipt: Receipt;
    }
  | { refused: Withheld; receipt: Receipt };

export interface ReleaseAnswer {
  release: string;
  purpose: string;
  policy: { version: string; hash: string };
  obligations: string[];
  results: ReleaseResult[];
  /** How far the client could check the receipts. `checkReceipt` completes the check later. */
  receipts: ReceiptsState;
}

/** The answer to a verification. `NOT_CONFIRMED` is the same for no, unknown, no consent and refused. */
export interface Verification {
  outcome: 'YES' | 'NOT_CONFIRMED';
  programme: string;
  /** An SD-JWT VC of the gateway, for the caller to keep. */
  attestation: string;
  validUntil: string;
  obligations: string[];
  /**
   * Identifies this answer wherever it is found. Obligations and watermark must be passed on together with
   * its data.
   */
  watermark: string;
  receipt: Receipt;
  receipts: ReceiptsState;
  proof: ProofState;
}

/**
 * `checked`: signed by the gateway for this agency, with the same content as the answer. `unchecked`: the
 * gateway's keys are unavailable. A revocation is checked only when the proof is shown.
 */
export type ProofState = 'checked' | 'unchecked';

/**
 * `signed`: the signature of each receipt is valid under a key that the log certifies. `unchecked`: the form
 * is right, but the certificate of the writer is unavailable, now or during the writer's first seconds.
 */
export type ReceiptsState = 'signed' | 'unchecked';

/** A page of a list, newest first. The last page has no `next`. */
export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** A log entry. Its members depend on its kind. It never contains a field's value. */
export type LogEntry = Record<string, Json> & { id: string; kind: string; time: string };

/** The reason for this agency's calls. It is part of the access token, so the token serves this purpose only. */
export interface Justification {
  purpose: string;
  case?: string;
  officer?: string;
  reason?: string;
}

/** This agency's registration at the gateway. */
interface Rate {
  limit: number;
  left: number;
}

export interface Whoami {
  clientId: string;
  name: string;
  zh: string;
  departments: string[];
  roles: string[];
  /** Division-code prefixes. */
  areas: string[];
  purposes: string[];
  actions: string[];
  keys: { kid: string; use: 'sig' | 'enc' }[];
  trainedUntil: string;
  /** The name of the school, home or hospital in the records. */
  institution?: string;
  /** The person who has logged in, if a person calls. */
  person?: { name: string; subject: string; actions: string[] };
  limits: {
    requests: { seconds: number; resetsAt: string; agency: Rate; officer?: Rate };
    /** People of whom an answer may say nothing today: of the agency, of the officer, in requests, and in checks. */
    misses?: { resetsAt: string; agency: Rate; officer?: Rate; requests: Rate; checks: Rate };
    /** The distinct people about whom the officer may still receive data today, by the sensitivity of the fields. */
    people?: {
      resetsAt: string;
      tiers: { tier: string; told: number; alert: number; limit: number; left: number }[];
    };
  };
  /** Seconds by which this machine's clock is ahead of the gateway's. */
  clockSkew: number | null;
  time: string;
}

/** The purposes and fields that are open to this agency. */
export interface Catalogue {
  collection: string;
  policy: { version: string; hash: string };
  purposes: CataloguePurpose[];
  /** Fields that this agency's departments own and may therefore store. */
  intake: { name: string; label: string; zh: string; matchable: boolean }[];
}

export interface CataloguePurpose {
  code: string;
  label: string;
  zh: string;
  /** The required parts of a request: `case`, `officer`, … */
  demands: string[];
  approval: string;
  /** Maximum number of people in one request. */
  batch: number;
  obligations: string[];
  fields: {
    name: string;
    label: string;
    zh: string;
    owners: string[];
    form: Form;
    how?: string;
    secondPerson?: boolean;
    rule: string;
  }[];
}
