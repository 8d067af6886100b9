/** Serves routes as the contract declares them: method, path, and the schemas of query, body and answer. */
import type { Context, MiddlewareHandler } from 'hono';
import type * as v from 'valibot';
import type { Fn, RouteContract } from '../../shared/contract/routes/route.ts';
import type { Json } from '../../shared/json.ts';
import { HEAD_HEADER } from '../../shared/tree/checkpoint.ts';
import type { Deps } from '../deps.ts';
import { type App, createApp, type RequestVariables } from './app.ts';
import { BODY_LIMIT, OPEN_LIMIT, readBody, readBodyOrNone, readQuery } from './body.ts';
import { openBudget } from './open-budget.ts';

type AppDeps = Pick<Deps<'publicUrl'>, 'env' | 'whileOpen' | 'shownHead'>;

type Schema = v.GenericSchema<unknown, unknown>;
type Out<S> = S extends Schema ? v.InferOutput<S> : never;

/** Routes of the contract by the names of their operations. */
export type Group = Readonly<Record<string, RouteContract>>;

type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A request: the parts of its path, its query and its body, by the schemas of the route. */
export type Ask<R extends RouteContract> = { readonly c: Context } & {
  readonly [Name in Names<R['line']>]: string;
} & (R extends { query: infer S } ? { readonly query: Out<S> } : unknown) &
  (R extends { body: infer S } ? { readonly body: Out<S> } : unknown);

/** What a handler may give for a value of the type: `undefined` is left out, and nothing is changed. */
type Given<T> = Json extends T
  ? unknown
  : T extends readonly (infer One)[]
    ? readonly Given<One>[]
    : T extends object
      ? OfAnyJson<T> extends true
        ? object
        : { readonly [Name in keyof T]: Given<T[Name]> }
      : T;
type OfAnyJson<T> = string extends keyof T ? (Json extends T[keyof T] ? true : false) : false;
type Said<S> = S extends Schema ? Given<v.InferOutput<S>> : never;

/** An answer with another status than 200. */
class Answered<Status extends 201 | 202, Body> {
  readonly status: Status;
  readonly body: Body;
  constructor(status: Status, body: Body) {
    this.status = status;
    this.body = body;
  }
}
/** The answer that the contract calls `created`. */
export const created = <Body>(body: Body) => new Answered(201, body);
/** The answer that the contract calls `accepted`, if its `state` does not say that it waits. */
export const accepted = <Body>(body: Body) => new Answered(202, body);

/** The state of an act that waits for a second person, or for its time. */
interface Waits {
  readonly state: 'pending' | 'waiting';
}

/** What a handler answers: by the schema of each status. A page or a file is a response of its own. */
export type Reply<R extends RouteContract> =
  | (R extends { produces: string } ? never : Said<R['response']>)
  | (R extends { created: infer S } ? Answered<201, Said<S>> : never)
  | (R extends { accepted: infer S } ? Answered<202, Said<S>> | Extract<Said<S>, Waits> : never)
  | (R extends { produces: string } | { otherwise: object } ? Response : never);

type ContextOf<V extends object> = Context<{ Variables: RequestVariables & V }>;

/** A handler that reads its request when it wants to, and makes its own response. */
interface Raw<R extends RouteContract, C> {
  raw(c: C, read: () => Promise<Ask<R>>): Promise<Response> | Response;
}

/** A handler for each route of the group, and for no other. `First` is what it gets besides the request. */
export type Handlers<G extends Group, First extends readonly unknown[], C = Context> = {
  readonly [Name in keyof G]:
    | ((...args: [...First, Ask<G[Name]>]) => Promise<Reply<G[Name]>> | Reply<G[Name]>)
    | Raw<G[Name], C>;
};

type Add = (method: string, paths: string[], ...handlers: MiddlewareHandler[]) => unknown;
const ADD = new WeakMap<object, Add>();

/** The ways to give an app of Hono a route. */
const ADDERS = 'get post put delete patch options all on basePath mount route'.split(' ');

/**
 * An app whose routes come from the contract: it refuses to start with any other.
 * @param deps of an app that reads settings: it answers none of its routes while it is closed
 */
export function contractApp<V extends object = object>(fn: Fn, deps?: AppDeps): App<V> {
  const app = createApp<V>(deps?.env.publicUrl);
  const { whileOpen, shownHead } = deps ?? {};
  if (shownHead) app.use((c, next) => next().then(() => showHead(c, shownHead())));
  if (whileOpen)
    app.use((c, next) =>
      whileOpen(fn, next).catch((error: unknown) => {
        // An answer that was made meanwhile is not given, and neither are its headers.
        Object.assign(c, { res: undefined });
        throw error;
      }),
    );
  ADD.set(app, app.on.bind(app) as unknown as Add);
  const refuse = () => {
    throw new Error('no contract names this route: see functions/http/serve.ts');
  };
  for (const name of ADDERS) Object.defineProperty(app, name, { value: refuse });
  return app;
}

/** What the log has signed goes along with each answer, so that a caller who is shown two histories holds both. */
function showHead(c: Context, note: string | undefined): void {
  if (note !== undefined && c.res.ok && c.req.header('authorization') !== undefined)
    c.header(HEAD_HEADER, Buffer.from(note).toString('base64'));
}

interface Serving<G extends Group, First extends readonly unknown[], C> {
  /** Middleware of a route, by its contract. */
  guards(route: RouteContract, name: keyof G): readonly MiddlewareHandler[];
  /** What the handlers get besides the request, once that is read. */
  first(c: C, read: { route: RouteContract; body: unknown }): Promise<First> | First;
  /** Most bytes of a body. */
  limit?: number;
}

/** Serves each route of a group, in the order of the contract. */
export function serve<G extends Group, First extends readonly unknown[], V extends object>(
  app: App<V>,
  group: G,
  { guards, first, limit = BODY_LIMIT }: Serving<G, First, ContextOf<V>>,
  handlers: Handlers<G, First, ContextOf<V>>,
): void {
  for (const name of Object.keys(group) as (keyof G & string)[]) {
    const route = group[name] as G[typeof name];
    const handler = handlers[name];
    const run = async (c: Context): Promise<Response> => {
      const own = c as unknown as ContextOf<V>;
      const read = () => readAsk(c, route, limit);
      if (typeof handler !== 'function') return handler.raw(own, read);
      const ask = await read();
      const body = 'body' in ask ? ask.body : undefined;
      const reply = await handler(...(await first(own, { route, body })), ask);
      if (reply instanceof Response) return reply;
      if (reply instanceof Answered) return c.json(reply.body, reply.status);
      const { state } = reply as Partial<Waits>;
      const waits = route.accepted && (state === 'pending' || state === 'waiting');
      return c.json(reply as object, waits ? 202 : 200);
    };
    addTo(app)(route.method, [route.path], ...guards(route, name), run);
  }
}

/** Serves routes that need no token, each with a budget of its own, but for those that count their callers themselves. */
export function serveOpen<G extends Group, V extends object>(
  app: App<V>,
  now: () => number,
  group: G,
  handlers: Handlers<G, [], ContextOf<V>>,
): void {
  const guards = ({ act }: RouteContract) => (act === 'token.issue' ? [] : [openBudget(now)]);
  serve(app, group, { guards, first: (): [] => [], limit: OPEN_LIMIT }, handlers);
}

/** Answers the other methods of a path in the route's own words. */
export function serveOthers(
  app: object,
  { path }: RouteContract,
  methods: string[],
  handler: MiddlewareHandler,
): void {
  for (const method of methods) addTo(app)(method, [path], handler);
}

function addTo(app: object): Add {
  const add = ADD.get(app);
  if (!add) throw new Error('not an app of the contract');
  return add;
}

async function readAsk<R extends RouteContract>(c: Context, route: R, limit: number): Promise<Ask<R>> {
  const { query, body: schema, bodyOptional } = route;
  const parts = { c, ...c.req.param(), ...(query && { query: readQuery(c, query) }) };
  if (!schema) return parts as unknown as Ask<R>;
  const body = await (bodyOptional ? readBodyOrNone(c, schema) : readBody(c, schema, limit));
  return { ...parts, body } as unknown as Ask<R>;
}
