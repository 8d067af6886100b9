/** What the sidecar offers: each route with its members, and what it asks the client to do. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { about } from '../messages/en/sidecar.ts';

export type Name = keyof typeof about;
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
  name: Name;
  method: string;
  path: string;
  /** The members of its body, or of the query of a `GET`; those of its path are apart. */
  members: Members;
  does: Does;
  /** The answer is NDJSON: one line for each result as it comes, and `{"done": n}` at the end. */
  lines: boolean;
}

const WHO = 'officer:string reason:string';
const WHY = `${WHO} case:string`;
const ASK = 'purpose:string! subjects:array! fields:array collection:string';
const PLAIN = 'context:object compare:object sealed:boolean signed:boolean';
const ELIGIBLE = 'programme:string! purpose:string!';
const LIST = `${ELIGIBLE} ${WHY}`;
const LOG = 'from:string to:string agency:string purpose:string ref:string officer:string outcome:string';
const CONSENT = `subject:object! purpose:string! recipient:string! fields:array! giver:string! method:string
  evidence:string noticeVersion:string at:string forms:object act:string relation:string document:object officers:array
  text:string from:string until:string informed:object`;

/** A list that a page holds in whole. */
async function items<Item>(list: AsyncIterable<Item>): Promise<{ items: Item[] }> {
  const read: Item[] = [];
  for await (const item of list) read.push(item);
  return { items: read };
}

export const ROUTES: readonly Route[] = [
  route('GET /whoami', 'officer:string', ({ gate }, of) => gate.whoami(of)),
  route('GET /catalogue', '', ({ gate }) => gate.catalogue()),
  route('GET /schema', '', ({ gate }) => gate.schema()),
  route('GET /programmes', 'purpose:string', async ({ gate }, { purpose }) => ({
    items: await gate.programmes(purpose),
  })),
  route('POST /find', `subject:object! ${WHO}`, ({ gate }, { subject, ...why }) => gate.find(subject, why)),
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
  route('GET /requests', 'box:string state:string', ({ gate }, filters) =>
    items(gate.requests.list(filters)),
  ),
  route(
    'POST /requests',
    `${ASK} instrument:string activity:string basis:string ${WHY}`,
    ({ gate }, filing) => gate.requests.submit(filing),
  ),
  route('GET /requests/{id}', '', ({ gate }, { id }) => gate.requests.view(id)),
  route('POST /requests/{id}/approve', `fields:array ${WHO}`, ({ gate }, { id, fields, ...why }) =>
    gate.requests.approve(id, fields, why),
  ),
  route(
    'POST /requests/{id}/refuse',
    `fields:array code:string ${WHO}`,
    ({ gate }, { id, fields, code, ...why }) => gate.requests.refuse(id, fields, why, code),
  ),
  route(
    'POST /requests/{id}/ask-material',
    `missing:array! fields:array ${WHO}`,
    ({ gate }, { id, missing, fields, ...why }) => gate.requests.askMaterial(id, missing, fields, why),
  ),
  route(
    'POST /requests/{id}/supply',
    `statement:string! documents:array ${WHO}`,
    ({ gate }, { id, statement, documents, ...why }) =>
      gate.requests.supply(id, { statement, documents }, why),
  ),
  route('POST /requests/{id}/dispute', WHO, ({ gate }, { id, ...why }) => gate.requests.dispute(id, why)),
  route('POST /requests/{id}/withdraw', WHO, ({ gate }, { id, ...why }) => gate.requests.withdraw(id, why)),
  lines('POST /requests/{id}/collect', `subjects:array! sealed:boolean ${WHO}`, collect),
  route(
    'GET /tasks',
    'state:string mine:string kind:string department:string dueFrom:string dueBefore:string',
    ({ gate }, filters) => items(gate.tasks(filters)),
  ),
  route('GET /tasks/counts', '', ({ gate }) => gate.taskCounts()),
  route('POST /tasks/{id}/take', 'officer:string', async ({ gate }, { id, officer }) => ({
    task: await gate.takeTask(id, officer),
  })),
  route('POST /tasks/{id}/give-back', 'officer:string', async ({ gate }, { id, officer }) => ({
    task: await gate.giveBackTask(id, officer),
  })),
  route(
    'POST /tasks/{id}/complete',
    `outcome:string evidence:string delivery:string day:string ${WHO}`,
    ({ gate }, { id, outcome, evidence, delivery, day, ...why }) =>
      gate.completeTask(id, outcome, why, { evidence, delivery, day }),
  ),
  route('GET /consents', 'ref:string!', async ({ gate }, { ref }) => ({
    items: await gate.consents.list(ref),
  })),
  route('POST /consents', `${CONSENT} ${WHO}`, ({ gate }, { officer, reason, ...filing }) =>
    gate.consents.file(filing, { officer, reason }),
  ),
  route(
    'POST /consents/{id}/confirm',
    `document:object code:string ${WHO}`,
    ({ gate }, { id, document, code, ...why }) => gate.consents.confirm(id, { document, code }, why),
  ),
  route('POST /consents/{id}/code', `document:object ${WHO}`, ({ gate }, { id, document, ...why }) =>
    gate.consents.code(id, { document }, why),
  ),
  route(
    'POST /consents/{id}/withdraw',
    `method:string! evidence:string! code:string ${WHO}`,
    ({ gate }, { id, method, evidence, code, ...why }) =>
      gate.consents.withdraw(id, { method, evidence, code }, why),
  ),
  route('GET /cases', 'state:string', async ({ gate }, filters) => ({
    items: await gate.cases.list(filters),
  })),
  route(
    'POST /cases',
    `case:string! purpose:string! subjects:array! officers:array! instrument:string ${WHO}`,
    ({ gate }, { officer, reason, ...opening }) => gate.cases.open(opening, { officer, reason }),
  ),
  route('GET /cases/{id}', '', ({ gate }, { id }) => gate.cases.view(id)),
  route('POST /cases/{id}/assign', `officers:array! ${WHO}`, ({ gate }, { id, officers, ...why }) =>
    gate.cases.assign(id, officers, why),
  ),
  route('POST /cases/{id}/confirm', WHO, ({ gate }, { id, ...why }) => gate.cases.confirm(id, why)),
  route('POST /cases/{id}/close', WHO, ({ gate }, { id, ...why }) => gate.cases.close(id, why)),
  route('GET /log', `${LOG} kind:string limit:string cursor:string`, ({ gate }, { cursor, ...filters }) =>
    gate.logPage(filters, cursor),
  ),
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
  const request = await gate.requests.view(id);
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

/** The route of a request, with what stands in its path. */
export function routeAt(method: string, path: string): { route: Route; id?: string } | null {
  for (const one of ROUTES) {
    const [before = '', after] = one.path.split('{id}');
    if (one.method !== method) continue;
    if (after === undefined && path === before) return { route: one };
    const id = after === undefined ? '' : path.slice(before.length, path.length - after.length);
    if (after !== undefined && path === before + id + after && /^[\w.%~-]+$/.test(id))
      return { route: one, id: decodeURIComponent(id) };
  }
  return null;
}
