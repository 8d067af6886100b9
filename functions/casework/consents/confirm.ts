/** What makes a consent count that its recipient filed, and the one-time code by which its giver confirms or withdraws. */

import type { ConfirmConsent, MakeConsentCode } from '../../../shared/contract/routes/consents.ts';
import { Problem } from '../../../shared/errors.ts';
import type { EntryId, SubjectId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { ownersOf } from '../../../shared/policy/pack/pack.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { mayStill, requireAct } from '../../session/acts.ts';
import { appendOne } from '../../steps/log.ts';
import { type Act, type ActEntry, entryOf, isInReach, withFindings } from '../act.ts';
import { isApart, readCode, requireDocument, storeCode } from './giver.ts';
import { consentsIn, findConsent, forSurvivor, type StoredConsent, updateConsent } from './stored.ts';
import { closeConfirmTask } from './task.ts';

/**
 * Logs the confirmation, then stores it: from then on releases use the consent. A withdrawal that comes first stands.
 * @throws Problem NOT_FOUND for a consent that is unknown or that the caller may not confirm; INVALID_REQUEST without
 * the document; REFUSED for one that differs from the filed one or from the record; BUDGET_SPENT; CONFLICT for a consent that does not wait, or a 503: then
 * confirm again
 */
export async function confirmConsent(
  act: Act,
  id: string,
  { document, code: given }: ConfirmConsent,
): Promise<{ consent: StoredConsent; receipt?: Receipt }> {
  const { deps, session, now } = act;
  const code = given === undefined ? null : await readCode(act, id, given);
  const found = await findConsent(deps, id);
  if (!found) throw new Problem('NOT_FOUND');
  const { outline, consent, casework } = found;
  const { clientId } = session.caller;
  const known = {
    area: isInReach(act, outline),
    filer: consent.filedBy === clientId,
    giver: code?.apart === true,
  };
  // The lines of filer and recipient are read only for a caller whom they can permit.
  const apart = given === undefined && mayStill(session, known) && (await isApart(act, consent));
  requireAct(session, { ...known, 'other-line': apart });
  if (consent.confirmed && consent.act === consent.says) return { consent };
  if (consent.act !== 'waiting') throw new Problem('CONFLICT', { detail: caseworkTexts.noConfirmation });
  await session.replay.alone(`confirm ${consent.entry}`);
  const onRecord = code ? null : await requireDocument(act, outline, consent, document, apart);
  if (code && !(await code.use())) throw new Problem('NOT_FOUND');
  const parts = [consent, ...consentsIn(casework).filter((one) => one.id === consent.with)];
  const how = code ? 'code' : 'desk';
  const entry = entryOf(act, {
    ...entryAbout(act, outline, consent),
    consents: parts.map((one) => one.id),
    outcome: consent.says ?? 'given',
    code: `CONFIRMED_BY_${how.toUpperCase()}`,
  });
  const receipt = await appendOne(deps.log, withFindings(entry, onRecord));
  const confirmed = { by: clientId, at: new Date(now).toISOString(), with: how } as const;
  const filed = new Date(code?.made ?? now).toISOString();
  const [stored] = await Promise.all(
    parts.map((part) =>
      applyConfirmation(act, outline.subject, part.id, { ...confirmed, filed, entry: receipt.entry }),
    ),
  );
  if (!stored || stored.act !== stored.says)
    throw new Problem('CONFLICT', { detail: caseworkTexts.consentWithdrawnMeanwhile });
  await closeConfirmTask(act, outline, stored, receipt.entry);
  return { consent: stored, receipt };
}

async function applyConfirmation(
  { deps }: Act,
  subject: SubjectId,
  id: string,
  { entry, filed, ...confirmed }: NonNullable<StoredConsent['confirmed']> & { entry: EntryId; filed: string },
): Promise<StoredConsent | null> {
  let result: StoredConsent | null = null;
  await forSurvivor(deps, subject, async (present) => {
    const stored = await updateConsent(deps, present, id, (consent) => {
      if (consent.act !== 'waiting' || !consent.says) return null;
      const change = { version: consent.version + 1, act: consent.says, at: confirmed.at, entry };
      const { version, act } = change;
      return { ...consent, version, act, entry, filed, confirmed, history: [...consent.history, change] };
    });
    result = stored ?? result;
  });
  return result;
}

/**
 * Makes a code, which the desk hands to the giver in person.
 * @throws Problem NOT_FOUND, INVALID_REQUEST, REFUSED as `confirmConsent`; CONFLICT for what was withdrawn
 */
export async function makeConsentCode(
  act: Act,
  id: string,
  { document }: MakeConsentCode,
): Promise<{ code: string; expires: string; receipt: Receipt }> {
  const { deps, session } = act;
  const found = await findConsent(deps, id);
  if (!found) throw new Problem('NOT_FOUND');
  const { outline, consent } = found;
  requireAct(session, { area: isInReach(act, outline) });
  if (!['waiting', 'given', 'refused', 'objects'].includes(consent.act))
    throw new Problem('CONFLICT', { detail: caseworkTexts.nothingLeft });
  const apart = await isApart(act, consent);
  const onRecord = await requireDocument(act, outline, consent, document, apart);
  const made = await storeCode(act, consent, apart);
  const entry = entryOf(act, { ...entryAbout(act, outline, consent), outcome: 'made', code: 'CONSENT_CODE' });
  const receipt = await appendOne(deps.log, withFindings(entry, onRecord));
  return { ...made, receipt };
}

/** What every entry about a change of a consent says. */
export function entryAbout(
  { pack }: Act,
  { logId }: Pick<Outline, 'logId'>,
  { id, fields, purpose }: Pick<StoredConsent, 'id' | 'fields' | 'purpose'>,
): ActEntry {
  return {
    kind: 'consent',
    operation: 'process',
    owners: ownersOf(pack, fields),
    purpose,
    subject: logId,
    consents: [id],
    rule: pack.purposes.get(purpose)?.rule ?? '',
  };
}
