/** Offices and the policy: registrations, limits, what is open to whom, versions, jobs. */

import type { Json } from '../json.ts';
import type { Text } from '../language.ts';
import type { Form, Labelled, PolicyName, Receipt } from './common.ts';

/** The part of an agency's record that a steward decides. */
export interface AgencyRights {
  /** What the office is called, by language tag: `{ en: 'North office', zh: '北区办事处' }`. */
  name: Text;
  departments: string[];
  roles: string[];
  /** Division-code prefixes. */
  areas: string[];
  purposes: string[];
  /** Of these, the purposes for which the office's own people may ask at the console; none if absent. */
  byPeople?: string[];
  actions: string[];
  /** RFC 3339 date. */
  trainedUntil: string;
  /** Activities that the agency holds, with the last day of each. */
  activities?: { id: string; ends: string }[];
  /** The name of the institution in the records. */
  institution?: string;
  /** Settings of the OpenID Connect issuer of the agency's own people; `null` removes them. */
  people?: object | null;
  /** Requests a minute, if they differ from the general limit. */
  rates?: { agency?: number; officer?: number };
}

export interface AgencyKey {
  kid: string;
  use: 'sig' | 'enc';
}

export interface AgencyView extends Omit<AgencyRights, 'people'> {
  people?: { issuer: string };
  clientId: string;
  keys: AgencyKey[];
  retiring: (AgencyKey & { until: string })[];
  jwksUri?: string;
  suspended: boolean;
}

/** A change that waits for a second steward. */
export interface WaitingChange {
  clientId: string;
  /** `registered`, `changed` or `rekeyed`. */
  outcome: string;
  /** Each changed member; `wider`: the agency may do more than before. */
  difference: { what: string; before: Json; after: Json; wider: boolean }[];
  officer: string;
  reason: string;
  /** Names the proposal when it is confirmed. */
  entry: string;
  expiresAt: string;
}

/** An office in the directory, which every office may read. */
export type Office = Pick<AgencyView, 'clientId' | 'name' | 'departments' | 'roles' | 'suspended'>;

interface Rate {
  limit: number;
  left: number;
}

/** The caller's registration at the gateway, and the rest of its limits. */
export interface Whoami extends Omit<AgencyRights, 'activities' | 'people' | 'rates'> {
  clientId: string;
  keys: AgencyKey[];
  /** If the agency is suspended: what stops, and who lifts it. */
  suspended?: Text;
  /** The person who has logged in, if a person calls. */
  person?: { name: string; subject: string; actions: string[] };
  /** Acts of the policy that the caller may do on some matter; on which one, each act decides. */
  acts: string[];
  limits: {
    requests: { seconds: number; resetsAt: string; agency: Rate; officer?: Rate };
    /** People of whom an answer may say nothing today: of the agency, of the officer, in requests, checks and leak checks. */
    misses?: { resetsAt: string; agency: Rate; officer?: Rate; requests: Rate; checks: Rate; leaks: Rate };
    /** The distinct people about whom the officer may still receive data today, by the sensitivity of the fields. */
    people?: {
      resetsAt: string;
      tiers: (Rate & { tier: string; levels: string[]; told: number; alert: number })[];
    };
  };
  /** Seconds by which the caller's clock is ahead of the gateway's. */
  clockSkew: number;
  time: string;
}

export interface CataloguePurpose extends Labelled {
  code: string;
  /** The required parts of a request: `case`, `officer`, … */
  demands: string[];
  approval: string;
  /** Maximum number of people in one request. */
  batch: number;
  /** The route that serves the purpose, if that is not a release. */
  route?: string;
  obligations: string[];
  fields: (Labelled & {
    name: string;
    owners: string[];
    form: Form;
    how?: string;
    /** What `how` is called. */
    way?: Text;
    secondPerson?: boolean;
    rule: string;
  })[];
}

/** The form of a field's value. */
export interface FieldForm extends Labelled {
  level: string;
  /** Departments that write it. */
  owners: string[];
  /** Whether a request may name a person by it. */
  matchable: boolean;
  /** JSON Schema 2020-12 with `examples`; `null` for a field that is computed and never stored. */
  schema: Record<string, Json> | null;
  /** Labels of closed values. */
  values?: Record<string, Text>;
  /** Codes of the checks that flag a value at intake. */
  checks: string[];
}

/** The form of all fields: a JSON Schema of a person, and the words of each field. */
export interface CollectionSchema {
  $schema: string;
  collection: string;
  title: string;
  policy: PolicyName;
  type: 'object';
  additionalProperties: false;
  properties: Record<string, Record<string, Json>>;
  fields: Record<string, FieldForm>;
}

/** The purposes and fields that are open to this agency. */
export interface Catalogue {
  collection: string;
  policy: PolicyName;
  /** Of all fields that the purposes or `intake` name. */
  fields: Record<string, FieldForm>;
  /** What each duty of an answer says. */
  obligations: Record<string, Text>;
  purposes: CataloguePurpose[];
  /** Fields that this agency's departments own and may therefore store. */
  intake: (Labelled & { name: string; matchable: boolean })[];
}

export interface PolicyVersion extends PolicyName {
  /** `null` for the version that the deployment contains and no steward has published. */
  publishedAt: string | null;
  entry: string | null;
  inForce: boolean;
  /** Whether keys and grants were made for it. */
  shipped: boolean;
}

/** A publication that waits for a second steward, who gives the same pack. */
export interface WaitingPublication extends PolicyName {
  /** Hash of the policy that it replaces; `null` for that of the deployment. */
  before: string | null;
  /** The office of the first steward, its name and reason, and the log entry of the request. */
  by: string;
  officer?: string;
  reason?: string;
  entry: string;
  /** When the request ends. */
  until: string;
  /** Whether the caller's person is the first. */
  own: boolean;
}

export interface PolicyChange {
  what: string;
  before: string;
  after: string;
  needsDeployment: boolean;
}

/** What the publication of a pack would change. */
export interface PolicyPreview {
  version: string;
  hash: string;
  /** The version in force. */
  against: { version: string; hash: string };
  changes: PolicyChange[];
}

export interface Published extends PolicyName {
  publishedAt: string;
  /** Time from which every function uses it. */
  inForceBy: string;
  receipt: Receipt;
}

/** After `unreadableAt` no backup can restore the data. */
export interface Erased {
  erasedAt: string;
  unreadableAt: string;
  receipt: Receipt;
}

/** Both people have approved; until `dueAt` every department that holds something may stop it. */
export interface Waiting {
  state: 'waiting';
  dueAt: string;
  receipt?: Receipt;
}

/** An act on a person that waits for its second person (`pending`) or for its time (`waiting`). */
export interface WaitingAct {
  act: 'erase' | 'merge' | 'part';
  /** The caller's reference of the person; of a merge and its undo, of the double. */
  ref: string;
  /** The caller's reference of the record that stays. */
  into?: string;
  /** The office of the first person, and the log entry of its request. */
  by: string;
  entry: string;
  /** What the first person gave with the request. Only for that person, and for one who may be the second. */
  asked?: { officer?: string; reason?: string; instrument?: string };
  /** On an order: the second person's word does it at once, and no department can stop it then. */
  ordered?: true;
  state: 'pending' | 'waiting';
  /** When the request ends, or when the act is done. */
  until: string;
  /** Whether the caller's person is the first. */
  own: boolean;
  /** Whether the caller's person may be the second. */
  second: boolean;
  /** The reference by which the caller stops it. Absent: it can't be stopped. */
  stop?: string;
}

/** A request to end the key of a writer that waits for a second auditor. */
export interface WaitingRevocation {
  writer: string;
  by: string;
  entry: string;
  until: string;
  own: boolean;
}

export interface Kept {
  keptAt: string;
  receipt: Receipt;
}

export interface Merged {
  /** The caller's reference of the survivor. */
  ref: string;
  mergedAt: string;
  receipt: Receipt;
}

export interface Parted {
  /** The caller's references of the double and of the record from which it was parted. */
  ref: string;
  from: string;
  partedAt: string;
  receipt: Receipt;
}

export type JobKind =
  | 'rewrap'
  | 'rekey'
  | 'compact'
  | 'reindex'
  | 'sweep'
  | 'replay'
  | 'cohorts'
  | 'retention';

export interface Job {
  id: string;
  kind: JobKind;
  class?: string;
  state: 'running' | 'done';
  /** `null` until they are counted. */
  total: number | null;
  done: number;
  /** Of those that are done: how many were changed, and how many failed. */
  changed: number;
  failed: number;
  /** The reason why it pauses; it continues by itself. */
  problem?: string;
  startedAt: string;
  updatedAt: string;
}
