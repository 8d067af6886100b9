import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import {
  countedFor,
  officerKey,
  RATES,
  type RateLimiter,
  rateLimiter,
  ratesOf,
} from '../../shared/identity/agencies/rate.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import type { Deps } from '../deps.ts';

const limiters = new WeakMap<DynamoDBClient, RateLimiter>();

/**
 * Counts a request of the agency and of the officer whom its token or request names, by its subjects. It runs in parallel with the
 * replay claim, so that it adds no dependent round trip. A caller over the limit learns that before any other answer.
 * @throws Problem RATE_LIMITED with `Retry-After`, or the store's error.
 */
export async function countRequest(
  { dynamo, tables, now, rates = RATES }: Deps<'claimsTable'>,
  { clientId, rates: own }: Pick<Agency, 'clientId' | 'rates'>,
  officer: string | undefined,
  person: Pick<Person, 'issuer' | 'subject'> | null,
  subjects = 1,
): Promise<void> {
  const limiter = limiters.get(dynamo) ?? rateLimiter(tables.claims);
  limiters.set(dynamo, limiter);
  const waits = await Promise.all(
    countedFor(clientId, officerKey(officer, person), ratesOf(own, rates)).map((one) =>
      limiter(one, now(), subjects),
    ),
  );
  const wait = Math.max(...waits.map((seconds) => seconds ?? 0));
  if (wait > 0) throw new Problem('RATE_LIMITED', { headers: { 'retry-after': String(wait) } });
}
