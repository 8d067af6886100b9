import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import {
  ByTwo,
  byName,
  Instant,
  Language,
  line,
  Name,
  Pending,
  Receipt,
  Subject,
  Text,
  Words,
} from './common.ts';
import { Digest } from './consents.ts';
import { DeskListQuery } from './desk-lists.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Most subjects of one incident; a larger one is opened in parts. */
export const INCIDENT_SUBJECTS = 100;

export const IncidentRequest = v.pipe(
  strictObject({
    subjects: v.optional(v.pipe(v.array(Subject), v.minLength(1), v.maxLength(INCIDENT_SUBJECTS))),
    ticket: v.optional(line(100)),
    fields: v.pipe(v.array(Name), v.minLength(1), v.maxLength(200)),
    from: Instant,
    until: Instant,
    operator: Name,
    grade: v.optional(Name),
    cause: v.optional(Name),
    knownAt: v.optional(Instant),
    ...Words,
  }),
  v.check(
    ({ subjects, ticket }) => (subjects === undefined) !== (ticket === undefined),
    say(httpTexts.subjectsOrTicket),
  ),
  v.check(({ from, until }) => Date.parse(from) < Date.parse(until), say(httpTexts.fromBeforeUntil)),
);
export type IncidentRequest = v.InferOutput<typeof IncidentRequest>;

/** A report as it was sent. `evidence`: its SHA-256, in hexadecimal. `grade`, `cause`: as they are known now. */
export const ReportRequest = strictObject({
  kind: v.picklist(['first', 'supplement', 'closing']),
  evidence: Digest,
  grade: v.optional(Name),
  cause: v.optional(Name),
  ...Words,
});
export type ReportRequest = v.InferOutput<typeof ReportRequest>;

/** `reason` is the finding. */
export const CloseRequest = strictObject({ outcome: v.picklist(['confirmed', 'unfounded']), ...ByTwo });
export type CloseRequest = v.InferOutput<typeof CloseRequest>;

export const IncidentQuery = strictObject({ lang: v.optional(Language) });

const Named = { label: Text };

export const IncidentView = v.object({
  id: v.string(),
  at: v.string(),
  knownAt: v.string(),
  by: v.string(),
  byName: v.object(Named),
  entry: v.string(),
  operator: v.string(),
  operatorName: v.object(Named),
  reportsTo: v.object(Named),
  grade: v.string(),
  cause: v.optional(v.string()),
  gradeName: v.object(Named),
  from: v.string(),
  until: v.string(),
  subjects: v.number(),
  fields: byName(v.object(Named)),
  recipients: v.array(
    v.object({
      agency: v.object({ id: v.string(), ...Named }),
      purpose: v.object({ code: v.string(), ...Named }),
      subjects: v.number(),
      first: v.string(),
      last: v.string(),
      fields: byName(v.array(v.string())),
      officers: v.array(v.string()),
      officerCount: v.number(),
      entries: v.array(v.string()),
      more: v.number(),
    }),
  ),
  state: v.picklist(['open', 'confirmed', 'unfounded']),
  unfounded: v.optional(v.string()),
  closed: v.optional(v.object({ at: v.string(), by: v.string(), entry: v.string() })),
  reportBy: v.string(),
  reports: v.array(
    v.object({
      kind: v.picklist(['first', 'supplement', 'closing']),
      at: v.string(),
      by: v.string(),
      entry: v.string(),
      evidence: v.string(),
      late: v.boolean(),
    }),
  ),
  tasks: v.object({ report: v.string(), notices: v.number() }),
  keptUntil: v.string(),
});

const IncidentInList = v.omit(IncidentView, ['recipients']);

export const incidentRoutes = routes('incidents', 'casework', {
  openIncident: route('POST /v1/incidents', 'incident.open', {
    body: IncidentRequest,
    response: v.object({ incident: IncidentView, receipt: v.optional(Receipt) }),
  }),
  listIncidents: route('GET /v1/incidents', 'incident.list', {
    query: DeskListQuery,
    response: v.object({ incidents: v.array(IncidentInList), cursor: v.nullable(v.string()) }),
  }),
  readIncident: route('GET /v1/incidents/:id', 'incident.read', {
    query: IncidentQuery,
    response: v.object({ incident: IncidentView }),
    otherwise: { 'text/html': v.string() },
  }),
  reportIncident: route('POST /v1/incidents/:id/reports', 'incident.report', {
    body: ReportRequest,
    response: v.object({ incident: IncidentView, receipt: v.optional(Receipt) }),
  }),
  closeIncident: route('POST /v1/incidents/:id/close', 'incident.close', {
    body: CloseRequest,
    response: v.object({ incident: IncidentView, receipt: v.optional(Receipt) }),
    accepted: Pending,
  }),
});
