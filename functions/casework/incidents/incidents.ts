import { hash } from 'node:crypto';
import type { Incident as IncidentView } from '../../../shared/contract/casework.ts';
import type { Pending } from '../../../shared/contract/common.ts';
import {
  type CloseRequest,
  INCIDENT_SUBJECTS,
  type IncidentRequest,
} from '../../../shared/contract/routes/incidents.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { ClientId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { ownersOf, type Pack } from '../../../shared/policy/pack/pack.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import { listClosed, listOpen } from '../../../shared/records/casework/desk-lists.ts';
import { inboxOfAgency, inboxOfDepartment } from '../../../shared/records/casework/tasks.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { requireAct, requirePossibleFor, ruleOf } from '../../session/acts.ts';
import { peopleOf } from '../../steps/leak-tickets.ts';
import { openAndTell } from '../../steps/open-task.ts';
import { requestOrApprove, stillWaiting } from '../../steps/two-people.ts';
import { type Act, entryOf, openTaskFor, record, taskOfAct } from '../act.ts';
import { isEndangered } from '../consents/on-record.ts';
import { pastInstant } from '../instant.ts';
import { findHeld } from '../speaks.ts';
import { afterClosing } from './report.ts';
import { scopeOf } from './scope.ts';
import {
  change,
  findIncident,
  followedBy,
  type Incident,
  KIND,
  ownsAll,
  reportTask,
  requireCause,
  rowOf,
  viewOf,
} from './stored.ts';

/**
 * Reads the scope from the log, logs the incident with a leaf for each person, stores it, opens the tasks.
 * Repeating the request finds the same incident and completes what a crash left undone.
 * @throws Problem ROLE_REQUIRED, INVALID_REQUEST, REFUSED (a subject), LOG_UNAVAILABLE, or a 503: then open it
 * again
 */
export async function openIncident(
  act: Act,
  request: IncidentRequest,
): Promise<{ incident: IncidentView; receipt?: Receipt }> {
  const { deps, pack, session, now } = act;
  const { tables } = deps;
  const fields = [...new Set(request.fields)].sort();
  const unknown = fields.find((field) => !pack.fields.has(field));
  if (unknown !== undefined)
    throw invalid('/fields', commonTexts.noSuchFieldNear(nearestOf(unknown, pack.fields.keys())));
  const owners = ownersOf(pack, fields);
  const owner = request.ticket === undefined && ownsAll(act, fields);
  requirePossibleFor(session, { owner });
  const { grade, hours } = clockOf(pack, request.operator, request.grade);
  requireCause(pack, request.cause);
  const times = timesIn(request, now);
  const found = request.ticket === undefined ? [] : await foundBy(act, request.ticket);
  const outlines: Outline[] = [...found];
  for (const name of request.subjects ?? [])
    outlines.push(await findHeld(act, name, 'process', 'owner', { owner }));
  requireAct(session, { owner, area: true });
  const people = [...new Map(outlines.map((one) => [one.subject, one])).values()];
  const id = idOf(session.caller.clientId, request, fields, people);
  const known = await readActDocument<Incident>(tables.casework, KIND, id);
  const made = known ? null : await make(act, { request, fields, owners, people, grade, hours, id, times });
  const incident = known ?? (made as NonNullable<typeof made>).incident;
  await openTasks(act, incident, people, owners);
  return { incident: await viewOf(act, incident), ...defined({ receipt: made?.receipt }) };
}

/**
 * Closes an incident and logs the outcome. The record is kept. That it is `unfounded`, after which it is reported no further, two
 * people say. The same officer repeating the same outcome gets the same answer.
 * @throws Problem as `findIncident` does; CONFLICT if it was closed by another officer or with another outcome, or the call names
 * another entry than that of the first word; APPROVER_IS_REQUESTER; or a 503: then close it again
 */
export async function closeIncident(
  act: Act,
  id: string,
  { outcome, entry: seen }: CloseRequest,
): Promise<{ incident: IncidentView; receipt?: Receipt } | Pending> {
  const { deps, pack, session, person, now } = act;
  const incident = await findIncident(act, id);
  const { closed } = incident;
  if (closed) {
    if (closed.person !== person || closed.outcome !== outcome) throw new Problem('CONFLICT');
    await listClosed(deps.tables.casework, rowOf(incident));
    await afterClosing(act, incident, closed.entry);
    return { incident: await viewOf(act, incident) };
  }
  const owners = ownersOf(pack, incident.fields);
  const base = { kind: 'incident', operation: 'process', about: id, owners, rule: ruleOf(session) } as const;
  const step =
    outcome === 'unfounded' && session.act.pack.acts.get(session.act.name)?.second
      ? await requestOrApprove(
          {
            ...{ session, first: stillWaiting(incident.asked, now), person, seen, now: () => now },
            after: `${incident.entry} ${incident.asked?.entry}`,
          },
          () => record(act, { ...base, kind: 'request', outcome: 'pending', code: 'INCIDENT_UNFOUNDED' }),
          async (asked) => {
            await change(act, { ...incident, asked }, incident);
            return null;
          },
        )
      : null;
  if (step && 'pending' in step) return step.pending;
  await session.replay.alone(`close ${incident.entry}`);
  const approvals = step ? { approvals: [step.approved.entry] } : {};
  const receipt = await record(act, { ...base, outcome, ...approvals });
  const ended = { outcome, at: new Date(now).toISOString(), by: session.caller.clientId, person };
  const next: Incident = { ...incident, closed: { ...ended, entry: receipt.entry } };
  await change(act, next, incident);
  await listClosed(deps.tables.casework, rowOf(next));
  await afterClosing(act, next, receipt.entry);
  return { incident: await viewOf(act, next), receipt };
}

interface Opening {
  request: IncidentRequest;
  fields: string[];
  owners: string[];
  people: readonly Outline[];
  grade: string;
  hours: number;
  id: string;
  times: ReturnType<typeof timesIn>;
}

async function make(
  act: Act,
  { request, fields, owners, people, grade, hours, id, times: { span, known } }: Opening,
): Promise<{ incident: Incident; receipt: Receipt }> {
  const { deps, pack, session, now } = act;
  const { from, until, operator, cause } = request;
  await session.replay.alone(`open ${id}`);
  const received = await scopeOf(deps, people, { fields, follows: followedBy(act), ...span });
  const rule = ruleOf(session);
  const base = { kind: 'incident', operation: 'process', owners, outcome: 'opened', rule } as const;
  const code = `CLOCK_${hours}H`;
  const [receipt] = (await deps.log.append([
    entryOf(act, { ...base, code, about: id }),
    ...people.map(({ logId }) => entryOf(act, { ...base, code, about: id, subject: logId })),
  ])) as [Receipt];
  const at = new Date(now);
  const kept = new Date(at);
  kept.setUTCFullYear(kept.getUTCFullYear() + (pack.casework?.incidents.keepYears ?? 0));
  const incident: Incident = {
    id,
    at: at.toISOString(),
    knownAt: new Date(known).toISOString(),
    by: session.caller.clientId,
    entry: receipt.entry,
    operator,
    grade,
    ...defined({ cause }),
    from,
    until,
    subjects: people.length,
    fields,
    received,
    counties: [...new Set(people.map(({ county }) => county))].sort(),
    reportBy: new Date(known + hours * 3_600_000).toISOString(),
    reportIn: reportInbox(act, people),
    reports: [],
    keptUntil: kept.toISOString(),
  };
  const put = { kind: KIND, id, document: incident, keepUntil: kept.getTime() } as const;
  await listOpen(deps.tables.casework, rowOf(incident));
  if (!(await putActDocument(deps.tables.casework, put, null))) {
    throw new Problem('CONFLICT', { detail: caseworkTexts.incidentBeingOpened });
  }
  return { incident, receipt };
}

/**
 * Read before any look-up of a person. A scope that ends later would miss what is received after the opening.
 * @throws Problem INVALID_REQUEST for an instant in the future
 */
function timesIn({ from, until, knownAt }: IncidentRequest, now: number) {
  return {
    span: { from: Date.parse(from), to: pastInstant(until, '/until', now) },
    known: knownAt === undefined ? now : pastInstant(knownAt, '/knownAt', now),
  };
}

async function openTasks(
  act: Act,
  { id, at, reportIn, reportBy, fields }: Incident,
  people: readonly Outline[],
  owners: readonly string[],
): Promise<void> {
  const { deps, pack } = act;
  const report = { kind: reportTask(pack, 'first'), inbox: reportIn, about: id, subject: null, owners };
  const details = { incident: id, people: people.length };
  // The clock starts when the leak became known, which may be earlier than the opening.
  const remind = new Date((Date.parse(at) + Date.parse(reportBy)) / 2).toISOString();
  const times = { opened: at, due: reportBy, ...defined({ remind: remind > at ? remind : undefined }) };
  await openAndTell(deps, { ...report, details, ...times });
  for (const { subject, county } of people) {
    // The officer who sends the notice must not inform a representative in conflict, or one who may not know the place.
    const endangered = await isEndangered(act, { subject });
    await openTaskFor(act, {
      kind: taskOfAct(pack, 'incident.open'),
      inbox: inboxOfDepartment(pack.casework?.incidents.tells ?? '', county),
      about: id,
      key: JSON.stringify([id, subject]),
      subject,
      owners,
      details: { incident: id, fields, ...defined({ toRepresentative: endangered ? false : undefined }) },
    });
  }
}

/**
 * The office that opens an incident reports it. An office without an inbox leaves the report to the desks'
 * department.
 */
function reportInbox({ pack, session }: Act, people: readonly Outline[]): string {
  const { clientId, actions } = session.agency;
  if (actions.includes('casework')) return inboxOfAgency(clientId);
  return inboxOfDepartment(pack.casework?.incidents.tells ?? '', people[0]?.county ?? '');
}

/** Two requests of one agency about the same people, fields and time are the same incident. */
function idOf(
  agency: ClientId,
  { from, until, operator, grade = '' }: IncidentRequest,
  fields: readonly string[],
  people: readonly Outline[],
): string {
  const subjects = people.map(({ subject }) => subject).sort();
  const said = JSON.stringify([agency, from, until, operator, grade, fields, subjects]);
  return hash('sha256', said, 'base64url').slice(0, 22);
}

/** @throws Problem INVALID_REQUEST for an operator or a grade that the policy does not know */
function clockOf(pack: Pack, operator: string, stated?: string): { grade: string; hours: number } {
  const incidents = pack.casework?.incidents;
  const grade = stated ?? incidents?.unstated ?? '';
  const known = Object.hasOwn(incidents?.operators ?? {}, operator) ? incidents?.operators[operator] : null;
  if (!known) throw invalid('/operator', commonTexts.expectedOneOf(Object.keys(incidents?.operators ?? {})));
  const hours = Object.hasOwn(known.hours, grade) ? known.hours[grade] : undefined;
  if (hours === undefined) throw invalid('/grade', commonTexts.expectedOneOf(Object.keys(known.hours)));
  return { grade, hours };
}

/**
 * The people whom a leak check found, whom the caller does not learn.
 * @throws Problem NOT_FOUND if the ticket leads to none; INVALID_REQUEST if it leads to more than one incident holds
 */
async function foundBy({ deps, pack, now }: Act, ticket: string): Promise<Outline[]> {
  const subjects = await peopleOf(deps, { collection: pack.collection, ticket }, now);
  if (subjects.length > INCIDENT_SUBJECTS)
    throw invalid('/ticket', caseworkTexts.ticketPeople(INCIDENT_SUBJECTS));
  const outlines = await Promise.all(subjects.map((one) => readOutline(deps.tables.keys, one)));
  const found = outlines.filter((one) => one !== null && one.collection === pack.collection) as Outline[];
  if (found.length === 0) throw new Problem('NOT_FOUND');
  return found;
}
