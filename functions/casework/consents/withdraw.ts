import { Problem } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
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

/** Changes of one consent at once; more than one is rare enough. */
const ATTEMPTS = 8;

/**
 * Logs the withdrawal, then puts it: from then on no release finds the consent given. Attestations that rest on it
 * are revoked before the answer. The entry is what makes the recipient delete: see `follow-log.ts`, which also
 * finishes what a crash left between entry and put.
 * @throws Problem NOT_FOUND for a consent that is unknown or not the caller's to withdraw; CONFLICT for what is no
 * consent (a refusal can't be withdrawn), or a 503: then withdraw again
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
  const owners = consent.fields.flatMap((field) => pack.fields.get(field)?.owners ?? []);
  const receipt = await record(act, {
    kind: 'consent',
    operation: 'process',
    owners: [...new Set(owners)].sort(),
    purpose: consent.purpose,
    subject: outline.logId,
    consents: [id],
    outcome: 'withdrawn',
    code: `BY_${consent.giver.toUpperCase().replaceAll('-', '_')}`,
    rule: pack.purposes.get(consent.purpose)?.rule ?? '',
  });
  const proof = { ...(method !== undefined && { method }), ...(evidence !== undefined && { evidence }) };
  const withdrawn = { at: new Date(now).toISOString(), entry: receipt.entry, ...proof };
  return { consent: await applyWithdrawal(deps, outline.subject, id, withdrawn), receipt };
}

/**
 * What a logged withdrawal does. May be repeated, by anybody who reads the entry.
 * @param withdrawn `null`: it is put already, and only what follows may be missing
 * @throws Problem CONFLICT when others keep changing the consent
 */
export async function applyWithdrawal(
  deps: Pick<CaseworkDeps, 'tables'>,
  subject: string,
  id: string,
  withdrawn: { at: string; entry: string } | null,
): Promise<StoredConsent> {
  let result: StoredConsent | undefined;
  await forSurvivor(deps, subject, async (present) => {
    const consent = await put(deps, present, id, withdrawn);
    // A merge took it away meanwhile: it lies under the survivor, where this goes on.
    if (!consent) return;
    const only = { purpose: consent.purpose, recipient: consent.recipient };
    // Read after the put: a check that keeps its attestation later finds the consent withdrawn.
    await revokeProofs(deps.tables.status, await caseworkOf(deps, present), only);
    result = consent;
  });
  if (!result) throw new Problem('NOT_FOUND');
  return result;
}

async function put(
  deps: Pick<CaseworkDeps, 'tables'>,
  subject: string,
  id: string,
  withdrawn: { at: string; entry: string } | null,
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
