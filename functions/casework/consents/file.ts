import type { FileConsent } from '../../../shared/contract/routes/consents.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Agency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { leftInPeaceUntil } from '../../../shared/policy/decide/consent-times.ts';
import { placingPurposes } from '../../../shared/policy/decide/speaks.ts';
import { mayStill, requireAct } from '../../session/acts.ts';
import {
  type Act,
  entryOf,
  findSubject,
  isInReach,
  refuseSubject,
  STOPPED,
  stopsOne,
  withFindings,
} from '../act.ts';
import { officersAt } from '../officers.ts';
import { isPlaced } from '../speaks.ts';
import { identifyGiver, readDocument, requireOnRecord, saidBySame } from './giver.ts';
import { entryFor, type Part, partsOf, waitingPart, withEntry } from './parts.ts';
import { checkStatement, isNo } from './statement.ts';
import {
  caseworkOf,
  claimEvidence,
  consentsIn,
  isBetween,
  putConsent,
  type StoredConsent,
} from './stored.ts';
import { openConfirmTask } from './task.ts';

interface FiledConsent {
  consent: StoredConsent;
  informed?: StoredConsent;
  /** Absent if the same consent was filed before. */
  receipt?: Receipt;
}

/**
 * Logs the act, then stores the consent. After a crash an entry may exist without a consent, but never a consent
 * without an entry.
 * @param recipient the registered office that the body names
 * @throws Problem ROLE_REQUIRED, PROHIBITED_PURPOSE, BLANKET_CONSENT, INVALID_REQUEST, REFUSED (the subject, or
 * no consent that could have been processed), ASKED_AGAIN, CONFLICT (the same consent was withdrawn since), or a
 * 503: then filing again is harmless
 */
export async function fileConsent(
  act: Act,
  body: FileConsent,
  recipient: Agency | null,
): Promise<FiledConsent> {
  const { deps, pack, session, now } = act;
  const { purpose, known, waits } = await checkStatement(act, body, recipient);
  // Before any look-up of a person: names that two people have are refused for every subject.
  const named = body.officers && (await officersAt(act, asClientId(body.recipient), body.officers));
  // Of a purpose that shows an office the people of its institution alone, it knows no others.
  const knows =
    mayStill(session, { ...known, knows: false }) ||
    !placingPurposes(pack, session.caller).includes(purpose.code);
  const outline = await findSubject(
    act,
    body.subject,
    'process',
    known,
    async (found) => knows || (await isPlaced(act, found)),
  );
  requireAct(session, { ...known, area: isInReach(act, outline) });
  const filed = consentsIn(await caseworkOf(deps, outline.subject));
  if (body.act === 'processed' && !filed.some((one) => isBetween(one, body)))
    await refuseSubject(act, 'process', outline.subject, 'CONSENT_MISSING');
  const parts = partsOf(act, purpose, outline, body).map((part) => (waits ? waitingPart(part) : part));
  const [before] = parts.map(({ id }) => filed.find((one) => one.id === id));
  if (before) {
    if ((before.act === 'waiting' ? before.says : before.act) !== body.act)
      throw new Problem('CONFLICT', { detail: caseworkTexts.consentWithdrawn });
    return filedOf(parts.map(({ id }) => filed.find((one) => one.id === id) ?? null));
  }
  const read = body.document && readDocument(act, body.document);
  const own = body.act === 'given' ? await saidBySame(act, outline, filed, body, read) : [];
  const peace = leftInPeaceUntil(pack, own, body, now);
  if (peace !== null) {
    const days = Math.ceil((peace - now) / 86_400_000);
    throw new Problem('ASKED_AGAIN', {
      rule: purpose.rule,
      detail: caseworkTexts.refusedDaysLeft(days),
    });
  }
  const [consent] = parts as [Part];
  const shown = read && { document: await identifyGiver(act, outline, consent, read) };
  const time = waits ? undefined : new Date(now).toISOString();
  // To an office of the recipient's line, a difference would reveal representatives' numbers: a desk that confirms finds it.
  const seen = waits ? undefined : read;
  const onRecord = seen ? await requireOnRecord(act, outline, body.giver, seen) : null;
  // The number of the person itself names the subject, so a clerk who shows it need not have seen the person.
  const stops = isNo(body) && onRecord !== 'GIVER_ON_RECORD';
  if (stops) await stopsOne(act, entryFor(act, outline, consent));
  await session.replay.alone(`file ${consent.id}`);
  for (const part of parts) await claimEvidence(deps, part);
  const entries = parts.map((part) => entryOf(act, entryFor(act, outline, part)));
  const receipts = await deps.log.append(
    entries.map((entry) => withFindings(entry, stops ? STOPPED : null, onRecord)),
  );
  const stored = parts.map((part, i) =>
    withEntry({ ...part, ...named, ...defined({ filed: time }) }, (receipts[i] as Receipt).entry),
  );
  const [main, told] = stored as [StoredConsent, StoredConsent?];
  stored[0] = { ...main, ...shown, ...defined({ with: told?.id }) };
  for (const document of stored) await putConsent(deps, outline.named, document);
  if (waits) await openConfirmTask(act, outline, main);
  return { ...filedOf(stored), receipt: receipts[0] as Receipt };
}

function filedOf([consent, informed]: readonly (StoredConsent | null)[]): FiledConsent {
  return { consent: consent as StoredConsent, ...defined({ informed: informed ?? undefined }) };
}
