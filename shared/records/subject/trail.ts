/**
 * The trail of a merge that can be undone: whom each write since then named. Of consecutive writes of one owner that name
 * one person only the last is kept, so a trail grows by the changes of the person, not by the writes.
 */

import type { KeyId, SubjectId } from '../../ids.ts';
import type { KeyItem, Mark, StoredKey } from './key-item-format.ts';

/** A write of an owner's sheet to a subject. */
export interface Step extends Omit<Mark, 'before'> {
  before: KeyItem | null;
}

/**
 * Whether a write named the double: found the subject under the double's id, or one merged into the double.
 * @param found the id to which the writer's name led
 * @returns the id of the double or of the survivor
 */
export function namedIn({ subject, undo }: KeyItem, found: SubjectId): SubjectId {
  const isDouble = undo !== null && (undo.alias === found || undo.double.joined.has(found));
  return isDouble ? undo.alias : subject;
}

/** The mark of this write, and the one that it replaces; `null` if no merge into the subject can be undone. */
export function markOf(step: Step): { mark: Mark; replaced: Mark | null } | null {
  const { owner, before, head, named, at, place } = step;
  if (!before?.undo) return null;
  const last = before.trail.findLast((mark) => mark.owner === owner);
  const replaced = last?.named === named ? last : null;
  const prior = replaced ? replaced.before : (before.heads.get(owner) ?? null);
  return {
    mark: { owner, head, named, at, before: prior, place: place ?? replaced?.place ?? null },
    replaced,
  };
}

/** Whether the owner's present sheet must stay when this write replaces it. */
export function keepsSheet(step: Step): boolean {
  const marked = markOf(step);
  return marked !== null && marked.replaced === null;
}

/** Those of the unnamed keys that no kept sheet names either: each was made by a write that this one replaces. */
export function droppable(
  keys: ReadonlyMap<KeyId, StoredKey> | undefined,
  unnamed: readonly KeyId[],
  step: Step,
): readonly KeyId[] {
  const marked = markOf(step);
  if (!marked) return unnamed;
  if (!marked.replaced) return [];
  const kept = marked.mark.before?.version ?? 0;
  return unnamed.filter((id) => (keys?.get(id)?.version ?? 0) > kept);
}
