import { Problem } from '../../../shared/errors.ts';
import type { DataEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { Matter } from '../../../shared/policy/acts/permits.ts';
import { leftInPeaceUntil, longestUntil } from '../../../shared/policy/decide/evidence.ts';
import { givesReference, type Purpose } from '../../../shared/policy/pack/pack.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import type { FileConsent } from '../../http/contract/consents.ts';
import { requireAct, requirePossibleFor } from '../../session/acts.ts';
import { registered } from '../../session/agency.ts';
import { noteProhibited } from '../../steps/refusals.ts';
import { type Act, type ActEntry, entryOf, findSubject, isInReach, refuseSubject } from '../act.ts';
import { caseworkOf, consentId, consentsIn, isBetween, putConsent, type StoredConsent } from './stored.ts';

/** Milliseconds by which a desk's clock may be ahead. */
const SKEW = 60_000;

export interface Filed {
  consent: StoredConsent;
  informed?: StoredConsent;
  /** Left out where the same was filed before. */
  receipt?: Receipt;
}

/**
 * Logs the act, then puts it; an entry without an artefact may exist, the other way round not.
 * @throws Problem ROLE_REQUIRED, PROHIBITED_PURPOSE, BLANKET_CONSENT, INVALID_REQUEST, REFUSED (the subject, or nobody of it said anything),
 * ASKED_AGAIN, CONFLICT (the same paper, withdrawn since), or a 503: then filing again does no harm
 */
export async function fileConsent(act: Act, body: FileConsent): Promise<Filed> {
  const { deps, pack, session, now } = act;
  const purpose = await checkScope(act, body);
  const known = filerOf(act, purpose, body);
  requirePossibleFor(session, known);
  await checkRecipient(act, body);
  checkGiver(act, body);
  const outline = await findSubject(act, body.subject, 'process');
  requireAct(session, { ...known, area: isInReach(pack, session.caller, outline) });
  const filed = consentsIn(await caseworkOf(deps, outline.subject));
  if (body.act === 'processed' && !filed.some((one) => isBetween(one, body)))
    await refuseSubject(act, 'process', outline.subject, 'CONSENT_MISSING');
  const parts = partsOf(act, purpose, outline, body);
  const [before] = parts.map(({ id }) => filed.find((one) => one.id === id));
  if (before) {
    if (before.act !== body.act)
      throw new Problem('CONFLICT', { detail: 'What this paper says was withdrawn.' });
    return filedOf(parts.map(({ id }) => filed.find((one) => one.id === id) ?? null));
  }
  const peace = body.act === 'given' ? leftInPeaceUntil(pack, filed, { ...body }, now) : null;
  if (peace !== null) {
    const days = Math.ceil((peace - now) / 86_400_000);
    throw new Problem('ASKED_AGAIN', {
      rule: purpose.rule,
      detail: `Who refused is not asked again for the same; ${days} days are left.`,
    });
  }
  const receipts = await deps.log.append(parts.map((part) => entryOf(act, entryFor(act, outline, part))));
  const stored = parts.map((part, i) => withEntry(part, (receipts[i] as Receipt).entry));
  for (const document of stored) await putConsent(deps, outline.subject, document);
  return { ...filedOf(stored), receipt: receipts[0] as Receipt };
}

function filedOf([consent, informed]: readonly (StoredConsent | null)[]): Filed {
  return { consent: consent as StoredConsent, ...(informed && { informed }) };
}

/** What the caller is to the consent, before anybody is looked up: filing tells whether a child is on record. */
function filerOf({ pack, session }: Act, purpose: Purpose, { act, recipient }: FileConsent): Matter {
  return {
    purpose: purpose.code,
    recipient: recipient === session.caller.clientId,
    knows: givesReference(pack, purpose) || act === 'processed',
  };
}

/** One purpose, fields by name, each of which the purpose may see; `*` and nothing are consents to everything. */
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
  if (!asks) throw invalid('/purpose', 'this purpose stands on no consent');
  for (const [i, field] of fields.entries()) {
    if (!purpose.cells.has(field)) throw invalid(`/fields/${i}`, 'the purpose does not need this field');
  }
  for (const field of Object.keys(forms ?? {})) {
    if (!fields.includes(field)) throw invalid('/forms', 'names a field that the consent does not');
  }
  return purpose;
}

/** Consents for a prohibited use cure nothing, and asking for one is an attempt at it. */
async function logProhibited(act: Act, code: string, rule: string): Promise<void> {
  const owners = [...new Set([...act.pack.fields.values()].flatMap((field) => field.owners))].sort();
  const refusal = { operation: 'process', owners, purpose: code, code: 'PROHIBITED_PURPOSE', rule } as const;
  const entries: DataEntry[] = [
    entryOf(act, { ...refusal, kind: 'prohibited', outcome: 'refused' }),
    entryOf(act, { ...refusal, kind: 'alert', outcome: 'raised' }),
  ];
  await act.deps.log.append(entries);
  await noteProhibited(act.deps, entries[0] as DataEntry, act.pack.grounds.frozen, act.now);
}

async function checkRecipient({ deps }: Act, { recipient, purpose }: FileConsent): Promise<void> {
  const agency = await registered(deps, recipient);
  if (!agency?.purposes.includes(purpose))
    throw invalid('/recipient', 'no agency that is open to this purpose');
}

/** Who may say what: a recipient proves what it did itself, everybody else speaks for themselves. */
function checkGiver({ session }: Act, body: FileConsent): void {
  const { act, giver, recipient, noticeVersion, method, evidence, informed } = body;
  if ((giver === 'recipient') !== (act === 'processed')) throw invalid('/giver', 'does not go with this act');
  if (act === 'processed' && recipient !== session.caller.clientId) {
    throw invalid('/recipient', 'another agency can only prove what it did itself');
  }
  if (informed && (act !== 'given' || giver !== 'child')) {
    throw invalid('/informed', 'goes with a consent of the child');
  }
  if (informed && informed.evidence === undefined)
    throw invalid('/informed/evidence', 'required: what proves it');
  // Whoever refuses need prove nothing.
  const isNo = act === 'refused' || act === 'objects';
  if (!isNo && evidence === undefined) throw invalid('/evidence', 'required: what proves it');
  if (act !== 'given') return;
  if (noticeVersion === undefined) throw invalid('/noticeVersion', 'required: which text was read');
  if (method === undefined) throw invalid('/method', 'required: how it was said');
}

type Part = Omit<StoredConsent, 'entry' | 'history'>;

function partsOf(
  { pack, session, now }: Act,
  purpose: Purpose,
  { subject }: Outline,
  body: FileConsent,
): Part[] {
  const { recipient, forms, informed, act, giver, relation } = body;
  const at = instant(body.at ?? new Date(now).toISOString(), '/at', now);
  const from = Date.parse(body.from ?? new Date(at).toISOString());
  const until = Math.min(
    longestUntil(pack, purpose.code, from),
    body.until ? Date.parse(body.until) : Infinity,
  );
  if (until <= Math.max(from, now)) throw invalid('/until', 'is over already');
  const scope = {
    purpose: purpose.code,
    recipient,
    fields: [...new Set(body.fields)].sort(),
    ...(forms && { forms }),
  };
  const times = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
  const part = (
    said: Pick<Part, 'act' | 'giver' | 'relation'>,
    proof: { method?: string | undefined; noticeVersion?: string | undefined; evidence?: string | undefined },
    when: number,
  ): Part => {
    const words = {
      ...(proof.method !== undefined && { method: proof.method }),
      ...(proof.noticeVersion !== undefined && { noticeVersion: proof.noticeVersion }),
      ...(proof.evidence !== undefined && { evidence: proof.evidence }),
    };
    const content = { ...scope, ...said, ...words, ...(body.from && times), at: body.at ?? null };
    // Without a paper that tells one from the next, what is said on another day is another act.
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
  const consent = part({ act, giver, ...(relation !== undefined && { relation }) }, body, at);
  if (!informed) return [consent];
  const told = instant(informed.at ?? new Date(at).toISOString(), '/informed/at', now);
  return [consent, part({ act: 'informed', giver: informed.giver }, informed, told)];
}

function withEntry(part: Part, entry: string): StoredConsent {
  const { version, act, at } = part;
  return { ...part, entry, history: [{ version, act, at, entry }] };
}

function entryFor({ pack }: Act, { logId }: Outline, part: Part): ActEntry {
  const owners = part.fields.flatMap((field) => pack.fields.get(field)?.owners ?? []);
  return {
    kind: 'consent',
    operation: 'process',
    owners: [...new Set(owners)].sort(),
    purpose: part.purpose,
    subject: logId,
    consents: [part.id],
    outcome: part.act,
    code: `BY_${part.giver.toUpperCase().replaceAll('-', '_')}`,
    rule: pack.purposes.get(part.purpose)?.rule ?? '',
  };
}

/** @throws Problem INVALID_REQUEST for what is to come */
function instant(text: string, path: string, now: number): number {
  const at = Date.parse(text);
  if (at > now + SKEW) throw invalid(path, 'lies in the future');
  return Math.min(at, now);
}

function invalid(path: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', { errors: [{ path, message }] });
}
