/** What the log says of a write. */

import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { HeadMove } from '../../shared/records/subject/key-items.ts';
import { resultOf } from '../http/problem.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { STOP_WRITTEN } from '../steps/codes.ts';
import type { Failed, IntakeCall, Prepared, RecordPlan, Refused } from './call.ts';
import type { IntakeDeps } from './deps.ts';

/** Records whose entries are logged together, or not at all. Those of one chunk share an item as far as they fit. */
const LOGGED = 25;

/** The part of the named record that the caller learns. Each such answer has an entry. */
const LOOKED_UP: ReadonlySet<string> = new Set(['REFUSED', 'MATCH_CONFLICT', 'VERSION_CONFLICT']);

/** @returns what the step makes of the record, or how the record ends if the step fails */
export async function ended<T>(
  call: IntakeCall,
  plan: RecordPlan,
  step: Promise<T>,
): Promise<T | Refused | Failed> {
  const made = await resultOf(step);
  if (!(made instanceof Problem)) return made;
  if (!LOOKED_UP.has(made.code)) return { state: 'failed', problem: made };
  return { state: 'refused', problem: made, entry: refusedEntry(call, plan, made) };
}

/** @returns the problem of each record whose entry is not known to be durable */
export async function appendEntries(
  { log }: IntakeDeps,
  rows: readonly (Prepared | Refused | Failed)[],
): Promise<ReadonlyMap<Failed | Refused | Prepared, Problem>> {
  const logged = rows.filter((row) => row.state !== 'failed');
  const unlogged = new Map<Failed | Refused | Prepared, Problem>();
  const groups = Array.from({ length: Math.ceil(logged.length / LOGGED) }, async (_, i) => {
    const group = logged.slice(i * LOGGED, (i + 1) * LOGGED);
    const receipts = await resultOf(log.append(group.map(({ entry }) => entry)));
    if (!Array.isArray(receipts)) for (const one of group) unlogged.set(one, receipts);
  });
  await Promise.all(groups);
  return unlogged;
}

/** The entry of a refused write. */
function refusedEntry({ pack, session, request }: IntakeCall, plan: RecordPlan, problem: Problem): NewEntry {
  return {
    kind: 'denial',
    operation: 'store',
    owners: [plan.owner],
    handler: handlerOf(session),
    collection: request.collection,
    policy: { version: pack.version, hash: pack.hash },
    outcome: 'refused',
    code: problem.code,
    ...defined({ words: session.evidence ? evidenceWord(session) : undefined }),
  };
}

/** The entry of one write. It holds the digest of the whole sheet, so that a rolled-back store can be detected. @param stops see `saysStop` */
export function intakeEntry(
  { pack, session, request }: IntakeCall,
  plan: RecordPlan,
  move: HeadMove,
  stops: boolean,
): NewEntry {
  const acts = [...plan.fields].map(([field, value]) => [field, value === null ? 'deleted' : 'written']);
  return {
    kind: 'intake',
    // The first sheet of an owner counts as collection, later ones as changes.
    operation: move.head.version === 1 ? 'collect' : 'store',
    owners: [plan.owner],
    handler: handlerOf(session),
    collection: request.collection,
    subject: move.logId,
    policy: { version: pack.version, hash: pack.hash },
    fields: { [plan.owner]: Object.fromEntries(acts) },
    keys: [...move.addKeys.keys()],
    outcome: 'stored',
    // By its rule another line finds it. The code goes with the person, and the person's answer opens neither.
    ...(stops && { code: STOP_WRITTEN, ...defined({ rule: pack.stops?.rule }) }),
    ...defined({ words: session.evidence ? evidenceWord(session) : undefined }),
    sheet: { owner: plan.owner, ...move.head },
  };
}
