/**
 * One key serves one agency, for good: each key that an agency was ever registered with is claimed in the table of
 * agencies, by its RFC 7638 thumbprint; an address of keys by its digest.
 */

import { hash } from 'node:crypto';
import type { Json } from '../../json.ts';
import { getItem, putItem, swap, type Table } from '../../store/table.ts';
import { readHybridJwk } from '../hybrid-key.ts';
import { thumbprintOf } from '../jwk.ts';

/** What is claimed of a record of the register. */
interface Keys {
  clientId: string;
  jwks: { keys: readonly object[] };
  jwksUri?: string | undefined;
}

/** No client id holds `~`. */
const PREFIX = 'key~';

/** @returns whether a key is claimed by another agency */
export async function hasForeignKey(table: Table, keys: Keys): Promise<boolean> {
  const claims = await Promise.all(namesOf(keys).map((name) => getItem(table, { clientId: { S: name } })));
  return claims.some((claim) => claim !== null && claim['agency']?.S !== keys.clientId);
}

/** @returns false if another agency has claimed one of the keys; the others then stay claimed, which does no harm */
export async function claimKeys(table: Table, keys: Keys): Promise<boolean> {
  const mine = { ':me': { S: keys.clientId } };
  const free = 'attribute_not_exists(clientId) OR #agency = :me';
  const claimed = await Promise.all(itemsOf(keys).map((item) => swap(table, item, free, mine)));
  return claimed.every(Boolean);
}

/** Claims without asking, for records that are put past the stewards. */
export async function putClaims(table: Table, keys: Keys): Promise<void> {
  await Promise.all(itemsOf(keys).map((item) => putItem(table, item)));
}

function itemsOf(keys: Keys) {
  return namesOf(keys).map((name) => ({ clientId: { S: name }, agency: { S: keys.clientId } }));
}

function namesOf({ jwks, jwksUri }: Keys): string[] {
  const names = jwks.keys.map(
    (key) =>
      thumbprintOf(key as Json) ??
      readHybridJwk(key as Json)?.thumbprint ??
      hash('sha256', JSON.stringify(key), 'base64url'),
  );
  if (jwksUri !== undefined) names.push(hash('sha256', jwksUri, 'base64url'));
  return [...new Set(names)].map((name) => PREFIX + name);
}
