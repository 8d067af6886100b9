/** What is on file about people, and what offices must do: tasks, consents, freezes, objections, incidents. */

import type { Answer } from './api.ts';
import type { Filed } from './routes/harm-reports.ts';
import type { IncidentView } from './routes/incidents.ts';
import type { ObjectionView } from './routes/objections.ts';
import type { Shape } from './shape.ts';

export type Task = Answer<'GET /v1/tasks'>['tasks'][number];

/** A letter in one language, as it is handed over. */
export type Letter = Answer<'GET /v1/tasks/:id/letter'>['letter'];

/** Open tasks of an office. `today`: due later on this day, in the policy's time zone. */
export type TaskCounts = Answer<'GET /v1/tasks/counts'>;

export type Statement = NonNullable<Consent['says']>;

export type Consent = Answer<'GET /v1/consents'>['consents'][number];

/** An order that a record, or fields of it, is kept. It names no person. */
export type Hold = Answer<'GET /v1/holds'>['holds'][number];

/** A report of harm as its reporter sees it. */
export type HarmReport = Shape<typeof Filed>;

export type Freeze = Answer<'GET /v1/freezes'>['freezes'][number];

export type Objection = Shape<typeof ObjectionView>;

/** One recipient of any of an incident's fields about any of its people in its time, according to the log. */
export type IncidentRecipient = NonNullable<Incident['recipients']>[number];

/** A report about an incident as it was sent; `evidence` is its SHA-256. */
export type IncidentReport = NonNullable<Incident['reports']>[number];

export type Incident = Shape<typeof IncidentView>;

export type IncidentInList = Omit<Incident, 'recipients'>;
