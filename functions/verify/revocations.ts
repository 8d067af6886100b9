/**
 * What a status list shows. Revocations appear together at the start of a month, among dummies: the day on which a
 * proof ended, or the number that ended with it, would reveal to recipients which of their proofs are about one person.
 */

import { createHmac, createSecretKey } from 'node:crypto';
import { encodeParts } from '../../shared/encoding.ts';
import { generateMac, keyVersions, perClient } from '../../shared/keys/kms.ts';
import { revokedPlaces } from '../../shared/records/casework/statuses.ts';
import type { VerifyDeps } from './deps.ts';

/** Places of a list. The first ones are not used, so that every index has the same number of digits. */
export const PLACES = 1_000_000;
export const FIRST_PLACE = 100_000;

/** Each batch is filled up to a multiple of so many places, and has at least one dummy. */
const FULL = 16;
/** Months after that of the list in which a proof on it can still be valid. */
const MONTHS = 6;

/** @returns the places that the list shows as revoked at this instant (epoch milliseconds), in no order */
export async function shownRevoked(
  deps: Pick<VerifyDeps, 'kms' | 'env' | 'tables'>,
  list: string,
  now: number,
): Promise<number[]> {
  const months = batchesOf(list.slice(0, 7), monthOf(now));
  if (months.length === 0) return [];
  const [revoked, dummies] = await Promise.all([
    revokedPlaces(deps.tables.status, list),
    dummyPlaces(deps, list),
  ]);
  const batches = Map.groupBy(revoked, ({ at }) => monthOf(at));
  return months.flatMap((month, i) => {
    const real = (batches.get(month) ?? []).map(({ index }) => index);
    const fill = [...dummies].slice(i * FULL, (i + 1) * FULL - (real.length % FULL));
    return [...real, ...fill];
  });
}

/** The months from that of the list up to, and without, the present one. */
function batchesOf(first: string, present: string): string[] {
  const months: string[] = [];
  for (let month = first; month < present && months.length < MONTHS; month = after(month)) months.push(month);
  return months;
}

function after(month: string): string {
  const next = new Date(`${month}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return monthOf(next.getTime());
}

export const monthOf = (ms: number) => new Date(ms).toISOString().slice(0, 7);

const known = perClient<ReadonlySet<number>>(50);

/** Places that no proof gets. One KMS GenerateMac for each list and process. */
export function dummyPlaces(
  { kms, env }: Pick<VerifyDeps, 'kms' | 'env'>,
  list: string,
): Promise<ReadonlySet<number>> {
  const [keyId = ''] = keyVersions(env.referenceKey);
  return known(kms, JSON.stringify([keyId, list]), async () => {
    const raw = await generateMac(kms, keyId, encodeParts('fieldgate status dummies v1', list));
    const key = createSecretKey(raw);
    raw.fill(0);
    const places = new Set<number>();
    for (let i = 0; places.size < FULL * MONTHS; i++) {
      const drawn = createHmac('sha256', key).update(String(i)).digest().readUInt32BE(0);
      places.add(FIRST_PLACE + (drawn % (PLACES - FIRST_PLACE)));
    }
    return places;
  });
}
