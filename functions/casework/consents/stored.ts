/** Consents as stored in the casework of a subject, and the pointers that find them by id alone. */

import { hash } from 'node:crypto';
import type { Consent } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { asSubjectId, type EntryId, type SubjectId } from '../../../shared/ids.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import type { ConsentArtefact, SaidAct } from '../../../shared/policy/types.ts';
import { type CaseworkItem, putCasework, queryCasework } from '../../../shared/records/casework/casework.ts';
import { deleteFiled } from '../../../shared/records/casework/moves.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { contend, contended, LOST } from '../../../shared/store/contend.ts';
import { decoyId } from '../../steps/holding.ts';
import type { CaseworkDeps } from '../deps.ts';

export const CONSENT = 'consent';

/** What is stored as it is shown. */
type Kept = 'relation' | 'method' | 'noticeVersion' | 'evidence' | 'filedBy' | 'confirmed';

/** A consent as filed: what `decide` reads, and how it was given. */
export interface StoredConsent extends ConsentArtefact, Pick<Consent, Kept> {
  giver: Consent['giver'];
  /** Of one that waits or waited for a confirmation: what it says once it counts. */
  says?: SaidAct;
  /** Id of the proof that was filed with it and is confirmed with it. */
  with?: string;
  /** Log entry of the last change. */
  entry: EntryId;
  history: readonly { version: number; act: string; at: string; entry: EntryId }[];
}

type Stores = Pick<CaseworkDeps, 'tables'>;

/** The id is a digest of the content, so filing the same consent twice yields one consent. */
export function consentId(subject: SubjectId, said: object): string {
  return hash('sha256', JSON.stringify([subject, said]), 'base64url').slice(0, 22);
}

export function consentsIn(casework: readonly CaseworkItem[]): StoredConsent[] {
  return casework.filter(({ kind }) => kind === CONSENT).map(({ document }) => document as StoredConsent);
}

/** Whether a consent is for this purpose and recipient. */
export function isBetween(
  one: { purpose: string; recipient: string },
  { purpose, recipient }: { purpose: string; recipient: string },
): boolean {
  return one.purpose === purpose && one.recipient === recipient;
}

/** Everything on file about the subject; strongly consistent. */
export function caseworkOf({ tables }: Stores, subject: SubjectId): Promise<CaseworkItem[]> {
  return queryCasework(tables.casework, subject);
}

/**
 * Stores a new consent after the pointer to it. If the subject was merged meanwhile, the survivor gets it.
 * @throws Problem CONFLICT if another consent has this id
 */
export async function putConsent(stores: Stores, subject: SubjectId, document: StoredConsent): Promise<void> {
  const { tables } = stores;
  const pointer = { kind: 'pointer', id: CONSENT, document: { subject } };
  await putCasework(tables.casework, pointerKey(document.id), pointer);
  const item = { kind: CONSENT, id: document.id, document };
  await forSurvivor(stores, subject, async (present) => {
    if (!(await putCasework(tables.casework, present, item, null))) {
      const known = await findIn(stores, present, document.id);
      // The same entry: an earlier attempt stored it and its answer was lost.
      if (known?.entry !== document.entry) throw new Problem('CONFLICT');
    }
  });
}

/** Reads as much for an id that no consent has. @returns the consent as stored and its subject, or `null` */
export async function findConsent(
  stores: Stores,
  id: string,
): Promise<{ outline: Outline; consent: StoredConsent; casework: CaseworkItem[] } | null> {
  const { tables } = stores;
  const [pointer] = await queryCasework(tables.casework, pointerKey(id));
  const subject = (pointer?.document as { subject?: SubjectId } | undefined)?.subject;
  const outline = await readOutline(tables.keys, subject ?? decoyId());
  const casework = await caseworkOf(stores, outline?.subject ?? decoyId());
  const consent = consentsIn(casework).find((one) => one.id === id);
  return outline && consent ? { outline, consent, casework } : null;
}

/** @returns whether `previous` was stored and has been replaced */
function changeConsent(
  { tables }: Stores,
  subject: SubjectId,
  previous: StoredConsent,
  document: StoredConsent,
): Promise<boolean> {
  const item = { kind: CONSENT, id: document.id, document };
  return putCasework(tables.casework, subject, item, previous);
}

/** How often a change is tried while others change the same consent. */
const ATTEMPTS = 8;

/**
 * @param change `null` to leave the consent as it is
 * @returns the consent as it is then; `null` if the subject has none of this id
 * @throws Problem CONFLICT if others keep changing it
 */
export async function updateConsent(
  stores: Stores,
  subject: SubjectId,
  id: string,
  change: (consent: StoredConsent) => StoredConsent | null,
): Promise<StoredConsent | null> {
  return contend(
    ATTEMPTS,
    async () => {
      const consent = await findIn(stores, subject, id);
      if (!consent) return null;
      const next = change(consent);
      if (!next) return consent;
      if (await changeConsent(stores, subject, consent, next)) return next;
      return LOST;
    },
    contended(caseworkTexts.consentContended),
  );
}

/**
 * One proof serves one consent.
 * @throws Problem CONFLICT if it serves another
 */
export async function claimEvidence(
  { tables }: Stores,
  { id, evidence }: Pick<StoredConsent, 'id' | 'evidence'>,
): Promise<void> {
  if (evidence === undefined) return;
  const key = evidenceKey(evidence);
  const item = { kind: 'pointer', id: 'evidence', document: { consent: id } };
  if (await putCasework(tables.casework, key, item, null)) return;
  const [known] = await queryCasework(tables.casework, key);
  if ((known?.document as { consent?: string } | undefined)?.consent !== id)
    throw new Problem('CONFLICT', { detail: caseworkTexts.proofServesAnother });
}

/** What desks see of a consent: only what was filed, and neither the document nor what it was filed with. */
export function viewOf(consent: StoredConsent): Consent {
  const {
    fields,
    history,
    forms,
    officers,
    document: _,
    filed: __,
    with: ___,
    known: ____,
    ...rest
  } = consent;
  return {
    ...rest,
    fields: [...fields],
    ...defined({ forms: forms && { ...forms }, officers: officers && [...officers] }),
    history: history.map((change) => ({ ...change })),
  };
}

/**
 * Writes, and writes again to the survivor if the subject became an alias meanwhile. If it was erased, the erasure may not
 * have found what was written, so that it is removed here.
 */
export async function forSurvivor(
  { tables }: Stores,
  subject: SubjectId,
  write: (subject: SubjectId) => Promise<void>,
): Promise<void> {
  let present = subject;
  for (;;) {
    await write(present);
    const outline = await readOutline(tables.keys, present);
    if (!outline) return deleteFiled(tables.casework, present);
    if (outline.subject === present) return;
    present = outline.subject;
  }
}

async function findIn(stores: Stores, subject: SubjectId, id: string): Promise<StoredConsent | undefined> {
  return consentsIn(await caseworkOf(stores, subject)).find((one) => one.id === id);
}

/** Cannot collide with a subject: no subject id contains a colon. */
function pointerKey(id: string): SubjectId {
  return asSubjectId(`consent:${id}`);
}

/** Likewise. */
function evidenceKey(digest: string): SubjectId {
  return asSubjectId(`evidence:${digest}`);
}
