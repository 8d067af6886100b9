/** What the sidecar offers: each route with its members, and what it asks the client to do. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import { caseRoutes } from '../../../shared/contract/routes/cases.ts';
import { taskRoutes } from '../../../shared/contract/routes/casework.ts';
import { consentRoutes } from '../../../shared/contract/routes/consents.ts';
import { requestRoutes } from '../../../shared/contract/routes/requests.ts';
import type { RouteContract } from '../../../shared/contract/routes/route.ts';
import { defined } from '../../../shared/defined.ts';
import { bare, isRequired, membersOf, type Schema } from '../derive/schema.ts';
import type { about } from '../messages/en/sidecar.ts';

type Name = keyof typeof about;
/** Member → type; `!` marks required members. */
export type Members = ReadonlyMap<string, string>;

/** One line of an answer that comes in lines. It resolves once the caller can take another. */
export type Write = (line: object) => Promise<void>;

export interface Work {
  gate: Fieldgate;
  /** Ends when the caller hangs up, or the sidecar is stopped. */
  signal: AbortSignal;
  write: Write;
}

// biome-ignore lint/suspicious/noExplicitAny: `checked` compared the values with the route's members
type Does = (work: Work, given: any) => unknown;

export interface Route {
  name: string;
  method: string;
  path: string;
  /** The members of its body, or of the query of a `GET`; those of its path are apart. */
  members: Members;
  does: Does;
  /** The answer is NDJSON: one line for each result as it comes, and `{"done": n}` at the end. */
  lines: boolean;
  /** The gateway's route, if it is one. */
  of?: Contract;
  /** Asks that route, for callers who name it by its own path. */
  asked?: Does;
}

type Contract = Pick<RouteContract, 'line' | 'method' | 'path' | 'query' | 'body' | 'response'>;

const WHO = 'officer:string reason:string';
const WHY = `${WHO} case:string`;
const ASK = 'purpose:string! subjects:array! fields:array collection:string';
const PLAIN = 'context:object compare:object sealed:boolean signed:boolean';
const ELIGIBLE = 'programme:string! purpose:string!';
const LIST = `${ELIGIBLE} ${WHY}`;
const LOG = 'from:string to:string agency:string purpose:string ref:string officer:string outcome:string';
const { fileRequest: _filed, ...requests } = requestRoutes;
const { declarePurposeMet: _met, ...tasks } = taskRoutes;
const { searchConsents: _search, setConflict: _conflict, ...consents } = consentRoutes;

/** Routes that are the gateway's own, as they are. */
const OF_GATEWAY: readonly Contract[] = [requests, tasks, consents, caseRoutes].flatMap((group) =>
  Object.values<Contract>(group),
);

/** Members that have another name here than at the gateway, which is taken, too. */
const HERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'POST /requests/{id}/refuse': { code: 'why' },
};

export const ROUTES: readonly Route[] = [
  route('GET /whoami', 'officer:string', ({ gate }, of) => gate.whoami(of)),
  route('GET /catalogue', '', ({ gate }) => gate.catalogue()),
  route('GET /schema', '', ({ gate }) => gate.schema()),
  route('GET /programmes', 'purpose:string', async ({ gate }, { purpose }) => ({
    items: await gate.programmes(purpose),
  })),
  route('POST /find', `subject:object! ${WHO}`, ({ gate }, body) =>
    gate.call('POST /v1/subjects/find', { body }),
  ),
  route(
    'POST /intake',
    'records:array! collection:string ifAbsent:string dryRun:boolean idempotencyKey:string',
    ({ gate }, { records, ...options }) => gate.intake(records, options),
  ),
  route('POST /release', `${ASK} ${PLAIN} ${WHY}`, ({ gate }, request) => gate.release(request)),
  lines('POST /release-list', `${ASK.replace('subjects', 'rows')} ${PLAIN} ${WHY}`, releaseList),
  route('POST /verify', `${ELIGIBLE} subject:object! signed:boolean ${WHY}`, ({ gate }, request) =>
    gate.verify(request),
  ),
  lines('POST /verify-list', `${ELIGIBLE} rows:array! atOnce:number wait:boolean ${WHY}`, verifyList),
  route('POST /lists/{id}', `${ELIGIBLE} rows:array! signed:boolean ${WHY}`, ({ gate }, { rows, ...list }) =>
    gate.submittedLists.submit({ ...list, subjects: rows }),
  ),
  route('GET /lists/{id}', LIST, ({ gate }, list) => gate.submittedLists.state(list)),
  route('GET /lists/{id}/results', `${LIST} part:string!`, async ({ gate }, { part, ...list }) => ({
    items: await gate.submittedLists.results({ ...list, part: Number(part) }),
  })),
  route('POST /lists/{id}/end', LIST, async ({ gate }, list) => {
    await gate.submittedLists.end(list);
    return { state: 'removed' };
  }),
  route('POST /receipt', 'receipt:object! wait:number', ({ gate }, { receipt, ...options }) =>
    gate.checkReceipt(receipt, options),
  ),
  route(
    'POST /requests',
    `${ASK} instrument:string activity:string basis:string ${WHY}`,
    ({ gate }, filing) => gate.requests.submit(filing),
  ),
  lines('POST /requests/{id}/collect', `subjects:array! sealed:boolean ${WHO}`, collect),
  ...OF_GATEWAY.map(derived),
  route('GET /log', `${LOG} kind:string limit:string cursor:string`, async ({ gate }, query) => {
    const { entries: items, cursor: next } = await gate.call('GET /v1/log/entries', { query });
    return { items, ...(next && { next }) };
  }),
];

/** Rows are verified several at a time, and written in the order in which they are answered. */
async function verifyList({ gate, signal, write }: Work, { rows, ...request }: { rows: object[] }) {
  const list = rows.map((subject, row) => ({ row, subject: subject as never }));
  const keep = async (result: object) => {
    await write(result);
    signal.throwIfAborted();
  };
  await gate.verifyList({ ...(request as { programme: string }), rows: list, keep, signal });
}

/** As many requests as it takes, one after the other: a line for each person. */
async function releaseList({ gate, signal, write }: Work, { rows, ...request }: { rows: object[] }) {
  const list = rows.map((subject, row) => ({ row, subject: subject as never }));
  const keep = async (results: readonly object[]) => {
    for (const result of results) await write(result);
    signal.throwIfAborted();
  };
  await gate.releaseList({ ...(request as { purpose: string }), rows: list, keep, signal });
}

/** Each piece is written before the next one is collected: a person is collected once. */
async function collect({ gate, signal, write }: Work, { id, ...people }: { id: string }) {
  const request = await gate.call('GET /v1/requests/:id', { id });
  for await (const piece of gate.requests.collect(request, people as never)) {
    await write(piece);
    signal.throwIfAborted();
  }
}

function route(name: Name, members: string, does: Does, inLines = false): Route {
  const [method = '', path = ''] = name.split(' ');
  const pairs = [...members.matchAll(/(\w+):(\S+)/g)].map(([, key = '', type = '']) => [key, type] as const);
  return { name, method, path, members: new Map(pairs), does, lines: inLines };
}

function lines(name: Name, members: string, does: Does): Route {
  return route(name, members, does, true);
}

/** Asks the gateway's route as it is. Under its name here a list is read in whole, as `items`. */
function derived(of: Contract): Route {
  const name = of.line
    .replace('/v1', '')
    .replace(':id', '{id}')
    .replace(/codes$/, 'code');
  const schema = of.method === 'GET' ? of.query : of.body;
  const same = HERE[name] ?? {};
  const members = membersOf(schema).map(([member, one]) => [member, typeOf(one)] as const);
  const others = Object.entries(same).map(([here]) => [here, 'string'] as const);
  const [method = '', path = ''] = name.split(' ');
  const list = path.slice(1);
  const ask = async ({ gate }: Work, { id, ...said }: { id?: string }) => {
    const sent = Object.fromEntries(
      Object.entries(said).map(([member, value]) => [same[member] ?? member, value]),
    );
    const where = of.method === 'GET' ? { query: sent } : { body: sent };
    return (gate.call as unknown as Asks)(of.line, { ...(id !== undefined && { id }), ...where });
  };
  const whole = async (work: Work, said: { cursor?: string }) => {
    const read: unknown[] = [];
    let cursor = said.cursor;
    do {
      const page = await ask(work, { ...said, ...defined({ cursor }) } as { id?: string });
      read.push(...(page[list] as unknown[]));
      cursor = (page['cursor'] ?? undefined) as string | undefined;
    } while (cursor !== undefined);
    return { items: read };
  };
  const isList = membersOf(of.response).some(([member]) => member === list);
  return {
    ...{ name, method, path, members: new Map([...members, ...others]), lines: false, of },
    ...{ asked: ask, does: isList ? whole : ask },
  };
}

type Asks = (line: string, ask: object) => Promise<Record<string, unknown>>;

/** The type of a member in JSON, with `!` if it is required. */
function typeOf(schema: Schema): string {
  const type = bare(schema)?.type ?? '';
  const json =
    type === 'picklist' || type === 'literal'
      ? 'string'
      : /^(string|number|boolean|array)$/.test(type)
        ? type
        : 'object';
  return isRequired(schema) ? `${json}!` : json;
}

/** The route of a request, with what stands in its path. Routes of the gateway have its own path, too. */
export function routeAt(method: string, path: string): { route: Route; id?: string } | null {
  for (const one of ROUTES) {
    if (one.method !== method) continue;
    const here = idIn(one.path.split('{id}'), path);
    if (here) return { route: one, ...here };
    const there = one.of && idIn(one.of.path.split(':id'), path);
    if (there) return { route: { ...one, does: one.asked ?? one.does }, ...there };
  }
  return null;
}

function idIn([before = '', after]: readonly string[], path: string): { id?: string } | null {
  if (after === undefined) return path === before ? {} : null;
  const id = path.slice(before.length, path.length - after.length);
  return path === before + id + after && /^[\w.%~-]+$/.test(id) ? { id: decodeURIComponent(id) } : null;
}
