/**
 * Objections as stored. The document under its id contains no words. The words are stored with the subject
 * and erased with it.
 */

import type { Objection as ObjectionView } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { ClientId, EntryId, SubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { Matter } from '../../../shared/policy/decide/permits.ts';
import { speaksFor } from '../../../shared/policy/decide/speaks.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import { dropCasework, putCasework } from '../../../shared/records/casework/casework.ts';
import type { DeskRow } from '../../../shared/records/casework/desk-lists.ts';
import { inboxOfAgency, inboxOfDepartment } from '../../../shared/records/casework/tasks.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { decoyId } from '../../steps/holding.ts';
import { type Act, isInReach } from '../act.ts';
import { isEndangered } from '../consents/on-record.ts';
import { caseworkOf, forSurvivor } from '../consents/stored.ts';

/** What is stored as it is shown. */
type Kept = 'id' | 'field' | 'by' | 'right' | 'fault' | 'until' | 'department' | 'at' | 'due' | 'state';

export interface Objection extends Pick<ObjectionView, Kept> {
  subject: SubjectId;
  /** MAC of the document that the person showed. */
  document?: string;
  /** The agency that filed it, and the digest of its officer. */
  agency: ClientId;
  person: string;
  departments?: readonly string[];
  entry: EntryId;
  resolved?: { at: string; agency: ClientId; person: string; late: boolean; entry: EntryId };
}

/** The words of an objection, stored with the subject. `situationOf` reads the fields of open ones. */
export interface ObjectionWords {
  field: string;
  by: string;
  right: string;
  /** Of a report: the office that made it. */
  agency?: ClientId;
  at: string;
  /** The flag ends by itself. */
  until?: string;
  reason: string;
  entry: EntryId;
  answer?: string;
  corrected?: string[];
}

/** Kinds of the flag while an objection is open and of the words kept afterwards. */
const DISPUTE = 'dispute';
/** Kind of the words while one that flags nothing is open. */
const ASKED = 'right';
export const PAST = 'objection';

/** Reads as much for an id that no objection has. @throws Problem NOT_FOUND if there is none, or its subject was erased */
export async function findObjection(
  act: Act,
  id: string,
): Promise<{ objection: Objection; outline: Outline }> {
  const { tables } = act.deps;
  const objection = await readObjection(act, id);
  const outline = await readOutline(tables.keys, objection?.subject ?? decoyId());
  if (!objection || !outline) throw new Problem('NOT_FOUND');
  return { objection, outline };
}

/** The caller's relation to the objection. */
export function concernOf(act: Act, objection: Objection, outline: Outline): Matter {
  const { pack, session } = act;
  const { caller } = session;
  return {
    area: isInReach(act, outline),
    filer: objection.agency === caller.clientId,
    addressee: speaksFor(pack, caller, objection.department),
  };
}

/** @returns `null` if there is none */
export function readObjection({ deps }: Act, id: string): Promise<Objection | null> {
  return readActDocument<Objection>(deps.tables.casework, PAST, id);
}

/** @returns whether `previous` was stored and has been replaced */
export function putObjection(
  { deps }: Act,
  objection: Objection,
  previous: Objection | null,
): Promise<boolean> {
  const { tables } = deps;
  return putActDocument(tables.casework, { kind: PAST, id: objection.id, document: objection }, previous);
}

/** The office that filed it and the department that answers have it in their lists. */
export function rowOf({ id, at, agency, department }: Objection, { county }: Outline): DeskRow {
  return {
    kind: PAST,
    id,
    at,
    inboxes: [inboxOfAgency(agency), inboxOfDepartment(department, county)],
  };
}

/** Keeps the words. If it `stops` the use, the field is from now on released only if the policy allows a disputed value. */
export async function flag(
  { deps }: Act,
  subject: SubjectId,
  id: string,
  said: ObjectionWords,
  stops: boolean,
): Promise<void> {
  await forSurvivor(deps, subject, async (present) => {
    const item = { kind: stops ? DISPUTE : ASKED, id, document: said };
    await putCasework(deps.tables.casework, present, item);
    if (stops) await dropCasework(deps.tables.casework, present, { kind: ASKED, id });
  });
}

/** Keeps the words, then removes the flag. May be repeated. */
export async function unflag(
  { deps }: Act,
  subject: SubjectId,
  id: string,
  said: ObjectionWords,
): Promise<void> {
  const { tables } = deps;
  await forSurvivor(deps, subject, async (present) => {
    await putCasework(tables.casework, present, { kind: PAST, id, document: said });
    for (const kind of [DISPUTE, ASKED]) await dropCasework(tables.casework, present, { kind, id });
  });
}

/** @returns the words of the objection; between the two writes of `unflag`, those kept afterwards */
export async function wordsOf({ deps }: Act, subject: SubjectId, id: string): Promise<ObjectionWords | null> {
  const casework = await caseworkOf(deps, subject);
  const find = (kind: string) => casework.find((item) => item.kind === kind && item.id === id);
  return ((find(PAST) ?? find(DISPUTE) ?? find(ASKED))?.document as ObjectionWords | undefined) ?? null;
}

/** Open objections and requests of a subject. */
export async function openOf(
  { deps }: Act,
  subject: SubjectId,
): Promise<{ id: string; words: ObjectionWords }[]> {
  const items = (await caseworkOf(deps, subject)).filter(({ kind }) => [DISPUTE, ASKED].includes(kind));
  return items.map(({ id, document }) => ({ id, words: document as ObjectionWords }));
}

/**
 * What the department that answers must know: an answer to a representative of an endangered person reaches no representative.
 * The desk does not learn it.
 */
export async function safetyOf(
  act: Act,
  { by }: Objection,
  outline: Outline,
  { addressee = false }: Matter,
): Promise<{ toRepresentative?: false }> {
  if (!addressee || !act.pack.casework?.inquiries.guarded.who.includes(by)) return {};
  return (await isEndangered(act, outline)) ? { toRepresentative: false } : {};
}

export async function viewOf(
  { deps, session }: Act,
  objection: Objection,
  words: ObjectionWords | null,
  safety: { toRepresentative?: false } = {},
): Promise<ObjectionView> {
  const { id, subject, field, by, right, fault, until, department, state, at, due, entry, resolved } =
    objection;
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const { person: _, ...shown } = resolved ?? { person: '' };
  return {
    id,
    ref: references.toRef(subject),
    field,
    by,
    right,
    department,
    state,
    at,
    due,
    entry,
    ...safety,
    ...defined({
      fault,
      until,
      // A report has no words, and its answer is the outcome alone.
      reason: words?.reason || undefined,
      answer: words?.answer,
      corrected: words?.corrected,
      resolved: resolved && (shown as NonNullable<ObjectionView['resolved']>),
    }),
  };
}
