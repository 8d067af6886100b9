/** A filing in parts: the statement, and what another party was told with the person's own consent. */

import type { FileConsent } from '../../../shared/contract/routes/consents.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid } from '../../../shared/errors.ts';
import type { EntryId } from '../../../shared/ids.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { longestUntil } from '../../../shared/policy/decide/consent-times.ts';
import { informedOf } from '../../../shared/policy/decide/givers.ts';
import { ownersOf, type Purpose } from '../../../shared/policy/pack/pack.ts';
import type { SaidAct } from '../../../shared/policy/types.ts';
import { dayOf } from '../../../shared/policy/value/age.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import type { Act, ActEntry } from '../act.ts';
import { pastInstant } from '../instant.ts';
import { consentId, type StoredConsent } from './stored.ts';

export type Part = Omit<StoredConsent, 'entry' | 'history'>;

export function partsOf(
  { pack, session, now }: Act,
  purpose: Purpose,
  { subject }: Outline,
  body: FileConsent,
): Part[] {
  const { recipient, forms, informed, act, giver, relation, officers, text } = body;
  const at = pastInstant(body.at ?? new Date(now).toISOString(), '/at', now);
  const from = Date.parse(body.from ?? new Date(at).toISOString());
  const until = Math.min(
    longestUntil(pack, purpose.code, from),
    body.until ? Date.parse(body.until) : Infinity,
  );
  if (until <= Math.max(from, now)) throw invalid('/until', commonTexts.inPast);
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
    const day = proof.evidence === undefined ? dayOf(now, pack.calendar.utcOffsetMinutes) : null;
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
  const told = pastInstant(informed.at ?? new Date(at).toISOString(), '/informed/at', now);
  return [
    consent,
    part({ act: 'informed', giver: informed.giver ?? informedOf(pack).at(-1) ?? '' }, informed, told),
  ];
}

export function withEntry(part: Part, entry: EntryId): StoredConsent {
  const { version, act, at } = part;
  return { ...part, entry, history: [{ version, act, at, entry }] };
}

export function entryFor({ pack }: Act, { logId }: Outline, part: Part): ActEntry {
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

export function waitingPart(part: Part): Part {
  return { ...part, act: 'waiting', says: part.act as SaidAct };
}
