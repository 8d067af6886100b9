import type { Checkpoint } from '../../tree/checkpoint.ts';
import type { Verifier } from '../../tree/note.ts';

/** What a connection has learnt about the log. */
export interface LogKeys {
  /** In vkey form, where the program knows it beforehand. */
  pinned: string | undefined;
  log: Verifier | null;
  /** A checkpoint that was kept from before, until it has been read. */
  kept: string | undefined;
  /** The longest tree that this connection was shown. */
  head: Checkpoint | null;
  /** Keys of writers that the log vouches for. */
  writers: Map<string, Uint8Array>;
  /** Writer → epoch milliseconds before which its certificate is not asked for again. */
  notBefore: Map<string, number>;
}

export type RequestState = 'submitted' | 'approved' | 'refused' | 'withdrawn' | 'expired' | 'collected';

export interface RequestedField {
  state: 'waiting' | 'approved' | 'refused' | 'lapsed';
  /** The department asked, and until when it may answer (RFC 3339). */
  of: string;
  answerBy: string;
  /** Answered: by which agency, when, and the log entry. */
  by?: string;
  at?: string;
  entry?: string;
  /** Approved: until when it can be collected. */
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
  /** Collected once; else as often as needed within its time. */
  once: boolean;
  fields: Record<string, RequestedField>;
  collections: number;
  collectedAt?: string;
  /** Of a request that this agency sent: how many people it is about. */
  subjects?: number;
  /** Of one that it may answer: the people by its own references, and the fields that it may answer for. */
  refs?: string[];
  mine?: string[];
}

/**
 * What the gateway takes and gives, as the client sees it. Field values are the pack's business, so they
 * are plain JSON here. Times are RFC 3339 in UTC.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = Record<string, Json>;

/** Names one person: by this agency's own reference, or by match keys that must all agree. */
export type Subject = { ref: string } | { match: Record<string, string> };

/** One line of an intake. A field set to `null` is deleted. */
export type IntakeRecord = Subject & { ifVersion?: number; fields: Fields };

/** Why something was not done: told with its rule where that does not depend on the person. */
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

/** A problem as the gateway words it (RFC 9457), whole or for one record of a batch. */
export interface ProblemBody extends Withheld {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  requestId?: string;
  errors?: { path: string; message: string }[];
}

/** What became of one record of an intake. */
export type IntakeResult =
  | {
      /** These three are absent in a dry run, which looks nobody up. */
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
  /** Beside `generalised`. */
  level?: string;
  /** Beside `predicate`: the question that `YES` or `NOT_CONFIRMED` answers. */
  predicate?: string;
  /** Beside `plain`. */
  owner?: string;
  asOf?: string;
  disputed?: boolean;
}

/** What became of one person of a release. `REFUSED` is the same whatever the reason was. */
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
  /** How far the client could check the receipts; `checkReceipt` does the rest later. */
  receipts: ReceiptsState;
}

/** The answer to a verification. `NOT_CONFIRMED` is the same for no, unknown, no consent and refused. */
export interface Verification {
  outcome: 'YES' | 'NOT_CONFIRMED';
  programme: string;
  /** An SD-JWT VC of the gateway, to be kept. */
  attestation: string;
  validUntil: string;
  obligations: string[];
  /** Names this answer wherever it turns up; obligations and watermark go along with what is told of it. */
  watermark: string;
  receipt: Receipt;
  receipts: ReceiptsState;
  proof: ProofState;
}

/**
 * `checked`: signed by the gateway, for this agency, and says what the answer says. `unchecked`: the gateway's keys
 * cannot be had now. Whether it was revoked since is asked when it is shown.
 */
export type ProofState = 'checked' | 'unchecked';

/**
 * `signed`: the signature of each receipt is good, under a key that the log vouches for. `unchecked`: the
 * certificate of the writer cannot be had yet (a writer's first seconds) or now; the form is right.
 */
export type ReceiptsState = 'signed' | 'unchecked';

/** A page of a list, newest first; without `next` it is the last one. */
export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** A log entry; which members it has depends on its kind. It never holds a field's value. */
export type LogEntry = Record<string, Json> & { id: string; kind: string; time: string };

/** Why this agency calls. Goes into the access token, so that the token serves this purpose only. */
export interface Justification {
  purpose: string;
  case?: string;
  officer?: string;
  reason?: string;
}

/** This agency as the gateway sees it. */
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
  /** The school, home or hospital that the office is, in the words of the records. */
  institution?: string;
  /** The person who has logged in, where one calls. */
  person?: { name: string; subject: string; actions: string[] };
  limits: {
    requests: { seconds: number; resetsAt: string; agency: Rate; officer?: Rate };
    /** Distinct people of whom the officer may be told today, by the sensitivity of what is told. */
    people?: {
      resetsAt: string;
      tiers: { tier: string; told: number; alert: number; limit: number; left: number }[];
    };
  };
  /** Seconds by which this machine's clock is ahead of the gateway's. */
  clockSkew: number | null;
  time: string;
}

/** What is open to this agency. */
export interface Catalogue {
  collection: string;
  policy: { version: string; hash: string };
  purposes: CataloguePurpose[];
  /** Fields that this agency's departments own, and so may put in. */
  intake: { name: string; label: string; zh: string; matchable: boolean }[];
}

export interface CataloguePurpose {
  code: string;
  label: string;
  zh: string;
  /** What a request must name: `case`, `officer`, … */
  demands: string[];
  approval: string;
  /** Most people of one request. */
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
