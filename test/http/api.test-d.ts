/** Compiled, not run: what a typed call refuses. */
import type { AskRoute } from '../../shared/client/ask.ts';
import type { RequestFiling } from '../../shared/client/requests.ts';
import type { Body, Query } from '../../shared/contract/api.ts';

declare const call: AskRoute;

export async function typed() {
  const words = { officer: 'a', reason: 'b' };
  const { case: one, receipt } = await call('POST /v1/cases/:id/confirm', { id: 'x', body: words });
  const state: 'waiting' | 'open' | 'ended' | 'closed' = one.state;
  // @ts-expect-error no such route
  await call('POST /v1/cases/:id/confirmed', { id: 'x', body: {} });
  // @ts-expect-error a misspelt member
  await call('POST /v1/cases/:id/confirm', { id: 'x', body: { oficer: 'a' } });
  // @ts-expect-error without the id
  await call('POST /v1/cases/:id/confirm', { body: words });
  // @ts-expect-error without the body
  await call('POST /v1/cases/:id/confirm', { id: 'x' });
  // @ts-expect-error a misspelt parameter
  await call('GET /v1/log/entries', { query: { rul: 'A12.1' } });
  // @ts-expect-error without a parameter that is needed
  await call('GET /v1/log/proofs/consistency', {});
  await call('GET /v1/log/entries', { query: { rule: 'A12.1', limit: 50, order: undefined } });
  // A 202 is an answer too.
  const { state: progress } = await call('POST /v1/keys/rewrap', { body: { reason: 'yearly' } });
  const running: 'running' | 'done' = progress;
  const who = await call('GET /v1/whoami', {});
  // @ts-expect-error no member of the answer
  const nobody = who.nobody;
  const query: Query<'GET /v1/requests'> = { mine: 'yes', due: 'yes', counts: 'yes' };
  return [state, receipt?.entry, running, query, nobody];
}

/** Compiles only if each is whole: no member of a route is missing in what the verb of the client takes. */
type Whole<All, Taken> = [Exclude<All, Taken | 'context'>] extends [never] ? true : never;
export const whole: [
  Whole<keyof Body<'POST /v1/requests'>, keyof RequestFiling>,
  Whole<keyof NonNullable<Body<'POST /v1/requests'>['context']>, keyof RequestFiling>,
] = [true, true];
