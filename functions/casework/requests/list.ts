import type { ReceivedRequest, RequestCounts, SentRequest } from '../../../shared/contract/requests.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { RequestRecord } from '../../../shared/policy/decide/requests.ts';
import { spokenFor } from '../../../shared/policy/decide/speaks.ts';
import { listRequests } from '../../../shared/records/casework/requests.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import { requireAct } from '../../session/acts.ts';
import { decidableBy, findRequest, receivedView, sentView } from '../../steps/approval-requests.ts';
import type { Act } from '../act.ts';
import { inboxesOf } from '../inboxes.ts';
import { newestOf, type Row } from '../newest.ts';
import { listKnown } from '../tasks/list.ts';
import { readerOf } from '../tasks/taking.ts';
import { testedIn } from './texts.ts';

type RequestView = SentRequest | ReceivedRequest;

export interface Query {
  box: 'sent' | 'received';
  state?: string | undefined;
  due?: 'yes' | undefined;
  mine?: 'yes' | undefined;
  /** Key of an earlier page. */
  before?: string | undefined;
  limit: number;
}

/** @returns one page, newest first: see `newestOf`. */
export async function listOf(
  act: Act,
  { box, state, due, mine, before, limit }: Query,
): Promise<{ requests: RequestView[]; next: string | null }> {
  const isMine = mine && (await mineIn(act, box));
  const isWanted = (shown: RequestView, record: RequestRecord) =>
    (state === undefined || shown.state === state) && (!due || isDue(shown)) && (!isMine || isMine(record));
  const { items, next } = await pageOf(act, { box, before, limit }, (shown, record) =>
    isWanted(shown, record) ? shown : null,
  );
  return { requests: items, next };
}

/** @param of what the page has of a request that the caller may see; `null`: nothing */
async function pageOf<Shown>(
  act: Act,
  { box, ...page }: Pick<Query, 'box' | 'before' | 'limit'>,
  of: (shown: RequestView, record: RequestRecord) => Shown | null,
): Promise<{ items: Shown[]; next: string | null }> {
  const { deps, pack, session } = act;
  const { caller } = session;
  const own = inboxOfAgency(caller.clientId);
  const source = {
    inboxes: box === 'sent' ? [own] : inboxesOf(pack, caller).filter((inbox) => inbox !== own),
    read: (inbox: string, rows: { before: string | undefined; limit: number }) =>
      listRequests(deps.tables.requests, { inbox, ...rows }),
    async show(rows: readonly Row[]) {
      const found = await Promise.all(rows.map(({ id }) => findRequest(deps, id)));
      return found.map((one) => {
        const shown = one && viewOf(act, one.record);
        return shown ? of(shown, one.record) : null;
      });
    },
  };
  return newestOf(source, page);
}

/** Whether it waits for the caller. */
const isDue = (one: RequestView): boolean =>
  'mine' in one
    ? one.mine.some((name) => one.fields[name]?.state === 'waiting')
    : one.clocks.requester !== undefined;

/** Requests of a box that are counted. */
const COUNTED = 1000;
const OPEN: ReadonlySet<string> = new Set(['submitted', 'material', 'approved']);

/** How many requests of a box are open, wait for the caller, and are of its officer; of the newest `COUNTED`. */
export async function countOf(act: Act, box: Query['box']): Promise<RequestCounts> {
  const isMine = await mineIn(act, box);
  const { items, next } = await pageOf(act, { box, limit: COUNTED }, (shown, record) => ({
    open: OPEN.has(shown.state),
    due: isDue(shown),
    mine: isMine(record),
  }));
  const open = items.filter((one) => one.open);
  return {
    open: open.length,
    due: open.filter((one) => one.due).length,
    mine: open.filter((one) => one.mine).length,
    more: next !== null,
  };
}

/** Tasks in the hand of one officer. */
const IN_HAND = 200;

/** Whether a request of the box is of the caller's officer: sent by it, or its task is in its hand. */
async function mineIn(
  { deps, pack, session }: Act,
  box: Query['box'],
): Promise<(record: RequestRecord) => boolean> {
  const reader = readerOf(session);
  if (reader === null) return () => false;
  if (box === 'sent') return ({ asked }) => asked.person === reader;
  const { tasks } = await listKnown(deps, pack, session, { state: 'open', mine: 'yes', limit: IN_HAND });
  const about = new Set(tasks.map((task) => task.about));
  return ({ id }) => about.has(id);
}

/** @throws Problem NOT_FOUND for a request that the caller neither sent nor may answer */
export async function viewRequest(act: Act, id: string): Promise<RequestView> {
  const { deps, pack, session } = act;
  const filed = await findRequest(deps, id);
  if (!filed) throw new Problem('NOT_FOUND');
  const { caller } = session;
  requireAct(session, {
    requester: filed.record.asked.agency === caller.clientId,
    decider: decidableBy(pack, filed.record.asked, caller).length > 0,
  });
  return viewOne(act, filed.record);
}

/** With the references that an approver may have, and what the test of the text found. @throws Problem NOT_FOUND */
export async function viewOne(act: Act, record: RequestRecord): Promise<RequestView> {
  const shown = viewOf(act, record);
  if (!shown) throw new Problem('NOT_FOUND');
  if (!('mine' in shown)) return shown;
  const [refs, tested] = await Promise.all([refsOf(act, record), testedIn(act, record.asked)]);
  return { ...shown, refs, ...defined({ tested }) };
}

/** Reads in parallel. */
const AT_ONCE = 50;

/** The caller's references of the people of whom a department for which it speaks holds something. */
async function refsOf(act: Act, { asked: { subjects } }: RequestRecord): Promise<string[]> {
  const { deps, pack, session } = act;
  const { kms, env, tables } = deps;
  const { caller } = session;
  const references = await referencesOf(kms, env.referenceKey, caller.clientId);
  const spoken = spokenFor(pack, caller);
  const refs: string[] = [];
  for (let at = 0; at < subjects.length && spoken.length > 0; at += AT_ONCE) {
    const some = subjects.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map((one) => readOutline(tables.keys, one, spoken)));
    refs.push(...some.filter((_, i) => found[i]?.holders.length).map((one) => references.toRef(one)));
  }
  return refs;
}

/** @returns the request as the caller sees it; `null` if the caller may not see it */
function viewOf({ pack, session: { caller }, now }: Act, record: RequestRecord): RequestView | null {
  if (record.asked.agency === caller.clientId) return sentView(pack, record, now);
  if (decidableBy(pack, record.asked, caller).length === 0) return null;
  return receivedView(pack, record, caller, now);
}
