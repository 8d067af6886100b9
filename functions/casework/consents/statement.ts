/** What a filing says, checked before any person is looked up. */

import type { FileConsent } from '../../../shared/contract/routes/consents.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { Agency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { Text } from '../../../shared/language.ts';
import type { DataEntry } from '../../../shared/log/entry/entry.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { REFUSALS } from '../../../shared/policy/decide/consent-times.ts';
import { informedOf, isParty } from '../../../shared/policy/decide/givers.ts';
import type { Matter } from '../../../shared/policy/decide/permits.ts';
import { mayHold } from '../../../shared/policy/decide/screen.ts';
import { allOwners, givesReference, type Pack, type Purpose } from '../../../shared/policy/pack/pack.ts';
import { noticesOf } from '../../../shared/policy/present/notice.ts';
import type { Caller } from '../../../shared/policy/types.ts';
import { requirePossibleFor } from '../../session/acts.ts';
import { noteProhibited } from '../../steps/refusals.ts';
import { type Act, entryOf } from '../act.ts';

/** What a filing says, if its filer may file it. */
export interface Statement {
  purpose: Purpose;
  /** The caller's relation to the consent. */
  known: Matter;
  /** It counts only once another office has seen the giver. */
  waits: boolean;
}

/**
 * @param office the recipient, if it is registered
 * @throws Problem ROLE_REQUIRED, PROHIBITED_PURPOSE, PURPOSE_UNKNOWN, BLANKET_CONSENT, INVALID_REQUEST for a statement
 * that its giver cannot make or that lacks what it needs, NOTICE_NOT_CURRENT
 */
export async function checkStatement(act: Act, body: FileConsent, office: Agency | null): Promise<Statement> {
  const purpose = await checkScope(act, body);
  const known = filerOf(act, purpose, body);
  requirePossibleFor(act.session, known);
  const waits = waitsFor(act, body, office);
  checkGiver(act, body, waits);
  checkNotice(act, purpose, body);
  checkOfficers(purpose, body);
  checkText(purpose, body);
  checkFields(purpose, body);
  return { purpose, known, waits };
}

/**
 * Requires one purpose, for which people are asked, and named fields. `*` or an empty list would be a consent to
 * everything.
 */
async function checkScope(act: Act, body: FileConsent): Promise<Purpose> {
  const { pack } = act;
  const code = body.purpose;
  if (body.fields.length === 0 || [code, body.recipient, ...body.fields].includes('*')) {
    throw new Problem('BLANKET_CONSENT', { rule: pack.consent.unforeseen.rule });
  }
  const prohibited = pack.prohibited.get(code);
  if (prohibited) {
    const { rule } = prohibited;
    throw new Problem('PROHIBITED_PURPOSE', { rule, ...(await logProhibited(act, code, rule)) });
  }
  const found = pack.purposes.get(code);
  if (!found) throw new Problem('PURPOSE_UNKNOWN', { rule: pack.grounds.unknownPurpose });
  const asks = found.kinds.some(({ kind }) => pack.consent.kinds[kind]?.needsConsent);
  if (!asks) throw invalid('/purpose', caseworkTexts.noConsentNeeded);
  return found;
}

/**
 * A consent does not legalise a prohibited use. Filing one counts as an attempt at that use.
 * @returns what the refusal says of a suspension
 */
async function logProhibited(act: Act, code: string, rule: string): Promise<{ detail?: Text }> {
  const attempt: DataEntry = entryOf(act, {
    ...{ kind: 'prohibited', operation: 'process', owners: allOwners(act.pack), outcome: 'refused' },
    ...{ purpose: code, code: 'PROHIBITED_PURPOSE', rule },
  });
  return noteProhibited(act.deps, attempt, act.pack.grounds.frozen, act.now);
}

/** The caller's relation to the consent, checked before any lookup: filing reveals whether a person has a record. */
function filerOf({ pack, session }: Act, purpose: Purpose, { act, recipient }: FileConsent): Matter {
  return {
    purpose: purpose.code,
    recipient: recipient === session.caller.clientId,
    knows: givesReference(pack, purpose) || act === 'processed',
  };
}

/** What opens data to the recipient, and what a person says who was told a text. */
const TOLD: ReadonlySet<string> = new Set(['given', 'informed', 'notified']);

/**
 * Whether the filing waits for another office to see the giver: the recipient's own word, or its line's, opens nothing.
 * @throws Problem INVALID_REQUEST for no recipient
 */
function waitsFor(
  { session }: Act,
  { act, recipient, purpose }: FileConsent,
  office: Agency | null,
): boolean {
  if (!office?.purposes.includes(purpose)) throw invalid('/recipient', caseworkTexts.noAgencyWithPurpose);
  const { departments } = office;
  return TOLD.has(act) && inLine({ clientId: asClientId(recipient), departments }, session.caller);
}

export const isNo = ({ act }: Pick<FileConsent, 'act'>) => REFUSALS.has(act);

/** Which giver may make which statement. A recipient can only prove its own processing. */
function checkGiver({ pack, session }: Act, body: FileConsent, waits: boolean): void {
  const { act, giver, recipient, method, evidence, informed } = body;
  const { givers } = pack.consent;
  if (!Object.hasOwn(givers, giver)) throw invalid('/giver', commonTexts.expectedOneOf(Object.keys(givers)));
  if (JUDGES.has(act)) checkJudge(pack, session.caller, body);
  if (isParty(pack, giver, 'recipient') !== (act === 'processed'))
    throw invalid('/giver', caseworkTexts.notForAct);
  if (act === 'processed' && recipient !== session.caller.clientId) {
    throw invalid('/recipient', caseworkTexts.ownDeedsOnly);
  }
  if (informed && (act !== 'given' || !isParty(pack, giver, 'person'))) {
    throw invalid('/informed', caseworkTexts.ownConsentOnly);
  }
  const told = informedOf(pack);
  if (informed && !told.includes(informed.giver ?? told.at(-1) ?? ''))
    throw invalid('/informed/giver', commonTexts.expectedOneOf(told));
  if (informed && informed.evidence === undefined)
    throw invalid('/informed/evidence', caseworkTexts.evidence);
  // A refusal needs no proof.
  if (!isNo(body) && evidence === undefined) throw invalid('/evidence', caseworkTexts.evidence);
  if (act === 'given' && waits && !pack.casework) throw invalid('/recipient', caseworkTexts.noDocuments);
  if (body.document === undefined && needsDocument(pack, body, waits))
    throw invalid('/document', caseworkTexts.giverShown);
  if (act !== 'given') return;
  if (method === undefined) throw invalid('/method', caseworkTexts.method);
}

/** What people say for themselves or for another, no as well as yes, is theirs: they show who they are. */
function needsDocument({ consent: { evidence, givers } }: Pack, { act, giver }: FileConsent, waits: boolean) {
  const { is } = givers[giver] ?? {};
  if (act === 'given' && waits) return true;
  return evidence.responsible !== undefined && SAID.has(act) && (is === 'person' || is === 'responsible');
}

const SAID: ReadonlySet<string> = new Set(['given', 'refused', 'objects']);

const JUDGES: ReadonlySet<string> = new Set(['able', 'unable']);

/** A judgement is about the person and of a practitioner whose office has a role that the pack names. */
function checkJudge(pack: Pack, caller: Caller, { giver }: FileConsent): void {
  const { judgement } = pack.consent.evidence;
  if (!judgement) throw invalid('/act', caseworkTexts.noJudgement);
  if (!isParty(pack, giver, 'person')) throw invalid('/giver', caseworkTexts.judgementOfPerson);
  if (!judgement.roles.some((role) => mayHold(pack, caller, role))) throw new Problem('ROLE_REQUIRED');
}

/**
 * A person who consents or is informed was told a text: the notice of the purpose in force.
 * @throws Problem NOTICE_NOT_CURRENT for any other text
 */
function checkNotice({ pack }: Act, { code }: Purpose, { act, noticeVersion, informed }: FileConsent): void {
  const inForce = noticesOf(pack).get(code)?.hash;
  const requireInForce = (path: string, hash: string | undefined) => {
    if (hash === undefined) throw invalid(path, caseworkTexts.noticeHash);
    if (!pack.notices || hash === inForce) return;
    throw new Problem('NOTICE_NOT_CURRENT', { rule: pack.notices.rule, detail: caseworkTexts.readNotice });
  };
  if (TOLD.has(act)) requireInForce('/noticeVersion', noticeVersion);
  if (informed) requireInForce('/informed/noticeVersion', informed.noticeVersion);
}

/** What is published is one text: a notice and a consent are about it, and a refusal may be about every text. */
function checkText({ fits }: Purpose, body: FileConsent): void {
  const { text } = body;
  if (fits === undefined && text !== undefined) throw invalid('/text', caseworkTexts.publicationOnly);
  if (fits !== undefined && !isNo(body) && text === undefined)
    throw invalid('/text', commonTexts.textDigestRequired);
}

/** A purpose that requires assigned people needs a consent that names them. */
function checkOfficers({ requires }: Purpose, { act, officers = [] }: FileConsent): void {
  if (act === 'given' && officers.length === 0 && requires.some(({ assigned }) => assigned))
    throw invalid('/officers', caseworkTexts.recipientOfficers);
}

/** A consent names only fields that its purpose may see, and forms of these. */
function checkFields({ cells }: Purpose, { fields, forms }: FileConsent): void {
  const unseen = fields.findIndex((field) => !cells.has(field));
  if (unseen >= 0) throw invalid(`/fields/${unseen}`, caseworkTexts.fieldNotNeeded);
  for (const field of Object.keys(forms ?? {})) {
    if (!fields.includes(field)) throw invalid('/forms', caseworkTexts.fieldNotNamed);
  }
}
