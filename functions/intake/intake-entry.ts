import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { HeadMove } from '../../shared/records/subject/key-items.ts';
import { evidenceWord, handlerOf } from '../http/handler-of.ts';
import type { IntakeCall } from './intake-records.ts';
import type { RecordPlan } from './plan-record.ts';

/** The entry of one write. It carries the digest of the whole sheet, so that a rolled-back store is found. */
export function intakeEntry(
  { pack, session, request }: IntakeCall,
  plan: RecordPlan,
  move: HeadMove,
): NewEntry {
  const acts = [...plan.fields].map(([field, value]) => [field, value === null ? 'deleted' : 'written']);
  return {
    kind: 'intake',
    operation: 'store',
    owners: [plan.owner],
    handler: handlerOf(session),
    collection: request.collection,
    subject: move.logId,
    policy: { version: pack.version, hash: pack.hash },
    fields: { [plan.owner]: Object.fromEntries(acts) },
    keys: [...move.addKeys.keys()],
    outcome: 'stored',
    ...(session.evidence && { words: evidenceWord(session) }),
    sheet: { owner: plan.owner, ...move.head },
  };
}
