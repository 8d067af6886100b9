/** A request that may be repeated unchanged, and the act that its route stands for. */

import type { ActName } from '../../shared/acts.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import type { Answer, Details, Token } from '../support/gateway.ts';
import { reasonFor } from '../support/reasons.ts';
import type { World } from '../verify/world.ts';

export interface Send {
  (): Promise<Answer>;
  act: ActName;
  /** Gives something once, so that only a repeat after a failure is answered as the first call. */
  once?: true;
  /** Gets the token that the next calls need, so that no fault meets its request. */
  ready(): Promise<void>;
  /** The second of two people: confirms the request of this entry. */
  sees(entry: string): Send;
}
/** Prepares a request about a person or thing of its own. */
export type Scenario = (world: World) => Promise<Send>;

/** Milliseconds for which one token is used, which ends after five minutes. */
const FRESH = 120_000;
const tokens = new WeakMap<World, Map<string, { token: Promise<Token>; from: number }>>();

async function tokenOf(world: World, agency: string, details: Details): Promise<Token> {
  const known = tokens.get(world) ?? new Map();
  tokens.set(world, known);
  const key = JSON.stringify([agency, details]);
  const one = known.get(key);
  if (one && world.now() < one.from + FRESH) return one.token;
  const token = await world.gateway.token(agency, details);
  known.set(key, { token, from: world.now() });
  return token;
}

export function sending(
  world: World,
  agency: string,
  details: Details,
  line: readonly [method: string, path: string],
  body?: object,
  headers: Record<string, string> = {},
): Send {
  const [method, path] = line;
  const sees = (entry: string) => {
    // A registration is confirmed by a route of its own.
    const [office, id = (body as { clientId?: string })?.clientId] =
      /^\/v1\/agencies(?:\/([\w-]+))?/.exec(path) ?? [];
    return office === undefined
      ? sending(world, agency, details, line, { ...body, entry }, headers)
      : sending(world, agency, details, ['POST', `/v1/agencies/${id}/confirm`], { entry });
  };
  let token: Token | null = null;
  const ready = async () => {
    token = await tokenOf(world, agency, details);
  };
  const send = async () => {
    if (!token) await ready();
    return world.gateway.send(token as Token, method, path, body, headers);
  };
  return Object.assign(send, { act: actOf(method, path), ready, sees });
}

function actOf(method: string, path: string): ActName {
  const fits = (pattern: string) => {
    const [want, have] = [pattern.split('/'), (path.split('?')[0] ?? '').split('/')];
    return want.length === have.length && want.every((part, i) => part[0] === ':' || part === have[i]);
  };
  const route = ALL_ROUTES.find((one) => one.method === method && fits(one.path));
  if (!route) throw new Error(`no route for ${method} ${path}`);
  return route.act;
}

const detailsOf = (officer: string, { purpose }: { purpose?: string } = {}) => ({
  ...{ actions: ['casework'], officer },
  reason: reasonFor(purpose, 'asked for by the guardian at the desk'),
});

/** An act of casework. */
export const desk = (world: World, agency: string, officer: string, path: string, body: object = {}): Send =>
  sending(world, agency, detailsOf(officer, body), ['POST', path], body);

export const lifting = (world: World, agency: string, officer: string, path: string): Send =>
  sending(world, agency, detailsOf(officer), ['DELETE', path], {});

export function steward(
  world: World,
  officer: string,
  path: string,
  body: object = {},
  method = 'POST',
): Send {
  const details = { actions: ['steward'], officer, reason: 'yearly look at the register' };
  return sending(world, 'steward-office', details, [method, path], body);
}

export const auditing = (world: World, path: string, body: object): Send =>
  sending(
    world,
    'audit-office',
    { actions: ['audit'], officer: 'sun.yue', reason: 'daily look' },
    ['POST', path],
    body,
  );

/** What an earlier request must have been answered. @throws Error with the answer if it was refused */
export async function done(send: Send): Promise<Answer['json']> {
  const answer = await send();
  if (answer.status >= 300) throw new Error(`${send.act}: ${answer.text}`);
  return answer.json;
}

/** The second of two requests, after the first. */
export async function afterFirst(first: Send, second: Send): Promise<Send> {
  const answer = await first();
  if (answer.status !== 202) throw new Error(`the first request: ${answer.text}`);
  return second.sees(answer.json.receipt.entry);
}
