/** How the giver of a consent is known: by a document that is shown, or by a one-time code that a desk handed over. */

import { hash } from 'node:crypto';
import type { FileConsent } from '../../../shared/contract/routes/consents.ts';
import { invalid } from '../../../shared/errors.ts';
import { asClientId } from '../../../shared/ids.ts';
import { blindIndexes } from '../../../shared/keys/blind-index.ts';
import { recordMarksOf } from '../../../shared/keys/record-marks.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { type KnownDocument, normalNumber } from '../../../shared/policy/check/documents.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { registered } from '../../session/agency.ts';
import { newCode, plainCode, shownCode } from '../../steps/codes.ts';
import { findByMatch } from '../../steps/find-subjects.ts';
import { askerOf, settleMisses } from '../../steps/misses.ts';
import { giverDigest, giversOf, isShownBy } from '../../steps/rests.ts';
import { type Act, entryOf, refuseSubject } from '../act.ts';
import { compareGiver, type OnRecord } from './on-record.ts';
import type { StoredConsent } from './stored.ts';

type ShownDocument = NonNullable<FileConsent['document']>;

/** A document as the policy reads it. */
interface GiverDocument extends KnownDocument {
  /** The match key that such numbers belong to, if any. */
  match: string | undefined;
}

/** @throws Problem INVALID_REQUEST for a kind that the policy does not list, or a number of another form */
export function readDocument({ pack }: Pick<Act, 'pack'>, shown: ShownDocument): GiverDocument {
  const documents = pack.casework?.consents.documents ?? {};
  const known = Object.hasOwn(documents, shown.kind) ? documents[shown.kind] : undefined;
  if (!known) throw invalid('/document/kind', caseworkTexts.noSuchDocument);
  const number = normalNumber(pack, shown.kind, shown.number);
  if (number === null) throw invalid('/document/number', caseworkTexts.noDocumentNumber);
  return { kind: shown.kind, number, match: known.match };
}

/**
 * Compares the document with what is on record, without opening anything: the person's own number leads to the
 * person, and no other giver shows that number.
 * @returns what the consent keeps of the document
 * @throws Problem INVALID_REQUEST for a document of the person that leads to no record; REFUSED, BUDGET_SPENT
 */
export async function identifyGiver(
  act: Act,
  outline: Outline,
  { giver, id }: { giver: string; id: string },
  shown: GiverDocument,
): Promise<string> {
  const { deps, pack } = act;
  const { number, match } = shown;
  // The number of another document is on no record of the person: what is compared with nothing says nothing.
  if (match === undefined && isParty(pack, giver, 'person'))
    throw invalid('/document/kind', caseworkTexts.ownDocument);
  if (match !== undefined) {
    const found = await findByMatch({ deps, pack }, new Map([[match, number]]));
    const owner = found === null ? null : await readOutline(deps.tables.keys, found);
    await settleGiver(act, outline, (owner?.subject === outline.subject) !== isParty(pack, giver, 'person'));
  }
  const marks = await recordMarksOf(deps.kms, deps.env.indexKey, outline.named);
  return giverDigest(outline.named, marks, pack, id, shown);
}

/**
 * Compares the document with the one that was filed and, if the caller stands apart from filer and recipient, with the
 * record. Others learn nothing of the record. One miss counts the same whichever of them differs.
 * @returns what the record holds, if it was compared
 * @throws Problem INVALID_REQUEST without a document; REFUSED, after logging it, for a document that differs; BUDGET_SPENT
 */
export async function requireDocument(
  act: Act,
  outline: Outline,
  consent: StoredConsent,
  shown: ShownDocument | undefined,
  apart: boolean,
): Promise<OnRecord | null> {
  if (consent.document === undefined) return null;
  if (!shown) throw invalid('/document', caseworkTexts.giverDocument);
  const read = readDocument(act, shown);
  const [givers, found] = await Promise.all([
    giversOf(act.deps, outline.subject, [consent]),
    apart ? compareGiver(act, outline, consent.giver, read) : null,
  ]);
  const differs = !isShownBy(givers, act.pack, consent, read) || isMissing(found);
  await settleGiver(act, outline, differs);
  return found;
}

/**
 * Compares the document that a desk filed of a giver whom it has seen itself.
 * @throws Problem REFUSED, BUDGET_SPENT
 */
export async function requireOnRecord(
  act: Act,
  outline: Outline,
  giver: string,
  shown: GiverDocument,
): Promise<OnRecord | null> {
  const found = await compareGiver(act, outline, giver, shown);
  if (found !== null) await settleGiver(act, outline, isMissing(found));
  return found;
}

/** A record that lists no representative refuses like one that lists others. */
const isMissing = (found: OnRecord | null) => found !== null && found !== 'GIVER_ON_RECORD';

async function settleGiver(act: Act, { subject }: Outline, differs: boolean): Promise<void> {
  await settleMisses(askerOf(act, act.words), differs ? 1 : 0, () =>
    entryOf(act, { kind: 'denial', operation: 'process', owners: allOwners(act.pack) }),
  );
  if (differs) await refuseSubject(act, 'process', subject, 'NOT_SUBJECT_OR_GUARDIAN');
}

/** What the person with this document said, or the same giver without one. */
export async function saidBySame(
  { deps, pack }: Act,
  { subject }: Outline,
  filed: readonly StoredConsent[],
  { giver }: { giver: string },
  shown: GiverDocument | undefined,
): Promise<StoredConsent[]> {
  const givers = shown && (await giversOf(deps, subject, filed));
  return filed.filter((one) =>
    one.document === undefined || !shown || !givers
      ? one.giver === giver && one.document === undefined
      : isShownBy(givers, pack, one, shown),
  );
}

/** Whether the caller stands outside the lines of the office that filed the consent and of its recipient. */
export async function isApart(act: Act, { filedBy, recipient }: StoredConsent): Promise<boolean> {
  return (await Promise.all([filedBy, recipient].map((id) => isOutsideLine(act, id)))).every(Boolean);
}

export async function isOutsideLine({ deps, session }: Act, office: string): Promise<boolean> {
  const clientId = asClientId(office);
  const { departments = [] } = (await registered(deps, clientId)) ?? {};
  return !inLine({ clientId, departments }, session.caller);
}

/** A code as stored. */
interface StoredCode {
  consent: string;
  /** Made by an office that stands apart from filer and recipient: only then does it confirm. */
  apart: boolean;
  /** Epoch milliseconds. */
  expires: number;
  /** Digest of the officer who handed it in. */
  used?: string;
}

interface HeldCode {
  apart: boolean;
  /** Epoch milliseconds at which a desk made it and compared the giver's document. */
  made: number;
  /** @returns whether this officer was the first to use it, or uses it again */
  use(): Promise<boolean>;
}

/** Milliseconds for which a code is good. */
const LIFETIME = 30 * 86_400_000;

/** Stores a code for one consent, which confirms it only if made `apart`. Made before its entry: without the answer no one knows it. */
export async function storeCode(
  act: Act,
  consent: StoredConsent,
  apart: boolean,
): Promise<{ code: string; expires: string }> {
  const { deps, now } = act;
  const code = newCode();
  const expires = now + LIFETIME;
  const document: StoredCode = { consent: consent.id, apart, expires };
  const [id = ''] = await namesOf(act, code);
  await putActDocument(
    deps.tables.casework,
    { kind: 'consent-code', id, document, keepUntil: expires },
    null,
  );
  return { code: shownCode(code), expires: new Date(expires).toISOString() };
}

/** @returns `null` if the code is unknown, expired, used by another officer, or made for another consent */
export async function readCode(act: Act, consent: string, given: string): Promise<HeldCode | null> {
  const { deps, now, person } = act;
  const table = deps.tables.casework;
  for (const id of await namesOf(act, plainCode(given))) {
    const document = await readActDocument<StoredCode>(table, 'consent-code', id);
    if (!document) continue;
    const { apart, expires, used = person } = document;
    if (document.consent !== consent || expires <= now || used !== person) return null;
    const next: StoredCode = { ...document, used: person };
    return {
      apart,
      made: expires - LIFETIME,
      use: async () =>
        document.used === person ||
        putActDocument(table, { kind: 'consent-code', id, document: next, keepUntil: expires }, document),
    };
  }
  return null;
}

/** MACs under a KMS key, so that a reader of the table can derive no code from them. */
async function namesOf({ deps, pack }: Act, value: string): Promise<string[]> {
  const key = { collection: pack.collection, field: '#consent-code', scope: '', value };
  const indexes = await blindIndexes(deps.kms, deps.env.indexKey, key);
  return indexes.map((index) => hash('sha256', index, 'base64url').slice(0, 22));
}
