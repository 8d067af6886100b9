/** The register of agencies for stewards, and an agency's own keys. */

import type { JWK } from 'jose';
import type { Pending, Receipt } from '../contract/common.ts';
import type { AgencyRights, AgencyView, WaitingChange } from '../contract/office.ts';
import type { Why } from './maintenance.ts';
import { under, type Wire } from './wire/call.ts';
import type { Grant } from './wire/tokens.ts';

/** Either the keys or the address at which the agency publishes them. */
export type AgencyKeySource = { jwks: { keys: JWK[] } } | { jwksUri: string };

export type AgencyChange = { agency: AgencyView; receipt: Receipt } | Pending;

/** `list`, `get` and `waiting` are for stewards and auditors, `rotate` is for every agency, the rest for stewards. */
export interface Agencies {
  list(): AsyncGenerator<AgencyView>;
  get(clientId: string): Promise<AgencyView>;
  /** Changes that wait for a second steward. */
  waiting(): AsyncGenerator<WaitingChange>;
  /** Makes the change whose proposal has this entry. */
  confirm(clientId: string, entry: string, why: Why): Promise<AgencyChange>;
  register(agency: { clientId: string } & AgencyRights & AgencyKeySource, why: Why): Promise<AgencyChange>;
  /** Replaces the rights of the agency; its keys stay. */
  change(clientId: string, rights: AgencyRights, why: Why): Promise<AgencyChange>;
  /** Stops the agency at once. */
  suspend(clientId: string, why: Why): Promise<AgencyChange>;
  unsuspend(clientId: string, why: Why): Promise<AgencyChange>;
  /** New keys for an agency that lost its own; needs two people. */
  replaceKeys(clientId: string, keys: AgencyKeySource, why: Why): Promise<AgencyChange>;
  /** Replaces this agency's own keys, signed by the current one. The old ones remain valid for one day. */
  rotate(keys: JWK[]): Promise<AgencyChange>;
}

const STEWARD = { actions: ['steward'] };
/** Actions of which one reads the register. */
const OVERSIGHT = ['steward', 'audit'];

/** @param withAnyToken acts under the first grant that the agency can get. */
export function agenciesOf(
  wire: Wire,
  withAnyToken: <Result>(
    act: (grant: Grant) => Promise<Result>,
    actions?: readonly string[],
  ) => Promise<Result>,
): Agencies {
  const act = (method: 'POST' | 'PUT', path: string, body: object) =>
    under(wire, STEWARD).ask<AgencyChange>({ method, path, body, safety: 'once' });
  const at = (clientId: string) => `/v1/agencies/${encodeURIComponent(clientId)}`;
  const read = <Result>(path: string, query: { cursor?: string | undefined } = {}) =>
    withAnyToken((grant) => under(wire, grant).get<Result>(path, query), OVERSIGHT);
  async function* pages<Item>(member: string): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const page = await read<Record<string, unknown>>('/v1/agencies', { cursor });
      yield* page[member] as Item[];
      cursor = (page['cursor'] as string | null) ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    list: () => pages<AgencyView>('agencies'),
    waiting: () => pages<WaitingChange>('waiting'),
    get: (clientId) => read(at(clientId)),
    confirm: (clientId, entry, why) => act('POST', `${at(clientId)}/confirm`, { entry, ...why }),
    register: (agency, why) => act('POST', '/v1/agencies', { ...agency, ...why }),
    change: (clientId, rights, why) => act('PUT', at(clientId), { ...rights, ...why }),
    suspend: (clientId, why) => act('POST', `${at(clientId)}/suspend`, why),
    unsuspend: (clientId, why) => act('POST', `${at(clientId)}/unsuspend`, why),
    replaceKeys: (clientId, keys, why) => act('PUT', `${at(clientId)}/jwks`, { ...keys, ...why }),
    rotate: (keys) =>
      withAnyToken((grant) => {
        const path = '/v1/agencies/self/jwks';
        return under(wire, grant).ask({ method: 'PUT', path, body: { keys }, safety: 'once', signed: true });
      }),
  };
}
