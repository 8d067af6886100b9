import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { EntryId, SubjectId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { ownersOf } from '../../../shared/policy/pack/pack.ts';
import { revokeProofs } from '../../../shared/records/casework/statuses.ts';
import type { WithdrawConsent } from '../../http/contract/consents.ts';
import { requireAct } from '../../session/acts.ts';
import { type Act, isInReach, record } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import {
  caseworkOf,
  changeConsent,
  consentsIn,
  findConsent,
  forSurvivor,
  type StoredConsent,
} from './stored.ts';

/** How often the change is tried while others change the same consent. */
const ATTEMPTS = 8;

/**
 * Logs the withdrawal, then stores it: from then on no release uses the consent. Attestations that depend on it
 * are revoked before the answer. The entry asks the recipient to delete: see `follow-log.ts`, which also
 * completes the withdrawal if a crash came between entry and store.
 * @throws Problem NOT_FOUND for a consent that is unknown or that the caller may not withdraw; CONFLICT for
 * anything that was not given (a refusal cannot be withdrawn), or a 503: then withdraw again
 */
export async function withdrawConsent(
  act: Act,
  id: string,
  { method, evidence }: WithdrawConsent,
): Promise<{ consent: StoredConsent; receipt?: Receipt }> {
  const { deps, pack, session, now } = act;
  const found = await findConsent(deps, id);
  if (!found) throw new Problem('NOT_FOUND');
  const { outline, consent } = found;
  const { clientId } = session.caller;
  requireAct(session, {
    area: isInReach(pack, session.caller, outline),
    filer: consent.filedBy === clientId,
    recipient: consent.recipient === clientId,
  });
  if (consent.act === 'withdrawn') {
    await applyWithdrawal(deps, outline.subject, id, null);
    return { consent };
  }
  if (consent.act !== 'given') throw new Problem('CONFLICT', { detail: 'Only a consent can be withdrawn.' });
  const receipt = await record(act, {
    kind: 'consent',
    operation: 'process',
    owners: ownersOf(pack, consent.fields),
    purpose: consent.purpose,
    subject: outline.logId,
    consents: [id],
    outcome: 'withdrawn',
    code: `BY_${consent.giver.toUpperCase().replaceAll('-', '_')}`,
    rule: pack.purposes.get(consent.purpose)?.rule ?? '',
  });
  const withdrawn = {
    at: new Date(now).toISOString(),
    entry: receipt.entry,
    ...defined({ method, evidence }),
  };
  return { consent: await applyWithdrawal(deps, outline.subject, id, withdrawn), receipt };
}

/**
 * Carries out a logged withdrawal. May be repeated by any process that reads the entry.
 * @param withdrawn `null` if the withdrawal is stored already and only the revocations may be missing
 * @throws Problem CONFLICT if others keep changing the consent
 */
export async function applyWithdrawal(
  deps: Pick<CaseworkDeps, 'tables'>,
  subject: SubjectId,
  id: string,
  withdrawn: { at: string; entry: EntryId } | null,
): Promise<StoredConsent> {
  let result: StoredConsent | undefined;
  await forSurvivor(deps, subject, async (present) => {
    const consent = await put(deps, present, id, withdrawn);
    // A merge moved it to the survivor, which `forSurvivor` visits next.
    if (!consent) return;
    const only = { purpose: consent.purpose, recipient: consent.recipient };
    // Read after the put: a check that stores its attestation later finds the consent withdrawn.
    await revokeProofs(deps.tables.status, await caseworkOf(deps, present), only);
    result = consent;
  });
  if (!result) throw new Problem('NOT_FOUND');
  return result;
}

async function put(
  deps: Pick<CaseworkDeps, 'tables'>,
  subject: SubjectId,
  id: string,
  withdrawn: { at: string; entry: EntryId } | null,
): Promise<StoredConsent | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const casework = await caseworkOf(deps, subject);
    const consent = consentsIn(casework).find((one) => one.id === id);
    if (!consent) return null;
    if (consent.act !== 'given' || withdrawn === null) return consent;
    const { at, entry } = withdrawn;
    const version = consent.version + 1;
    const next: StoredConsent = {
      ...consent,
      ...withdrawn,
      version,
      act: 'withdrawn',
      history: [...consent.history, { version, act: 'withdrawn', at, entry }],
    };
    if (await changeConsent(deps, subject, consent, next)) return next;
  }
  throw new Problem('CONFLICT', { detail: 'Others keep changing this consent; try again.' });
}
