/** The task by which a desk is asked to confirm a consent. */

import { asClientId, type EntryId } from '../../../shared/ids.ts';
import { ownersOf } from '../../../shared/policy/pack/pack.ts';
import { inboxOfDepartment, taskId } from '../../../shared/records/casework/tasks.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { registered } from '../../session/agency.ts';
import { type Act, closeTask, openTaskFor } from '../act.ts';
import type { StoredConsent } from './stored.ts';

/** Asks the first department of the pack that is in the line neither of the filer nor of the recipient. */
export async function openConfirmTask(act: Act, outline: Outline, consent: StoredConsent): Promise<void> {
  const { pack } = act;
  const place = await placeOf(act, outline, consent);
  if (!place) return;
  const { id, entry, purpose, recipient, fields } = consent;
  await openTaskFor(act, {
    ...{ ...place, about: entry, subject: outline.subject, key: id },
    owners: ownersOf(pack, fields),
    details: { consent: id, purpose, recipient },
  });
}

export async function closeConfirmTask(
  act: Act,
  outline: Outline,
  consent: StoredConsent,
  entry: EntryId,
): Promise<void> {
  const place = await placeOf(act, outline, consent);
  if (place) await closeTask(act, taskId(place.kind, place.inbox, consent.id), consent.act, entry);
}

async function placeOf({ deps, pack }: Act, { county }: Outline, { filedBy, recipient }: StoredConsent) {
  const { task, asks = [] } = pack.casework?.consents ?? {};
  const agencies = await Promise.all([filedBy, recipient].map((id) => registered(deps, asClientId(id))));
  const lines = agencies.flatMap((agency) => agency?.departments ?? []);
  const department = asks.find((code) => !lines.includes(code));
  if (task === undefined || department === undefined) return null;
  return { kind: task, inbox: inboxOfDepartment(department, county) };
}
