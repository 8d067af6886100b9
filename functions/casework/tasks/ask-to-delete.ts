import { defined } from '../../../shared/defined.ts';
import { asClientId } from '../../../shared/ids.ts';
import { OPEN_MS } from '../../../shared/log/read/index-rows.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { namesOf } from '../../../shared/log/read/subject-names.ts';
import { recipientsOf } from '../../../shared/log/read/walk.ts';
import type { CaseworkItem } from '../../../shared/records/casework/casework.ts';
import { OUTCOME, type StoredProof, statusUri } from '../../../shared/records/casework/statuses.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import { ENTRIES_NAMED, openTaskFor } from '../act.ts';
import { findConsent, isBetween, type StoredConsent } from '../consents/stored.ts';
import { applyWithdrawal } from '../consents/withdraw.ts';
import type { Follower } from '../deps.ts';

/** Milliseconds after which a process that logged a withdrawal and did not store it has failed. */
const PATIENCE = 30_000;

/**
 * A withdrawal asks the recipient to delete what it received under the consent, or to take down what it published.
 * A withdrawal that was logged but not stored is stored here, so that every logged withdrawal takes effect.
 * @returns `later` while the withdrawing process may still be running, or a release that began before it
 */
export async function askToDelete(
  follower: Follower,
  { id, entry }: StoredEntry,
): Promise<'done' | 'nothing' | 'later'> {
  const { deps, pack } = follower;
  const [consentId] = entry?.consents ?? [];
  if (entry?.outcome !== 'withdrawn' || consentId === undefined) return 'nothing';
  const found = await findConsent(deps, consentId);
  if (!found) return 'nothing';
  const { outline, consent, casework } = found;
  if (consent.act === 'given' || consent.act === 'waiting') {
    if (deps.now() - Date.parse(entry.time) < PATIENCE) return 'later';
    await applyWithdrawal(deps, outline.subject, consentId, { at: entry.time, entry: id });
  }
  const { subject } = outline;
  const began = Math.min(
    ...[consent.from, ...consent.history.map(({ at }) => at)].map((at) => Date.parse(at)),
  );
  const disclosures = await recipientsOf(deps.store, namesOf(outline), { from: began, to: deps.now() + 1 });
  const received = disclosures.filter((one) =>
    isBetween(consent, { purpose: one.purpose, recipient: one.agency }),
  );
  const proofs = proofsOf(casework, consent, deps.env.publicUrl);
  if (received.length === 0 && proofs.length === 0) {
    // A release that had read the consent may still be writing its decision.
    return deps.now() - Date.parse(entry.time) < OPEN_MS ? 'later' : 'nothing';
  }
  const { purpose, recipient } = consent;
  const grounds = pack.purposes.get(purpose)?.kinds.map(({ kind }) => pack.consent.kinds[kind]?.withdrawn);
  const kind = grounds?.find((name) => name !== undefined);
  if (kind === undefined) return 'nothing';
  await openTaskFor(
    { ...follower, now: Date.parse(entry.time) },
    {
      kind,
      inbox: inboxOfAgency(asClientId(recipient)),
      about: id,
      subject,
      owners: [...(entry.owners ?? [])],
      key: consentId,
      details: {
        purpose,
        consent: consentId,
        fields: [...consent.fields],
        entries: received.flatMap((one) => one.entries).slice(0, ENTRIES_NAMED),
        ...defined({ proofs: proofs.length > 0 ? proofs : undefined }),
      },
    },
  );
  return 'done';
}

/**
 * Attestations that depend on the consent. Log entries of verifications identify no subject, so their outcomes
 * are stored with the consent. The recipient finds an attestation by its claim `status_list`.
 */
function proofsOf(
  casework: readonly CaseworkItem[],
  consent: StoredConsent,
  base: string,
): { uri: string; idx: number }[] {
  return casework.flatMap(({ kind, document }) => {
    const { status, ...proof } = document as StoredProof;
    if (kind !== OUTCOME || !status || !isBetween(consent, proof)) return [];
    return [{ uri: statusUri(base, status.list), idx: status.index }];
  });
}
