/** The register of agencies as stewards and auditors see it. */

import { invalid, Problem } from '../../../shared/errors.ts';
import {
  type Agency,
  listAgencies,
  type Registered,
  readAgency,
} from '../../../shared/identity/agencies/agencies.ts';
import {
  isOpen,
  type Proposal,
  proposalIn,
  readProposal,
} from '../../../shared/identity/agencies/proposals.ts';
import type { ClientId } from '../../../shared/ids.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import type { StewardDeps } from '../deps.ts';

/** One page. @param cursor of the previous page. @throws Problem INVALID_REQUEST for anything but such a cursor. */
export async function agenciesPage({ tables, now }: StewardDeps, cursor: string | undefined) {
  const after = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString();
  if (after !== null && !PAGE_END.test(after)) throw invalid('/cursor', commonTexts.notACursorOfPage);
  const { agencies, others, next } = await listAgencies(tables.agencies, after);
  const proposals = others.map((item) => proposalIn(item, now()));
  return {
    agencies: agencies.map(agencyView),
    waiting: proposals.flatMap((one) => (one ? waitingView(one) : [])),
    cursor: next === null ? null : Buffer.from(next).toString('base64url'),
  };
}

/** Key of the last item of a page: an agency, a proposal or the claim of a key, which share the table. */
const PAGE_END = /^((pending~)?[a-z0-9-]{1,63}|pending~~policy|key~[\w-]{43})$/;

/** @throws Problem NOT_FOUND. */
export async function oneAgency({ tables }: StewardDeps, clientId: ClientId): Promise<Registered> {
  const found = await readAgency(tables.agencies, clientId);
  if (!found) throw new Problem('NOT_FOUND', { detail: commonTexts.noSuchAgency });
  return found;
}

/** The agency, and what waits for a second steward. @throws Problem NOT_FOUND */
export async function showAgency(deps: StewardDeps, clientId: ClientId) {
  const [{ agency }, proposal] = await Promise.all([
    oneAgency(deps, clientId),
    readProposal(deps.tables.agencies, clientId, deps.now()),
  ]);
  return { ...agencyView(agency), waiting: proposal ? waitingView(proposal) : [] };
}

/** A proposal that a second steward may confirm. That of the policy is shown with its versions. */
function waitingView(proposal: Proposal) {
  const { wanted, entry, expires } = proposal;
  if (!wanted || !isOpen(proposal)) return [];
  const { agency, outcome, difference, officer, reason } = wanted;
  const expiresAt = new Date(expires * 1000).toISOString();
  return [{ clientId: agency.clientId, outcome, difference, officer, reason, entry, expiresAt }];
}

/** An agency as stewards see it, with the names of its keys only. */
export function agencyView(agency: Agency) {
  const { jwks, retiring = [], people, ...rest } = agency;
  return {
    ...rest,
    ...(people !== undefined && { people: JSON.parse(people) as object }),
    keys: jwks.keys.map(({ kid, use }) => ({ kid, use })),
    retiring: retiring.map(({ key: { kid, use }, until }) => ({
      kid,
      use,
      until: new Date(until * 1000).toISOString(),
    })),
  };
}
