import { randomId } from '../../../shared/bytes.ts';
import type { Objection as ObjectionView } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { asEntryId } from '../../../shared/ids.ts';
import { walkSubject } from '../../../shared/log/read/walk.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { inboxOfDepartment } from '../../../shared/records/casework/tasks.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import type { ObjectionRequest } from '../../http/contract/objections.ts';
import { requireAct, ruleOf } from '../../session/acts.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { requireIndex } from '../../steps/log.ts';
import { type Act, findSubject, isInReach, openTaskFor, record } from '../act.ts';
import {
  flag,
  type Objection,
  type ObjectionWords,
  openOf,
  putObjection,
  readObjection,
  viewOf,
} from './stored.ts';

/** Kind of the owner's task. */
export const TASK = 'objection';
/** Milliseconds by which the clock of a log writer may be ahead. */
export const AHEAD = 60_000;

/**
 * Logs the objection, flags the field, stores the objection under its id, opens the owner's task. While it is
 * open, a repeated objection to the same field in the same role is the same objection, and completes what a crash
 * left undone.
 * @throws Problem ROLE_REQUIRED, INVALID_REQUEST, REFUSED (the subject), or a 503: then object again
 */
export async function fileObjection(
  act: Act,
  request: ObjectionRequest,
): Promise<{ objection: ObjectionView; receipt?: Receipt }> {
  const { pack, session, words, person, now } = act;
  const givers = pack.casework?.objections.givers ?? [];
  const { field, by } = request;
  const known = pack.fields.get(field);
  if (!known || known.virtual) throw invalid('/field', 'no such field');
  if (!givers.includes(by)) throw invalid('/by', 'the policy allows no objection in this role');
  const outline = await findSubject(act, request.subject, 'process');
  requireAct(session, { area: isInReach(pack, session.caller, outline) });
  const running = (await openOf(act, outline.subject)).find(
    ({ words: one }) => one.field === field && one.by === by,
  );
  const stands = running && (await readObjection(act, running.id));
  if (running && stands) {
    await openTask(act, outline, stands);
    return { objection: await viewOf(act, stands, running.words) };
  }
  const department = await answerableFor(act, outline, field);
  const receipt = running
    ? null
    : await record(act, {
        kind: 'objection',
        operation: 'process',
        owners: [department],
        subject: outline.logId,
        fields: { [department]: { [field]: 'disputed' } },
        outcome: 'open',
        code: `BY_${by.toUpperCase().replaceAll('-', '_')}`,
        rule: ruleOf(session),
      });
  const said: ObjectionWords = running?.words ?? {
    field,
    by,
    reason: words.reason ?? '',
    entry: receipt?.entry ?? asEntryId(''),
  };
  const id = running?.id ?? randomId();
  await flag(act, outline.subject, id, said);
  const { opened: at, due } = timesOf(pack, TASK, now);
  const objection: Objection = {
    id,
    subject: outline.subject,
    field,
    by,
    department,
    agency: session.caller.clientId,
    person,
    departments: session.caller.departments,
    at,
    due,
    entry: said.entry,
    state: 'open',
  };
  if (!(await putObjection(act, objection, null))) throw new Problem('CONFLICT');
  await openTask(act, outline, objection);
  return { objection: await viewOf(act, objection, said), ...defined({ receipt: receipt ?? undefined }) };
}

async function openTask(act: Act, { county }: Outline, objection: Objection): Promise<void> {
  const { id, subject, field, department } = objection;
  await openTaskFor(act, {
    kind: TASK,
    inbox: inboxOfDepartment(department, county),
    about: id,
    subject,
    owners: [department],
    details: { field, objection: id },
  });
}

/**
 * The department that last wrote the field, according to the log. If the log has no write, the pack's first
 * owner.
 */
async function answerableFor({ deps, pack, now }: Act, outline: Outline, field: string): Promise<string> {
  await requireIndex(deps.store);
  const names = { logId: outline.logId, id: outline.subject };
  for await (const { entry } of walkSubject(deps.store, names, { from: 0, to: now + AHEAD })) {
    if (entry?.kind !== 'intake') continue;
    const [owner] =
      Object.entries(entry.fields ?? {}).find(([, fields]) => Object.hasOwn(fields, field)) ?? [];
    if (owner !== undefined) return owner;
  }
  return pack.fields.get(field)?.owners[0] ?? '';
}
