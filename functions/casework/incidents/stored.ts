/** An incident as stored and as shown. */

import type {
  IncidentInList,
  IncidentReport,
  Incident as IncidentView,
} from '../../../shared/contract/casework.ts';
import type { Labelled } from '../../../shared/contract/common.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { Agency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId, type EntryId } from '../../../shared/ids.ts';
import { codeText } from '../../../shared/language.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { spokenFor } from '../../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import type { DeskRow } from '../../../shared/records/casework/desk-lists.ts';
import { inboxOfAgency, taskId } from '../../../shared/records/casework/tasks.ts';
import { mayAct, requireAct } from '../../session/acts.ts';
import { agencyOf } from '../../session/agency.ts';
import { touchesCounty } from '../../steps/reach.ts';
import { stillWaiting, type WaitingRequest } from '../../steps/two-people.ts';
import type { Act } from '../act.ts';
import type { RecipientScope } from './scope.ts';

/** A report as it was sent. */
export interface SentReport extends IncidentReport {
  /** Digest of the officer. */
  person: string;
  entry: EntryId;
}

/** What is stored as it is shown; grade and cause are those of the last report. */
type Kept = 'id' | 'by' | 'operator' | 'grade' | 'cause' | 'subjects' | Times;
type Times = 'at' | 'knownAt' | 'from' | 'until' | 'reportBy' | 'keptUntil';

/** An incident as stored. It does not identify the people affected. */
export interface Incident extends Pick<IncidentView, Kept> {
  entry: EntryId;
  fields: string[];
  received: RecipientScope[];
  /** Of the people affected; an incident of an earlier version names none, so no owner reads it by its area. */
  counties?: string[];
  /** Inbox of the report tasks. */
  reportIn: string;
  reports: SentReport[];
  /** The first person's word that it is unfounded. */
  asked?: WaitingRequest;
  /** Set when the incident is closed. */
  closed?: { outcome: 'confirmed' | 'unfounded'; at: string; by: string; person: string; entry: EntryId };
}

export const KIND = 'incident';

/** @throws Problem INVALID_REQUEST for a cause that the policy does not know */
export function requireCause({ casework }: Pack, cause: string | undefined): void {
  const known = Object.keys(casework?.incidents.causes ?? {});
  if (cause !== undefined && !known.includes(cause))
    throw invalid('/cause', commonTexts.expectedOneOf(known));
}

/** Kind of the task for a report. */
export function reportTask(pack: Pack, report: SentReport['kind']): string {
  return pack.casework?.incidents.reports[report] ?? '';
}

/** @throws Problem as `findIncident` does */
export async function readIncident(act: Act, id: string): Promise<IncidentView> {
  return viewOf(act, await findIncident(act, id));
}

/** @returns `null` if there is none */
export function findStored({ deps }: Act, id: string): Promise<Incident | null> {
  return readActDocument<Incident>(deps.tables.casework, KIND, id);
}

/** @throws Problem CONFLICT if it was changed since it was read */
export async function change({ deps }: Act, next: Incident, seen: Incident): Promise<void> {
  const { id, keptUntil } = next;
  const put = { kind: KIND, id, document: next, keepUntil: Date.parse(keptUntil) } as const;
  if (!(await putActDocument(deps.tables.casework, put, seen))) throw new Problem('CONFLICT');
}

/** The list of all incidents, for those who watch over them. No inbox has this name. */
export const EVERY = '#every';

export function rowOf({ id, at, by, keptUntil }: Incident): DeskRow {
  return {
    kind: KIND,
    id,
    at,
    inboxes: [inboxOfAgency(asClientId(by)), EVERY],
    keepUntil: Date.parse(keptUntil),
  };
}

/** @throws Problem NOT_FOUND; ROLE_REQUIRED for a caller that neither opened it nor may open such an incident */
export async function findIncident(act: Act, id: string): Promise<Incident> {
  const { session } = act;
  const incident = await findStored(act, id);
  if (!incident) throw new Problem('NOT_FOUND');
  requireAct(session, {
    owner: ownsAll(act, incident.fields),
    // The owner's department in another county has nothing to do with these people.
    area: (incident.counties ?? []).some((county) => touchesCounty(session.caller.areas, county)),
    filer: incident.by === session.caller.clientId,
  });
  return incident;
}

/** Whether the caller speaks for an owner of every one of these fields. */
export function ownsAll({ pack, session }: Act, fields: readonly string[]): boolean {
  const spoken = spokenFor(pack, session.caller);
  return fields.every((field) => pack.fields.get(field)?.owners.some((code) => spoken.includes(code)));
}

/** Whether the caller may know who received data of a department: its own or, for those who watch over incidents, any. */
export function followedBy({ pack, session }: Act): (department: string) => boolean {
  const spoken = spokenFor(pack, session.caller);
  const watches = mayAct(session, { owner: false, filer: false, area: true });
  return (department) => watches || spoken.includes(department);
}

export async function viewOf(act: Act, incident: Incident): Promise<IncidentView> {
  const { deps, pack, session } = act;
  const follows = followedBy(act);
  const own = incident.by === session.caller.clientId;
  const received = incident.received.filter(({ owners }) => own || owners.some(follows));
  const known = new Map(
    await Promise.all(received.map(async ({ agency }) => [agency, await agencyOf(deps, agency)] as const)),
  );
  const recipients = received.map(({ agency, purpose, owners: _, ...one }) => ({
    ...one,
    agency: { id: agency, label: labelOf(agency, known.get(agency)) },
    purpose: { code: purpose, ...named(purpose, pack.purposes.get(purpose)) },
  }));
  return { ...(await summaryOf(act, incident)), recipients };
}

/** As it stands in lists. */
export async function summaryOf({ deps, pack, now }: Act, incident: Incident): Promise<IncidentInList> {
  const { received: _, reportIn: __, counties: ____, fields, closed, reports, asked, ...rest } = incident;
  const incidents = pack.casework?.incidents;
  const opener = await agencyOf(deps, asClientId(incident.by));
  const operator = named(incident.operator, ownOf(incidents?.operators, incident.operator));
  return {
    ...rest,
    byName: { label: labelOf(incident.by, opener) },
    operatorName: operator,
    reportsTo: named('', ownOf(incidents?.operators, incident.operator)?.reportsTo),
    gradeName: named(incident.grade, ownOf(incidents?.grades, incident.grade)),
    reports: reports.map(({ person: ___, ...shown }) => shown),
    state: closed?.outcome ?? 'open',
    ...defined({ unfounded: closed ? undefined : stillWaiting(asked, now)?.entry }),
    ...defined({ closed: closed && { at: closed.at, by: closed.by, entry: closed.entry } }),
    fields: Object.fromEntries(fields.map((field) => [field, named(field, pack.fields.get(field))])),
    tasks: {
      report: taskId(reportTask(pack, 'first'), incident.reportIn, incident.id),
      notices: incident.subjects,
    },
  };
}

const labelOf = (id: string, agency: Agency | null | undefined) => (agency ? agency.name : codeText(id));

function named(code: string, one: Labelled | undefined): Labelled {
  return { label: one?.label ?? codeText(code) };
}

function ownOf<T>(all: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return all && Object.hasOwn(all, name) ? all[name] : undefined;
}
