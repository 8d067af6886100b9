/** Any route of the gateway by its line in the contract. The verbs of the client rest on it. */

import type { Answer, Ask, Line } from '../contract/api.ts';
import { bodyOf, type Call, call, type Wire } from './wire/call.ts';
import { FieldgateError, isNotGranted } from './wire/errors.ts';
import { requestOf } from './wire/request.ts';
import type { Grant } from './wire/tokens.ts';

/** What the contract does not say of a call. */
export interface How extends Partial<Pick<Call, 'safety' | 'headers' | 'signal' | 'signed'>> {
  /** Actions that are tried in turn for the token. Default: those by which the route is usually opened. */
  actions?: readonly string[];
  /** For purposes: `{ actions: ['release'], purpose, … }`. */
  grant?: Grant;
}

/**
 * Asks one route.
 * @throws FieldgateError for any answer that is no success
 */
export type AskRoute = <L extends Line>(line: L, ask: Ask<L>, how?: How) => Promise<Answer<L>>;

/** The members of an answer that are lists. */
export type ListIn<L extends Line> = {
  [M in keyof Answer<L>]: NonNullable<Answer<L>[M]> extends readonly unknown[] ? M : never;
}[keyof Answer<L>] &
  string;
export type ItemOf<L extends Line, M extends ListIn<L>> =
  NonNullable<Answer<L>[M]> extends readonly (infer Item)[] ? Item : never;

export type WithAnyToken = <Result>(
  act: (grant: Grant) => Promise<Result>,
  actions?: readonly string[],
) => Promise<Result>;

const AUDIT = ['audit'];
const STEWARD = ['steward'];
const CASEWORK = ['casework'];

/** Below the paths of `ACTIONS`, and open to every caller. */
const OF_ALL: ReadonlySet<string> = new Set(['agencies/self', 'log/proofs', 'log/cosignatures']);

/** The actions for the routes below a path. Of any other, each action that the caller has is tried. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  agencies: [...STEWARD, ...AUDIT],
  alerts: AUDIT,
  cases: CASEWORK,
  'check-codes': CASEWORK,
  conflicts: CASEWORK,
  consents: CASEWORK,
  decoys: AUDIT,
  files: ['intake'],
  'harm-reports': CASEWORK,
  holds: [...CASEWORK, ...AUDIT],
  inquiries: CASEWORK,
  intake: ['intake'],
  jobs: STEWARD,
  keys: STEWARD,
  log: AUDIT,
  objections: CASEWORK,
  purposes: CASEWORK,
  requests: CASEWORK,
  'story-texts': CASEWORK,
  sources: [...AUDIT, 'intake', ...CASEWORK],
  'subjects/find': [...STEWARD, ...AUDIT, ...CASEWORK],
  tasks: CASEWORK,
  usage: ['intake'],
};

/** The same for acts, where they differ. */
const TO_ACT: typeof ACTIONS = { agencies: STEWARD, sources: ['intake'], 'policy/versions': STEWARD };

/** Acts whose repeat is answered as the first. Any other that is no read is sent once: see `ANSWER_LOST`. */
export const REPEATABLE: ReadonlySet<Line> = new Set<Line>([
  'POST /v1/alerts/:id/acknowledge',
  'POST /v1/sources',
  'POST /v1/cases',
  'POST /v1/cases/:id/assign',
  'POST /v1/cases/:id/close',
  'POST /v1/cases/:id/confirm',
  'POST /v1/check-codes',
  'POST /v1/consents',
  'POST /v1/consents/:id/confirm',
  'POST /v1/consents/:id/withdraw',
  'POST /v1/consents/search',
  'POST /v1/files',
  'POST /v1/files/:id/complete',
  'POST /v1/files/:id/parts',
  'POST /v1/freezes',
  'POST /v1/holds',
  'POST /v1/holds/:id/confirm',
  'POST /v1/incidents',
  'POST /v1/incidents/:id/close',
  'POST /v1/incidents/:id/reports',
  'POST /v1/inquiries/seconds',
  'POST /v1/log/entries/:id/reviews',
  'POST /v1/log/cosignatures',
  'POST /v1/log/reports',
  'POST /v1/log/reviews',
  'POST /v1/objections',
  'POST /v1/objections/:id/resolve',
  'POST /v1/policy/simulate',
  'POST /v1/policy/versions/preview',
  'POST /v1/posting-checks',
  'POST /v1/purposes/:code/met',
  'POST /v1/releases/seconds',
  'POST /v1/requests',
  'POST /v1/requests/:id/approve',
  'POST /v1/requests/:id/ask-material',
  'POST /v1/requests/:id/dispute',
  'POST /v1/requests/:id/refuse',
  'POST /v1/requests/:id/supply',
  'POST /v1/requests/:id/withdraw',
  'POST /v1/tasks/:id/complete',
  'POST /v1/tasks/:id/give-back',
  'POST /v1/tasks/:id/take',
]);

/** Acts on one person. A steward's office holds nothing, so that casework is refused it. */
const ON_PERSON = /^\/v1\/subjects\/[^/]+\/(erase|merge|part)$/;

/** @param withAnyToken acts under the first grant that the caller can get */
export function askOf(wire: Wire, withAnyToken: WithAnyToken): AskRoute {
  return async <L extends Line>(line: L, ask: Ask<L>, { actions, grant, ...how }: How = {}) => {
    const request = requestOf(line, ask);
    const safety = request.method === 'GET' || REPEATABLE.has(line) ? 'repeatable' : 'once';
    const send = async (under: Grant) =>
      bodyOf(await call(wire, { ...request, grant: under, safety, ...how })) as Answer<L>;
    if (grant) return send(grant);
    if (ON_PERSON.test(request.path) && !actions) return asOfficeOrSteward(send);
    const [, , first = '', second = ''] = request.path.split('/');
    const of = request.method === 'GET' ? ACTIONS : { ...ACTIONS, ...TO_ACT };
    const usual = of[`${first}/${second}`] ?? of[first];
    return withAnyToken(send, actions ?? (OF_ALL.has(`${first}/${second}`) ? undefined : usual));
  };
}

/** An office that lacks the action of stewards gets the refusal of its own. */
async function asOfficeOrSteward<Result>(send: (under: Grant) => Promise<Result>): Promise<Result> {
  try {
    return await send({ actions: CASEWORK });
  } catch (first) {
    if (!isNotGranted(first) && !(first instanceof FieldgateError && first.code === 'REFUSED')) throw first;
    return send({ actions: STEWARD }).catch((second) => {
      throw isNotGranted(second) ? first : second;
    });
  }
}

/** Every item of a list, page after page. Pages are fetched only while the caller reads. */
export async function* itemsOf<L extends Line, M extends ListIn<L>>(
  call: AskRoute,
  line: L,
  member: M,
  ask: Ask<L>,
  how?: How,
): AsyncGenerator<ItemOf<L, M>> {
  const { query } = ask as { query?: object };
  let cursor: string | undefined;
  do {
    const page = (await call(line, { ...ask, query: { ...query, cursor } }, how)) as Record<string, unknown>;
    const items = page[member];
    if (!Array.isArray(items))
      throw new FieldgateError('ANSWER_INVALID', `The answer is no list of ${member}`);
    yield* items as ItemOf<L, M>[];
    cursor = (page['cursor'] as string | null) ?? undefined;
  } while (cursor !== undefined);
}

/** The text of an answer in another form than JSON: a printable page, or a table. */
export const textOf =
  (wire: Wire, withAnyToken: WithAnyToken) =>
  <L extends Line>(line: L, ask: Ask<L>, accept: string): Promise<string> =>
    withAnyToken(async (grant) => {
      const sent = { ...requestOf(line, ask), grant, headers: { accept }, safety: 'repeatable' } as const;
      return (await call(wire, sent)).text;
    });
