import type { WithdrawConsent } from '../../../shared/contract/routes/consents.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { EntryId, SubjectId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { REFUSALS } from '../../../shared/policy/decide/consent-times.ts';
import { revokeProofs } from '../../../shared/records/casework/statuses.ts';
import { requireAct } from '../../session/acts.ts';
import { appendOne } from '../../steps/log.ts';
import { type Act, type ActEntry, entryOf, isInReach, STOPPED, stopsOne, withFindings } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { entryAbout } from './confirm.ts';
import { isOutsideLine, readCode, requireDocument } from './giver.ts';
import { caseworkOf, findConsent, forSurvivor, type StoredConsent, updateConsent } from './stored.ts';
import { closeConfirmTask } from './task.ts';

/**
 * Logs the withdrawal, then stores it: from then on no release uses the consent. Attestations that depend on it
 * are revoked before the answer. The entry asks the recipient to delete: see `follow-log.ts`, which also
 * completes the withdrawal if a crash came between entry and store. A refusal is taken back by the person who gave it, who
 * shows the same document at a desk that is not of the recipient's line, or hands in a code. A consent that is withdrawn
 * without document and code counts as a stop.
 * @throws Problem NOT_FOUND for a consent that is unknown or that the caller may not withdraw; INVALID_REQUEST for a
 * refusal without document or code; REFUSED for another document; BUDGET_SPENT; CONFLICT for anything else that was not
 * given, or a 503: then withdraw again
 */
export async function withdrawConsent(
  act: Act,
  id: string,
  { method, evidence, document, code: given }: WithdrawConsent,
): Promise<{ consent: StoredConsent; receipt?: Receipt }> {
  const { deps, session, now } = act;
  const code = given === undefined ? null : await readCode(act, id, given);
  const found = await findConsent(deps, id);
  if (!found) throw new Problem('NOT_FOUND');
  const { outline, consent } = found;
  const { clientId } = session.caller;
  const isNo = REFUSALS.has(consent.act) || consent.act === 'retracted';
  const ofOthers = isNo && code === null && !(await isOutsideLine(act, consent.recipient));
  requireAct(session, {
    area: isInReach(act, outline) && !ofOthers,
    filer: consent.filedBy === clientId && !isNo,
    recipient: consent.recipient === clientId && !isNo,
    giver: code !== null,
  });
  if (consent.act === 'withdrawn' || consent.act === 'retracted') {
    await applyWithdrawal(deps, outline.subject, id, null);
    return { consent };
  }
  if (!isOpen(consent)) throw new Problem('CONFLICT', { detail: caseworkTexts.onlyConsent });
  const entry: ActEntry = {
    ...entryAbout(act, outline, consent),
    outcome: isNo ? 'retracted' : 'withdrawn',
    code: `BY_${consent.giver.toUpperCase().replaceAll('-', '_')}`,
  };
  const shown =
    document !== undefined &&
    consent.document !== undefined &&
    (consent.filedBy === clientId || (await isOutsideLine(act, consent.recipient)));
  if (!code && (isNo || shown)) await requireDocument(act, outline, consent, document, false);
  await session.replay.alone(`withdraw ${consent.entry}`);
  // Without a sign of the giver it is the word of a clerk, by which a release stops.
  const stops = consent.act === 'given' && !code && !shown;
  if (stops) await stopsOne(act, entry);
  if (code && !(await code.use())) throw new Problem('NOT_FOUND');
  const receipt = await appendOne(deps.log, withFindings(entryOf(act, entry), stops ? STOPPED : null));
  const withdrawn = {
    at: new Date(now).toISOString(),
    entry: receipt.entry,
    ...defined({ method, evidence }),
  };
  const stored = await applyWithdrawal(deps, outline.subject, id, withdrawn);
  if (consent.says) await closeConfirmTask(act, outline, stored, receipt.entry);
  return { consent: stored, receipt };
}

/** Given, or waiting to count as given; or a no. */
function isOpen({ act, says }: StoredConsent): boolean {
  const said = act === 'waiting' ? says : act;
  return said === 'given' || REFUSALS.has(act);
}

/**
 * Carries out a logged withdrawal. May be repeated by any process that reads the entry.
 * @param withdrawn `null` if the withdrawal is stored already and only the revocations may be missing
 * @throws Problem CONFLICT if concurrent changes of the consent continue
 */
export async function applyWithdrawal(
  deps: Pick<CaseworkDeps, 'tables' | 'now'>,
  subject: SubjectId,
  id: string,
  withdrawn: { at: string; entry: EntryId } | null,
): Promise<StoredConsent> {
  let result: StoredConsent | undefined;
  await forSurvivor(deps, subject, async (present) => {
    const consent = await updateConsent(deps, present, id, (one) => {
      if (!isOpen(one) || withdrawn === null) return null;
      const change = {
        version: one.version + 1,
        act: REFUSALS.has(one.act) ? ('retracted' as const) : ('withdrawn' as const),
        at: withdrawn.at,
        entry: withdrawn.entry,
      };
      return { ...one, ...withdrawn, ...change, history: [...one.history, change] };
    });
    // A merge moved it to the survivor, which `forSurvivor` visits next.
    if (!consent) return;
    const only = { purpose: consent.purpose, recipient: consent.recipient };
    // Read after the put: a check that stores its attestation later finds the consent withdrawn.
    await revokeProofs(deps.tables.status, await caseworkOf(deps, present), deps.now(), only);
    result = consent;
  });
  if (!result) throw new Problem('NOT_FOUND');
  return result;
}
