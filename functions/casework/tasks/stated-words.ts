/**
 * What a person must know who decides about a request, or reviews an emergency or a stop: who asks and in which words, and of a
 * release on hold also which fields and why. Words are only in the log, and only open tasks show them. No value is shown.
 */

import type { Task as TaskView } from '../../../shared/contract/casework.ts';
import { readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import { type Pack, textOfCode } from '../../../shared/policy/pack/pack.ts';
import type { CaseworkDeps } from '../deps.ts';

type Details = TaskView['details'];

/** @returns the views, those of tasks that ask for a decision with what the decision is about */
export async function withStatedWords(
  { store }: CaseworkDeps,
  pack: Pack,
  views: readonly TaskView[],
): Promise<TaskView[]> {
  const review = pack.approvals?.review;
  const worded = new Set([
    pack.stopWords.review?.task,
    pack.stops?.review.task,
    review?.task,
    review?.escalate.task,
  ]);
  const asks = ({ kind, state }: TaskView) =>
    state !== 'done' && (worded.has(kind) || pack.tasks.get(kind)?.decides !== undefined);
  const entries = await readEntriesById(
    store,
    views.filter(asks).map(({ about }) => about),
  );
  const known = new Map(entries.map((stored) => [stored.id as string, stored]));
  return views.map((view) => {
    const { ruling: _, ...details } = view.details as Details & { ruling?: string };
    const stored = asks(view) ? known.get(view.about) : undefined;
    if (!asks(view)) return { ...view, details };
    return { ...view, details: { ...details, ...wordsFor(pack, view, stored) } };
  });
}

function wordsFor(pack: Pack, view: TaskView, stored: StoredEntry | undefined): Details {
  const { officer = '', case: number = '', reason = '' } = stored?.words ?? {};
  if (!pack.tasks.get(view.kind)?.decides) return { officer, case: number, reason };
  const why = String(view.details['reason'] ?? '');
  return {
    officer,
    case: number,
    stated: reason,
    why: textOfCode(pack, why),
    held: heldBy(pack, view, stored),
  };
}

/** The requested fields on which the department decides. A stand-in decides on those of the owners that were asked. */
function heldBy({ fields, purposes }: Pack, view: TaskView, stored: StoredEntry | undefined) {
  const asked = Object.keys(stored?.entry?.withheld ?? {});
  const cells = purposes.get(stored?.entry?.purpose ?? '')?.cells;
  const requested = asked.flatMap((name) => {
    const field = cells?.has(name) ? fields.get(name) : undefined;
    return field ? [field] : [];
  });
  const own = requested.filter(({ owners }) => owners.includes(view.department ?? ''));
  return (own.length > 0 ? own : requested).map(({ name, label }) => ({ field: name, label }));
}
