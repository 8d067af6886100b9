import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { asClientId, type EntryId } from '../../../shared/ids.ts';
import type { DataEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { Matter } from '../../../shared/policy/acts/permits.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { leftInPeaceUntil, longestUntil } from '../../../shared/policy/decide/consent-times.ts';
import { allOwners, givesReference, ownersOf, type Purpose } from '../../../shared/policy/pack/pack.ts';
import { noticesOf } from '../../../shared/policy/present/notice.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import type { FileConsent } from '../../http/contract/consents.ts';
import { requireAct, requirePossibleFor } from '../../session/acts.ts';
import { registered } from '../../session/agency.ts';
import { noteProhibited } from '../../steps/refusals.ts';
import { type Act, type ActEntry, entryOf, findSubject, isInReach, refuseSubject } from '../act.ts';
import { identifyGiver } from './giver.ts';
import {
  caseworkOf,
  claimEvidence,
  consentId,
  consentsIn,
  isBetween,
  putConsent,
  type StoredConsent,
} from './stored.ts';
import { openConfirmTask } from './task.ts';

/** Milliseconds by which the clock of a desk may be ahead. */
const SKEW = 60_000;

export interface FiledConsent {
  consent: StoredConsent;
  informed?: StoredConsent;
  /** Absent if the same consent was filed before. */
  receipt?: Receipt;
}

/**
 * Logs the act, then stores the consent. After a crash an entry may exist without a consent, but never a consent
 * without an entry.
 * @throws Problem ROLE_REQUIRED, PROHIBITED_PURPOSE, BLANKET_CONSENT, INVALID_REQUEST, REFUSED (the subject, or
 * no consent that could have been processed), ASKED_AGAIN, CONFLICT (the same consent was withdrawn since), or a
 * 503: then filing again is harmless
 */
export async function fileConsent(act: Act, body: FileConsent): Promise<FiledConsent> {
  const { deps, pack, session, now } = act;
  const purpose = await checkScope(act, body);
  const known = filerOf(act, purpose, body);
  requirePossibleFor(session, known);
  const waits = (await isTheTaker(act, body)) && WAIT.has(body.act);
  checkGiver(act, body, waits);
  checkNotice(act, purpose, body);
  checkOfficers(purpose, body);
  checkText(purpose, body);
  const outline = await findSubject(act, body.subject, 'process');
  requireAct(session, { ...known, area: isInReach(pack, session.caller, outline) });
  const filed = consentsIn(await caseworkOf(deps, outline.subject));
  if (body.act === 'processed' && !filed.some((one) => isBetween(one, body)))
    await refuseSubject(act, 'process', outline.subject, 'CONSENT_MISSING');
  const parts = partsOf(act, purpose, outline, body).map((part) => (waits ? waitingPart(part) : part));
  const [before] = parts.map(({ id }) => filed.find((one) => one.id === id));
  if (before) {
    if ((before.act === 'waiting' ? before.says : before.act) !== body.act)
      throw new Problem('CONFLICT', { detail: 'This consent was withdrawn.' });
    return filedOf(parts.map(({ id }) => filed.find((one) => one.id === id) ?? null));
  }
  const peace = body.act === 'given' ? leftInPeaceUntil(pack, filed, { ...body }, now) : null;
  if (peace !== null) {
    const days = Math.ceil((peace - now) / 86_400_000);
    throw new Problem('ASKED_AGAIN', {
      rule: purpose.rule,
      detail: `After a refusal the same consent is not asked for again; ${days} days are left.`,
    });
  }
  const [consent] = parts as [Part];
  const shown = body.document && { document: await identifyGiver(act, outline, consent, body.document) };
  for (const part of parts) await claimEvidence(deps, part);
  const receipts = await deps.log.append(parts.map((part) => entryOf(act, entryFor(act, outline, part))));
  const stored = parts.map((part, i) => withEntry(part, (receipts[i] as Receipt).entry));
  const [main, told] = stored as [StoredConsent, StoredConsent?];
  stored[0] = { ...main, ...shown, ...defined({ with: told?.id }) };
  for (const document of stored) await putConsent(deps, outline.subject, document);
  if (waits) await openConfirmTask(act, outline, main);
  return { ...filedOf(stored), receipt: receipts[0] as Receipt };
}

function filedOf([consent, informed]: readonly (StoredConsent | null)[]): FiledConsent {
  return { consent: consent as StoredConsent, ...defined({ informed: informed ?? undefined }) };
}

/** The caller's relation to the consent, checked before any lookup: filing reveals whether a child has a record. */
function filerOf({ pack, session }: Act, purpose: Purpose, { act, recipient }: FileConsent): Matter {
  return {
    purpose: purpose.code,
    recipient: recipient === session.caller.clientId,
    knows: givesReference(pack, purpose) || act === 'processed',
  };
}

/**
 * Requires one purpose and named fields, each of which the purpose may see. `*` or an empty list would be a
 * consent to everything.
 */
async function checkScope(
  act: Act,
  { purpose: code, recipient, fields, forms }: FileConsent,
): Promise<Purpose> {
  const { pack } = act;
  if (fields.length === 0 || [code, recipient, ...fields].includes('*')) {
    throw new Problem('BLANKET_CONSENT', { rule: pack.consent.unforeseen.rule });
  }
  const prohibited = pack.prohibited.get(code);
  if (prohibited) {
    await logProhibited(act, code, prohibited.rule);
    throw new Problem('PROHIBITED_PURPOSE', { rule: prohibited.rule });
  }
  const purpose = pack.purposes.get(code);
  if (!purpose) throw new Problem('PURPOSE_UNKNOWN', { rule: pack.grounds.unknownPurpose });
  const asks = purpose.kinds.some(({ kind }) => pack.consent.kinds[kind]?.needsConsent);
  if (!asks) throw invalid('/purpose', 'this purpose needs no consent');
  for (const [i, field] of fields.entries()) {
    if (!purpose.cells.has(field)) throw invalid(`/fields/${i}`, 'the purpose does not need this field');
  }
  for (const field of Object.keys(forms ?? {})) {
    if (!fields.includes(field)) throw invalid('/forms', 'names a field that the consent does not name');
  }
  return purpose;
}

/** A consent does not legalise a prohibited use. Filing one counts as an attempt at that use. */
async function logProhibited(act: Act, code: string, rule: string): Promise<void> {
  const owners = allOwners(act.pack);
  const refusal = { operation: 'process', owners, purpose: code, code: 'PROHIBITED_PURPOSE', rule } as const;
  const entries: DataEntry[] = [
    entryOf(act, { ...refusal, kind: 'prohibited', outcome: 'refused' }),
    entryOf(act, { ...refusal, kind: 'alert', outcome: 'raised' }),
  ];
  await act.deps.log.append(entries);
  await noteProhibited(act.deps, entries[0] as DataEntry, act.pack.grounds.frozen, act.now);
}

/** @returns whether the caller is the recipient, or of its line. @throws Problem INVALID_REQUEST for no recipient */
async function isTheTaker({ deps, session }: Act, { recipient, purpose }: FileConsent): Promise<boolean> {
  const clientId = asClientId(recipient);
  const agency = await registered(deps, clientId);
  if (!agency?.purposes.includes(purpose)) throw invalid('/recipient', 'no agency with this purpose');
  return inLine({ clientId, departments: agency.departments }, session.caller);
}

/** What opens data to the recipient: its own word for it does not count. */
const WAIT: ReadonlySet<string> = new Set(['given', 'informed', 'notified']);

function waitingPart(part: Part): Part {
  return part.act === 'withdrawn' || part.act === 'waiting'
    ? part
    : { ...part, act: 'waiting', says: part.act };
}

/** Which giver may make which statement. A recipient can only prove its own processing. */
function checkGiver({ session }: Act, body: FileConsent, waits: boolean): void {
  const { act, giver, recipient, method, evidence, informed } = body;
  if ((giver === 'recipient') !== (act === 'processed')) throw invalid('/giver', 'not possible for this act');
  if (act === 'processed' && recipient !== session.caller.clientId) {
    throw invalid('/recipient', 'another agency can only prove what it did itself');
  }
  if (informed && (act !== 'given' || giver !== 'child')) {
    throw invalid('/informed', 'only possible with a consent of the child');
  }
  if (informed && informed.evidence === undefined)
    throw invalid('/informed/evidence', 'required: what proves it');
  // A refusal needs no proof.
  const isNo = act === 'refused' || act === 'objects';
  if (!isNo && evidence === undefined) throw invalid('/evidence', 'required: what proves it');
  if (act !== 'given') return;
  if (waits && body.document === undefined)
    throw invalid('/document', 'required: what the giver showed, which a desk compares');
  if (method === undefined) throw invalid('/method', 'required: how it was given');
}

const TOLD: ReadonlySet<string> = new Set(['given', 'informed', 'notified']);

/**
 * A person who consents or is informed was told a text: the notice of the purpose in force.
 * @throws Problem NOTICE_NOT_CURRENT for any other text
 */
function checkNotice({ pack }: Act, { code }: Purpose, { act, noticeVersion, informed }: FileConsent): void {
  const named: [path: string, hash: string | undefined][] = [
    ...(TOLD.has(act) ? [['/noticeVersion', noticeVersion] as [string, string | undefined]] : []),
    ...(informed
      ? [['/informed/noticeVersion', informed.noticeVersion] as [string, string | undefined]]
      : []),
  ];
  const inForce = noticesOf(pack).get(code)?.hash;
  for (const [path, hash] of named) {
    if (hash === undefined) throw invalid(path, 'required: the hash of the notice that was read');
    if (pack.notices && hash !== inForce)
      throw new Problem('NOTICE_NOT_CURRENT', {
        rule: pack.notices.rule,
        detail: 'Read the notice in force to the person, and name its hash.',
      });
  }
}

/** What is published is one text: a notice and a consent are about it, and a refusal may be about every text. */
function checkText({ fits }: Purpose, { act, text }: FileConsent): void {
  if (fits === undefined && text !== undefined) throw invalid('/text', 'only for the publication of a text');
  const isNo = act === 'refused' || act === 'objects';
  if (fits !== undefined && !isNo && text === undefined)
    throw invalid('/text', 'required: the digest of the text');
}

/** A purpose that requires assigned people needs a consent that names them. */
function checkOfficers({ requires }: Purpose, { act, officers = [] }: FileConsent): void {
  if (act === 'given' && officers.length === 0 && requires.some(({ assigned }) => assigned))
    throw invalid('/officers', 'required: to whom at the recipient it is given');
}

type Part = Omit<StoredConsent, 'entry' | 'history'>;

function partsOf(
  { pack, session, now }: Act,
  purpose: Purpose,
  { subject }: Outline,
  body: FileConsent,
): Part[] {
  const { recipient, forms, informed, act, giver, relation, officers, text } = body;
  const at = instant(body.at ?? new Date(now).toISOString(), '/at', now);
  const from = Date.parse(body.from ?? new Date(at).toISOString());
  const until = Math.min(
    longestUntil(pack, purpose.code, from),
    body.until ? Date.parse(body.until) : Infinity,
  );
  if (until <= Math.max(from, now)) throw invalid('/until', 'is in the past');
  const scope = {
    purpose: purpose.code,
    recipient,
    fields: [...new Set(body.fields)].sort(),
    ...defined({ forms, text, officers: officers && [...new Set(officers)].sort() }),
  };
  const times = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
  const part = (
    said: Pick<Part, 'act' | 'giver' | 'relation'>,
    proof: { method?: string | undefined; noticeVersion?: string | undefined; evidence?: string | undefined },
    when: number,
  ): Part => {
    const words = {
      ...defined({ method: proof.method, noticeVersion: proof.noticeVersion, evidence: proof.evidence }),
    };
    const content = { ...scope, ...said, ...words, ...(body.from && times), at: body.at ?? null };
    // Without evidence the same statement on another day is a new act.
    const day = proof.evidence === undefined ? Math.floor(now / 86_400_000) : null;
    return {
      id: consentId(subject, { ...content, day }),
      version: 1,
      ...scope,
      ...said,
      at: new Date(when).toISOString(),
      ...times,
      ...words,
      filedBy: session.caller.clientId,
    };
  };
  const consent = part({ act, giver, ...defined({ relation }) }, body, at);
  if (!informed) return [consent];
  const told = instant(informed.at ?? new Date(at).toISOString(), '/informed/at', now);
  return [consent, part({ act: 'informed', giver: informed.giver }, informed, told)];
}

function withEntry(part: Part, entry: EntryId): StoredConsent {
  const { version, act, at } = part;
  return { ...part, entry, history: [{ version, act, at, entry }] };
}

function entryFor({ pack }: Act, { logId }: Outline, part: Part): ActEntry {
  return {
    kind: 'consent',
    operation: 'process',
    owners: ownersOf(pack, part.fields),
    purpose: part.purpose,
    subject: logId,
    consents: [part.id],
    outcome: part.act,
    code: `BY_${part.giver.toUpperCase().replaceAll('-', '_')}`,
    rule: pack.purposes.get(part.purpose)?.rule ?? '',
  };
}

/** @throws Problem INVALID_REQUEST for an instant in the future */
function instant(text: string, path: string, now: number): number {
  const at = Date.parse(text);
  if (at > now + SKEW) throw invalid(path, 'is in the future');
  return Math.min(at, now);
}
