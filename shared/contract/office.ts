/** Offices and the policy: registrations, limits, what is open to whom, versions, jobs. */

import type { Json } from '../json.ts';
import type { Text } from '../language.ts';
import type { Form, Labelled, PolicyName, Receipt } from './common.ts';
import type { AgencyView as AgencyViewSchema, Waiting as WaitingChangeSchema } from './routes/agencies.ts';
import type {
  Erased as ErasedSchema,
  JobView,
  Kept as KeptSchema,
  Merged as MergedSchema,
  Parted as PartedSchema,
  WaitingAct as WaitingActSchema,
} from './routes/maintenance.ts';
import type { CatalogueResponse, FieldForm as FieldFormSchema, WhoamiResponse } from './routes/steward.ts';
import type { Change, Published as PublishedSchema, Version } from './routes/versions.ts';
import type { Shape } from './shape.ts';

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

export type AgencyView = Shape<typeof AgencyViewSchema>;

/** A change that waits for a second steward. */
export type WaitingChange = Shape<typeof WaitingChangeSchema>;

/** An office in the directory, which every office may read. */
export type Office = Pick<AgencyView, 'clientId' | 'name' | 'departments' | 'roles' | 'suspended'>;

/** The caller's registration at the gateway, and the rest of its limits. */
export type Whoami = Shape<typeof WhoamiResponse>;

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
export type FieldForm = Shape<typeof FieldFormSchema>;

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
export type Catalogue = Shape<typeof CatalogueResponse>;

export type PolicyVersion = Shape<typeof Version>;

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

export type PolicyChange = Shape<typeof Change>;

/** What the publication of a pack would change. */
export interface PolicyPreview {
  version: string;
  hash: string;
  /** The version in force. */
  against: { version: string; hash: string };
  changes: PolicyChange[];
}

export type Published = Shape<typeof PublishedSchema>;

/** After `unreadableAt` no backup can restore the data. */
export type Erased = Shape<typeof ErasedSchema>;

/** Both people have approved; until `dueAt` every department that holds something may stop it. */
export interface Waiting {
  state: 'waiting';
  dueAt: string;
  receipt?: Receipt;
}

/** An act on a person that waits for its second person (`pending`) or for its time (`waiting`). */
export type WaitingAct = Shape<typeof WaitingActSchema>;

/** A request to end the key of a writer that waits for a second auditor. */
export interface WaitingRevocation {
  writer: string;
  by: string;
  entry: string;
  until: string;
  own: boolean;
}

export type Kept = Shape<typeof KeptSchema>;

export type Merged = Shape<typeof MergedSchema>;

export type Parted = Shape<typeof PartedSchema>;

export type JobKind =
  | 'rewrap'
  | 'rekey'
  | 'compact'
  | 'reindex'
  | 'sweep'
  | 'replay'
  | 'cohorts'
  | 'retention';

export type Job = Shape<typeof JobView>;
