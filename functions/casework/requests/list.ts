import type { ReceivedRequest, SentRequest } from '../../../shared/contract/requests.ts';
import { Problem } from '../../../shared/errors.ts';
import { type References, referencesOf } from '../../../shared/keys/references.ts';
import type { RequestRecord } from '../../../shared/policy/decide/requests.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { listRequests } from '../../../shared/records/casework/requests.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import { requireAct } from '../../session/acts.ts';
import { currentPack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { decidableBy, findRequest, receivedView, sentView } from '../../steps/approval-requests.ts';
import type { CaseworkDeps } from '../deps.ts';
import { newestOf } from '../newest.ts';
import { inboxesOf } from '../tasks/tasks.ts';

export type RequestView = SentRequest | ReceivedRequest;

export interface Query {
  box: 'sent' | 'received';
  state?: string | undefined;
  /** Key of an earlier page. */
  before?: string | undefined;
  limit: number;
}

/** References of one request that a list shows: a payment run names thousands of people. */
const NAMED = 100;

/** @returns one page, newest first: see `newestOf`. */
export async function listOf(
  deps: CaseworkDeps,
  session: Session,
  { box, state, before, limit }: Query,
): Promise<{ requests: RequestView[]; next: string | null }> {
  const pack = await currentPack(deps);
  const { caller } = session;
  const own = inboxOfAgency(caller.clientId);
  const view = await viewer(deps, pack, session, NAMED);
  const { items, next } = await newestOf<RequestView>(
    {
      inboxes: box === 'sent' ? [own] : inboxesOf(pack, caller).filter((inbox) => inbox !== own),
      read: (inbox, page) => listRequests(deps.tables.requests, { inbox, ...page }),
      async show(rows) {
        const found = await Promise.all(rows.map(({ id }) => findRequest(deps, id)));
        const shown = found.map((one) => one && view(one.record));
        return shown.map((one) => (one && (state === undefined || one.state === state) ? one : null));
      },
    },
    { before, limit },
  );
  return { requests: items, next };
}

/** @throws Problem NOT_FOUND for a request that the caller neither sent nor may answer */
export async function viewRequest(deps: CaseworkDeps, session: Session, id: string): Promise<RequestView> {
  const pack = await currentPack(deps);
  const [filed, view] = await Promise.all([findRequest(deps, id), viewer(deps, pack, session)]);
  if (!filed) throw new Problem('NOT_FOUND');
  const { caller } = session;
  requireAct(session, {
    requester: filed.record.asked.agency === caller.clientId,
    decider: decidableBy(pack, filed.record.asked, caller).length > 0,
  });
  const shown = view(filed.record);
  if (!shown) throw new Problem('NOT_FOUND');
  return shown;
}

/**
 * @param most references of one request
 * @returns a function that shows a request to the caller, or gives `null` if the caller may not see it
 */
export async function viewer(
  deps: CaseworkDeps,
  pack: Pack,
  { caller }: Session,
  most?: number,
): Promise<(record: RequestRecord) => RequestView | null> {
  const references: References = await referencesOf(deps.kms, deps.env.referenceKey, caller.clientId);
  const now = deps.now();
  return (record) => {
    if (record.asked.agency === caller.clientId) return sentView(pack, record, now);
    if (decidableBy(pack, record.asked, caller).length === 0) return null;
    return receivedView(pack, record, { caller, references, most }, now);
  };
}
