/** Reports about an incident: each closes its task, and the first one and the closing of the incident open the next. */

import type { Incident as IncidentView } from '../../../shared/contract/casework.ts';
import type { ReportRequest } from '../../../shared/contract/routes/incidents.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { EntryId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { ownersOf } from '../../../shared/policy/pack/pack.ts';
import { readTask, taskId } from '../../../shared/records/casework/tasks.ts';
import { ruleOf } from '../../session/acts.ts';
import { type Act, closeTask, openTaskFor, record } from '../act.ts';
import {
  change,
  findIncident,
  type Incident,
  reportTask,
  requireCause,
  type SentReport,
  viewOf,
} from './stored.ts';

/** Most reports that the record of an incident lists. */
const MOST = 50;

/**
 * Records a report that was sent, with the grade as it is known by then. The same report again is the same report.
 * @throws Problem as `findIncident`; INVALID_REQUEST for an unknown grade; CONFLICT for a report out of its order, or a
 * second first or closing one; or a 503: then send it again
 */
export async function reportIncident(
  act: Act,
  id: string,
  { kind, evidence, grade, cause }: ReportRequest,
): Promise<{ incident: IncidentView; receipt?: Receipt }> {
  const { pack, session, person, now } = act;
  const incident = await findIncident(act, id);
  const grades = Object.keys(pack.casework?.incidents.grades ?? {});
  if (grade !== undefined && !grades.includes(grade))
    throw invalid('/grade', commonTexts.expectedOneOf(grades));
  requireCause(pack, cause);
  const known = incident.reports.find((one) => one.kind === kind && one.evidence === evidence);
  if (known) {
    await afterReport(act, incident, known);
    return { incident: await viewOf(act, incident) };
  }
  requireOrder(incident, kind);
  const due = await dueOf(act, incident, kind);
  const base = { kind: 'incident', operation: 'process', about: id, outcome: 'reported' } as const;
  const code = `REPORT_${kind.toUpperCase()}`;
  const owners = ownersOf(pack, incident.fields);
  await session.replay.alone(`report ${incident.entry} ${incident.reports.length}`);
  const receipt = await record(act, { ...base, code, owners, rule: ruleOf(session) });
  const sent: SentReport = {
    kind,
    at: new Date(now).toISOString(),
    by: session.caller.clientId,
    person,
    entry: receipt.entry,
    evidence,
    late: due !== null && now > Date.parse(due),
  };
  const next: Incident = {
    ...incident,
    grade: grade ?? incident.grade,
    ...defined({ cause: cause ?? incident.cause }),
    reports: [...incident.reports, sent],
  };
  await change(act, next, incident);
  await afterReport(act, next, sent);
  return { incident: await viewOf(act, next), receipt };
}

function requireOrder({ reports, closed }: Incident, kind: SentReport['kind']): void {
  const sent = (one: SentReport['kind']) => reports.some((report) => report.kind === one);
  const detail =
    (kind !== 'supplement' && sent(kind) && caseworkTexts.reportSent) ||
    (kind !== 'first' && !sent('first') && caseworkTexts.firstFirst) ||
    (kind === 'closing' && closed?.outcome !== 'confirmed' && caseworkTexts.notConfirmed) ||
    (reports.length >= MOST && caseworkTexts.reportsFull);
  if (detail) throw new Problem('CONFLICT', { detail });
}

async function dueOf(act: Act, incident: Incident, kind: SentReport['kind']): Promise<string | null> {
  const task = await readTask(act.deps.tables.tasks, taskOf(act, incident, kind));
  return task?.due ?? null;
}

function taskOf({ pack }: Act, { id, reportIn }: Incident, kind: SentReport['kind']): string {
  return taskId(reportTask(pack, kind), reportIn, id);
}

/** May be repeated. */
async function afterReport(act: Act, incident: Incident, { kind, entry }: SentReport): Promise<void> {
  await closeTask(act, taskOf(act, incident, kind), 'reported', entry);
  if (kind === 'first' && !incident.closed) await openNext(act, incident, 'supplement');
}

/** May be repeated. What was unfounded is reported no further; what was confirmed has a closing report. */
export async function afterClosing(act: Act, incident: Incident, entry: EntryId): Promise<void> {
  if (incident.closed?.outcome === 'confirmed') return openNext(act, incident, 'closing');
  for (const kind of ['first', 'supplement'] as const)
    await closeTask(act, taskOf(act, incident, kind), 'unfounded', entry);
}

async function openNext(act: Act, incident: Incident, kind: SentReport['kind']): Promise<void> {
  const { pack } = act;
  await openTaskFor(act, {
    kind: reportTask(pack, kind),
    inbox: incident.reportIn,
    about: incident.id,
    subject: null,
    owners: ownersOf(pack, incident.fields),
    details: { incident: incident.id, people: incident.subjects },
  });
}
