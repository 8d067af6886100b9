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

/** Most reads of the inboxes for one page, and requests of one read. */
const LOOKS = 20;
const CHUNK = 100;

/**
 * @returns one page, newest first. Requests that the caller may not see take no place in it, and `next` is null if only
 * such requests follow. After `LOOKS` reads a page may hold fewer than `limit` although more follow.
 */
export async function listOf(
  deps: CaseworkDeps,
  session: Session,
  { box, state, before, limit }: Query,
): Promise<{ requests: RequestView[]; next: string | null }> {
  const pack = await currentPack(deps);
  const { caller } = session;
  const own = inboxOfAgency(caller.clientId);
  const inboxes = box === 'sent' ? [own] : inboxesOf(pack, caller).filter((inbox) => inbox !== own);
  // A payment run names thousands of people: a page of many requests shows the first hundred of each.
  const view = await viewer(deps, pack, session, CHUNK);
  const shown: { key: string; request: RequestView }[] = [];
  let from = before;
  for (let looks = 0; looks < LOOKS; looks++) {
    const { rows, more } = await readRows(deps, inboxes, from);
    const found = await Promise.all(rows.map(({ id }) => findRequest(deps, id)));
    for (const [i, { key }] of rows.entries()) {
      const request = found[i] ? view(found[i].record) : null;
      if (request && (state === undefined || request.state === state)) shown.push({ key, request });
    }
    const next = shown.length > limit ? (shown[limit - 1]?.key ?? null) : null;
    if (next !== null || !more)
      return { requests: shown.slice(0, limit).map(({ request }) => request), next };
    from = rows.at(-1)?.key;
  }
  return { requests: shown.map(({ request }) => request), next: from ?? null };
}

/** The next requests of several inboxes, newest first. */
async function readRows(
  { tables }: CaseworkDeps,
  inboxes: readonly string[],
  before: string | undefined,
): Promise<{ rows: { id: string; key: string }[]; more: boolean }> {
  const pages = await Promise.all(
    inboxes.map((inbox) => listRequests(tables.requests, { inbox, before, limit: CHUNK })),
  );
  const all = new Map(pages.flat().map((row) => [row.key, row]));
  const rows = [...all.values()].sort((a, b) => (a.key < b.key ? 1 : -1)).slice(0, CHUNK);
  return { rows, more: all.size > rows.length || pages.some((page) => page.length === CHUNK) };
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
