/** The task by which a supervisor of the office, or another line, is asked to confirm a case. */

import type { Outcome } from '../../../shared/entry-kinds.ts';
import type { CaseRecord } from '../../../shared/policy/decide/cases.ts';
import { ownersOf } from '../../../shared/policy/pack/pack.ts';
import { inboxOfAgency, inboxOfDepartment, taskId } from '../../../shared/records/casework/tasks.ts';
import { type Act, closeTask, openTaskFor } from '../act.ts';
import { askedToConfirm } from './within.ts';

export async function openCaseTask(act: Act, record: CaseRecord): Promise<void> {
  const place = placeOf(act, record);
  if (!place) return;
  const { id, opened, purpose, agency } = record;
  await openTaskFor(act, {
    ...{ ...place, about: opened.entry, key: opened.entry, subject: null },
    owners: ownersOf(act.pack, act.pack.purposes.get(purpose)?.cells.keys() ?? []),
    details: { case: id, purpose, agency },
  });
}

export async function closeCaseTask(act: Act, record: CaseRecord, outcome: Outcome): Promise<void> {
  const place = placeOf(act, record);
  const { opened, confirmed, closed } = record;
  const { entry } = closed ?? confirmed ?? opened;
  if (place) await closeTask(act, taskId(place.kind, place.inbox, opened.entry), outcome, entry);
}

function placeOf({ pack }: Act, record: CaseRecord): { kind: string; inbox: string } | null {
  const { cases } = pack.casework ?? {};
  if (!cases) return null;
  const asked = askedToConfirm(pack, record);
  if (!asked) return null;
  return 'agency' in asked
    ? { kind: cases.task, inbox: inboxOfAgency(asked.agency) }
    : { kind: cases.again.task, inbox: inboxOfDepartment(asked.department, record.county) };
}
