/** Offices and the policy: registrations, limits, what is open to whom, versions, jobs. */

import type { Answer, Body } from './api.ts';
import type {
  Erased as ErasedSchema,
  HelpEnded as HelpEndedSchema,
  HelpResumed as HelpResumedSchema,
  Kept as KeptSchema,
  Merged as MergedSchema,
  Moved as MovedSchema,
  Parted as PartedSchema,
  Waiting as WaitingSchema,
} from './routes/maintenance.ts';
import type { Published as PublishedSchema } from './routes/versions.ts';
import type { Shape } from './shape.ts';

/** The part of an agency's record that a steward decides. */
export type AgencyRights = Omit<Body<'PUT /v1/agencies/:id'>, 'officer' | 'reason'>;

export type AgencyView = Answer<'GET /v1/agencies'>['agencies'][number];

/** A change that waits for a second steward. */
export type WaitingChange = Answer<'GET /v1/agencies'>['waiting'][number];

/** An office in the directory, which every office may read. */
export type Office = Pick<AgencyView, 'clientId' | 'name' | 'departments' | 'roles' | 'suspended'>;

/** The caller's registration at the gateway, and the rest of its limits. */
export type Whoami = Answer<'GET /v1/whoami'>;

export type CataloguePurpose = Catalogue['purposes'][number];

/** The form of a field's value. */
export type FieldForm = CollectionSchema['fields'][string];

/** The form of all fields: a JSON Schema of a person, and the words of each field. */
export type CollectionSchema = Answer<'GET /v1/schema/:collection'>;

/** The purposes and fields that are open to this agency. */
export type Catalogue = Answer<'GET /v1/catalogue'>;

export type PolicyVersion = Answer<'GET /v1/policy/versions'>['versions'][number];

/** A publication that waits for a second steward, who gives the same pack. */
export type WaitingPublication = NonNullable<Answer<'GET /v1/policy/versions'>['waiting']>;

export type PolicyChange = PolicyPreview['changes'][number];

/** What the publication of a pack would change. */
export type PolicyPreview = Answer<'POST /v1/policy/versions/preview'>;

export type Published = Shape<typeof PublishedSchema>;

/** After `unreadableAt` no backup can restore the data. */
export type Erased = Shape<typeof ErasedSchema>;

/** Both people have approved; until `dueAt` every department that holds something may stop it. */
export type Waiting = Shape<typeof WaitingSchema>;

/** An act on a person that waits for its second person (`pending`) or for its time (`waiting`). */
export type WaitingAct = Answer<'GET /v1/subjects/waiting'>['acts'][number];

/** A request to end the key of a writer that waits for a second auditor. */
export type WaitingRevocation = Answer<'GET /v1/log/revocations'>['revocations'][number];

export type Kept = Shape<typeof KeptSchema>;

export type Merged = Shape<typeof MergedSchema>;

export type Parted = Shape<typeof PartedSchema>;

export type HelpEnded = Shape<typeof HelpEndedSchema>;

export type HelpResumed = Shape<typeof HelpResumedSchema>;

export type Moved = Shape<typeof MovedSchema>;

export type JobKind = Job['kind'];

export type Job = Answer<'GET /v1/jobs/:id'>;
