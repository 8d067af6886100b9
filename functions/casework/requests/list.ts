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
import { inboxesOf } from '../tasks/tasks.ts';

export type RequestView = SentRequest | ReceivedRequest;

export interface Query {
  box: 'sent' | 'received';
  state?: string | undefined;
  /** Key of an earlier page. */
  before?: string | undefined;
  limit: number;
}

/** @returns one page, newest first; with a state, a page may hold fewer than `limit` although more follow */
export async function listOf(
  deps: CaseworkDeps,
  session: Session,
  query: Query,
): Promise<{ requests: RequestView[]; next: string | null }> {
  const pack = await currentPack(deps);
  const { clientId } = session.caller;
  const own = inboxOfAgency(clientId);
  const inboxes =
    query.box === 'sent' ? [own] : inboxesOf(pack, session.caller).filter((inbox) => inbox !== own);
  const { tables } = deps;
  const { before, limit } = query;
  const pages = await Promise.all(
    inboxes.map((inbox) => listRequests(tables.requests, { inbox, before, limit })),
  );
  const rows = new Map(pages.flat().map(({ id, key }) => [key, id]));
  const keys = [...rows.keys()].sort().reverse().slice(0, limit);
  const hasNext = rows.size > keys.length || pages.some((page) => page.length === limit);
  const view = await viewer(deps, pack, session);
  const found = await Promise.all(keys.map((key) => findRequest(deps, rows.get(key) ?? '')));
  const requests = found
    .flatMap((filed) => (filed ? [view(filed.record)] : []))
    .filter((one) => one !== null)
    .filter((one) => query.state === undefined || one.state === query.state);
  return { requests, next: hasNext ? (keys.at(-1) ?? null) : null };
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

/** @returns a function that shows a request to the caller, or gives `null` if the caller may not see it */
export async function viewer(
  deps: CaseworkDeps,
  pack: Pack,
  { caller }: Session,
): Promise<(record: RequestRecord) => RequestView | null> {
  const references: References = await referencesOf(deps.kms, deps.env.referenceKey, caller.clientId);
  const now = deps.now();
  return (record) => {
    if (record.asked.agency === caller.clientId) return sentView(record, now);
    if (decidableBy(pack, record.asked, caller).length === 0) return null;
    return receivedView(pack, record, { caller, references }, now);
  };
}
