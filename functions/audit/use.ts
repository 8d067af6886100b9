/** One use of the fields of a department for which the caller speaks. */

import type * as v from 'valibot';
import type { Use } from '../../shared/contract/routes/log.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { readAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { Entry } from '../../shared/log/entry/entry.ts';
import { matches } from '../../shared/log/read/filter.ts';
import { readEntry } from '../../shared/log/read/read.ts';
import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Session } from '../session/session.ts';
import { isAboutConflict } from '../steps/codes.ts';
import { tellsNobody } from '../steps/notices.ts';
import { isPlace, revealsPlace } from '../steps/places.ts';
import type { AuditDeps, Auditing } from './deps.ts';
import { inclusionIn } from './proofs.ts';
import { usesOf } from './queries.ts';
import { isOwnUse, logReading, nearAmong } from './readings.ts';
import { logVerifier } from './tree-routes.ts';
import { isOfLine, usageView } from './views.ts';

/** No record has it. */
const NOBODY = 'nobody';

/**
 * The entry as the list of uses shows it, with its proof and the caller's own reference of the person. That is an entry
 * about the person.
 * @throws Problem NOT_FOUND for all that the list does not show; LOG_UNAVAILABLE: then nothing is shown
 */
export async function openUse(deps: AuditDeps, auditing: Auditing, session: Session, id: string) {
  const stored = await readEntry(auditing.store, id);
  const { subject = NOBODY } = stored?.words ?? {};
  // Looked up for every id, so that no count of reads reveals whether an entry is about a person.
  const near = await nearAmong(deps, session, new Set([subject]));
  const { clientId } = session.caller;
  const departments = spokenFor(session.act.pack, session.caller);
  const isShown = near.has(subject) || (stored !== null && isOwnUse(session, stored));
  if (!stored?.entry || !isShown || !matches(stored, usesOf(departments))) throw new Problem('NOT_FOUND');
  const { entry } = stored;
  const isNamed = await mayName(deps, await auditing.pack(), session, entry);
  const [references, inclusion] = await Promise.all([
    referencesOf(deps.kms, deps.env.referenceKey, clientId),
    inclusionIn(deps, await logVerifier(deps), id),
    logReading(auditing, session, { about: id, ...defined({ subject: entry.subject }) }),
  ]);
  const { canonical = '', openings = {}, policy, ...use } = usageView(stored, departments, true);
  return {
    ...use,
    canonical,
    openings,
    policy: policy as NonNullable<typeof policy>,
    ...(isNamed && { person: references.toRef(asSubjectId(subject)) }),
    ...defined({ inclusion: inclusion ?? undefined }),
  } as v.InferOutput<typeof Use>;
}

/**
 * Whether an owner may know whose field it was. Another line's use is not named if it is under secrecy, if its notice
 * waits or is never given, or if its recipient reveals where the person is: an owner has many clerks, and one of them
 * may be close to the person. An office for some people of its area alone learns of its own uses only. The owner's own
 * line knows the person.
 */
async function mayName(
  { tables }: Pick<AuditDeps, 'tables'>,
  pack: Pack,
  { caller }: Session,
  entry: Entry,
): Promise<boolean> {
  if (entry.handler?.agency === caller.clientId) return true;
  if (isPlace(pack, caller)) return false;
  if (isOfLine(entry, spokenFor(pack, caller))) return true;
  const { secret = [], deferred = [] } = pack.casework?.inquiries ?? {};
  const { obligations = [] } = entry;
  if (obligations.some((code) => secret.includes(code) || deferred.includes(code))) return false;
  if (isAboutConflict(entry) || tellsNobody(pack, entry)) return false;
  const recipient = (await readAgency(tables.agencies, asClientId(entry.handler?.agency ?? '')))?.agency;
  return recipient !== undefined && !revealsPlace(pack, recipient, caller.areas);
}
