/** What departments removed from a record, according to the log: a sheet that lacks a field does not say whether it ever had it. */

import { walkSubject } from '../../shared/log/read/walk.ts';
import { fieldsOfResponsible } from '../../shared/policy/decide/speaks.ts';
import { CONFLICT_ENDED, putCasework, queryCasework } from '../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { pack } from '../session/policy.ts';
import { logStore } from '../steps/log.ts';
import type { MaintenanceDeps } from './deps.ts';
import { indexPosition, wholeLog } from './tombstone.ts';

/** Instants (RFC 3339) of the last removals, by owner and field. Those of the last seconds may be missing. */
export type Removals = ReadonlyMap<string, string>;

export const fieldOf = (owner: string, field: string) => `${owner}/${field}`;

export async function removalsOf(
  deps: MaintenanceDeps,
  { logId, subject }: Pick<KeyItem, 'logId' | 'subject'>,
): Promise<Removals> {
  const span = wholeLog(deps.now(), await indexPosition(deps));
  const removed = new Map<string, string>();
  for await (const { entry } of walkSubject(logStore(deps), { logId, id: subject }, span)) {
    if (entry?.kind !== 'intake') continue;
    for (const [owner, fields] of Object.entries(entry.fields ?? {}))
      for (const [field, act] of Object.entries(fields)) {
        const key = fieldOf(owner, field);
        if (act === 'deleted' && (removed.get(key) ?? '') < entry.time) removed.set(key, entry.time);
      }
  }
  return removed;
}

/**
 * A removal of who decides for a person ended what they had said. So that it stays ended in the record that both become, the
 * person's casework says until when, as after a conflict.
 */
export async function keepEnded(
  { tables }: MaintenanceDeps,
  { subject }: Pick<KeyItem, 'subject'>,
  removed: Removals,
): Promise<void> {
  const fields = fieldsOfResponsible(pack.consent.evidence);
  const times = [...removed].filter(([key]) => fields.some((field) => key.endsWith(`/${field}`)));
  const casework = await queryCasework(tables.casework, subject);
  const known = casework.find(({ kind }) => kind === CONFLICT_ENDED)?.document as { at: string } | undefined;
  const at = times
    .map(([, time]) => time)
    .sort()
    .at(-1);
  if (at === undefined || (known && known.at >= at)) return;
  await putCasework(tables.casework, subject, { kind: CONFLICT_ENDED, id: 'last', document: { at } });
}
