import { setTimeout } from 'node:timers/promises';
import { randomId } from '../../bytes.ts';
import { asSubjectId, type ClientId, type EntryId, type SubjectId } from '../../ids.ts';
import { contend, LOST } from '../../store/contend.ts';
import { queryFirst } from '../../store/first.ts';
import { deleteItem, putItem, queryAll, swapDocument, type Table } from '../../store/table.ts';
import { IN_FORCE, PEOPLE_FROZEN } from '../../tables.ts';

/** One stored act about a subject: its kind is the part of `item` before `#`, its document is JSON. */
export interface CaseworkItem {
  kind: string;
  id: string;
  document: unknown;
}

/** The flag that a representative is in conflict with the person, and the first request for it. A subject has at most one. */
export const CONFLICT = 'conflict';
/** The kind of the mark that a conflict has ended: what those who decide for the person said before it is over. */
export const CONFLICT_ENDED = 'conflict-ended';
/** The kind of the mark that the help for a person has ended: its one document has this id. */
export const HELP_ENDED = 'end-of-help';
/** The same mark, once the help was taken up again, until the next pass has followed that. */
export const HELP_RESUMED = 'help-resumed';
/** The kind of the mark that a pass found the person gone, and has ended what ends with that. */
export const PERSON_GONE = 'end-of-person';

/** What such a mark holds. */
export interface Ended {
  /** RFC 3339. */
  at: string;
  /** Of this entry are the cases that were closed. */
  entry: EntryId;
  /** A pass has done what follows. */
  done?: true;
}

export const FLAGS: ReadonlySet<string> = new Set([CONFLICT, 'conflict-request', CONFLICT_ENDED]);

const keyOf = (subject: SubjectId, { kind, id }: Pick<CaseworkItem, 'kind' | 'id'>) => ({
  subject: { S: subject },
  item: { S: `${kind}#${id}` },
});

/** All consents and flags of a subject; strongly consistent, so a freeze or withdrawal counts at once. */
export async function queryCasework(table: Table, subject: SubjectId): Promise<CaseworkItem[]> {
  return (await queryAll(table, 'subject = :subject', { subject })).map((item) => {
    const [kind, id] = (item['item']?.S ?? '').split('#');
    if (item['subject']?.S !== subject || !kind || !id) throw new Error('malformed casework item');
    return { kind, id, document: JSON.parse(item['document']?.S ?? '') };
  });
}

/**
 * Replaces the item with the same kind and id.
 * @param kind, id: without `#`
 * @param previous the document that this one replaces, `null` for none; if left out, any is replaced
 * @returns whether it was stored; `false` if another document is there
 */
export async function putCasework(
  table: Table,
  subject: SubjectId,
  item: CaseworkItem,
  previous?: unknown,
): Promise<boolean> {
  const key = keyOf(subject, item);
  if (previous !== undefined) return swapDocument(table, key, item.document, previous);
  await putItem(table, { ...key, document: { S: JSON.stringify(item.document) } });
  return true;
}

/** Removes one item. May be repeated. */
export function dropCasework(
  table: Table,
  subject: SubjectId,
  item: Pick<CaseworkItem, 'kind' | 'id'>,
): Promise<void> {
  return deleteItem(table, keyOf(subject, item));
}

/*
 * Freezes of an agency, an officer, a purpose or a class that are in force. They share one partition, which every
 * release and verification reads; a freeze of a subject is stored with the subject's casework.
 */

/** Used instead of a subject: no subject has this id. */
const FROZEN = asSubjectId(IN_FORCE);

export type FreezeTarget =
  | { kind: 'agency'; agency: ClientId }
  /** Digest of an agency's officer, so no name is stored. */
  | { kind: 'officer'; agency: ClientId; person: string }
  | { kind: 'purpose'; purpose: string }
  | { kind: 'class'; class: string };

export interface Freeze {
  id: string;
  target: FreezeTarget;
  /** RFC 3339. */
  at: string;
  /** The agency that froze, and the log entry that records it. */
  by: string;
  entry: EntryId;
}

export interface Freezes {
  freezes: readonly Freeze[];
  /** See `lastFreezeChange`. */
  change: string | null;
}

/** All that are in force, strongly consistent. @throws Error if one is malformed, or the store's error */
export async function readFreezes(table: Table): Promise<Freezes> {
  const items = await queryCasework(table, FROZEN);
  const freezes = items.flatMap(({ kind, id, document }) => {
    if (kind === CHANGE.kind) return [];
    const freeze = document as Freeze;
    if (freeze.id !== id) throw new Error('malformed freeze');
    return freeze;
  });
  const change = items.find(({ kind }) => kind === CHANGE.kind)?.document as string | undefined;
  return { freezes, change: change ?? null };
}

/**
 * Tells a reader who need not read all freezes whether one has changed. A change is announced here before it is made, and its
 * announcement ends after it, each with a new word. If its writer dies in between, the announcement stays, and readers go on
 * looking for what it may have changed. A query meets this item before the freezes, by the order of their keys, so a change that
 * comes meanwhile has another word.
 */
const CHANGE = { kind: 'change', id: 'last' };

/** A version before wrote a word alone, after the change. */
const FORM = 'v2';
/** Milliseconds for which no process lives: an announcement that is older is left out by the next change. */
const ANNOUNCED_MS = 24 * 3_600_000;
/** Changes that may come in between. */
const TRIES = 40;
/** Milliseconds by which the longest wait before the next try grows. So the tries of a crowd spread, and none fails. */
const WAIT = 10;

/** Whether no change is announced that may not be complete. @param change of `readFreezes` */
export function isSettled(change: string | null): boolean {
  return change?.startsWith(`${FORM} `) === true && announcedIn(change).length === 0;
}

function announcedIn(change: string | null): string[] {
  const [form, , ...announced] = change?.split(' ') ?? [];
  return form === FORM ? announced : [];
}

/** A word for the last change, strongly consistent; `null` before the first */
export async function lastFreezeChange(table: Table): Promise<string | null> {
  const { item } = keyOf(FROZEN, CHANGE);
  const names = { subject: FROZEN, item: item.S };
  const [found] = await queryFirst(table, 'subject = :subject AND #item = :item', names, { limit: 1 });
  return found ? JSON.parse(found['document']?.S ?? 'null') : null;
}

async function announced(table: Table, change: () => Promise<unknown>): Promise<void> {
  const now = Date.now();
  const own = `${now}:${randomId()}`;
  const isAlive = (one: string) => now - Number.parseInt(one, 10) < ANNOUNCED_MS;
  await note(table, (all) => [...all.filter(isAlive), own]);
  await change();
  await note(table, (all) => all.filter((one) => one !== own));
}

/** @throws Error if others change it all the time */
async function note(table: Table, edit: (announced: readonly string[]) => readonly string[]): Promise<void> {
  const once = async (lost: number) => {
    const before = await lastFreezeChange(table);
    const document = [FORM, randomId(), ...edit(announcedIn(before))].join(' ');
    if (await putCasework(table, FROZEN, { ...CHANGE, document }, before)) return;
    await setTimeout(Math.random() * WAIT * (lost + 1));
    return LOST;
  };
  await contend(TRIES, once, () => {
    throw new Error('the change of a freeze could not be noted');
  });
}

/** In force once this returns. */
export async function putFreeze(table: Table, freeze: Freeze): Promise<void> {
  await announced(table, () => putCasework(table, FROZEN, { kind: FREEZE, id: freeze.id, document: freeze }));
}

/** A freeze of a person, as it is listed. */
export interface PersonFreeze extends Omit<Freeze, 'target'> {
  target: { kind: 'subject'; subject: SubjectId };
  /** RFC 3339; then it ends by itself. */
  until?: string;
}

const PEOPLE = asSubjectId(PEOPLE_FROZEN);

/** Freezes of people that have not ended; strongly consistent. @param now epoch milliseconds */
export async function readPersonFreezes(table: Table, now: number): Promise<PersonFreeze[]> {
  const freezes = (await queryCasework(table, PEOPLE)).map(({ document }) => document as PersonFreeze);
  return freezes.filter(({ until }) => until === undefined || Date.parse(until) > now);
}

export async function putPersonFreeze(table: Table, freeze: PersonFreeze): Promise<void> {
  await putCasework(table, PEOPLE, { kind: FREEZE, id: freeze.id, document: freeze });
}

/** May be repeated. */
export function dropPersonFreeze(table: Table, id: string): Promise<void> {
  return dropCasework(table, PEOPLE, { kind: FREEZE, id });
}

/** May be repeated. */
export async function dropFreeze(table: Table, id: string): Promise<void> {
  await announced(table, () => dropCasework(table, FROZEN, { kind: FREEZE, id }));
}

/** Kind of the items, of a subject's freezes too. */
export const FREEZE = 'freeze';
