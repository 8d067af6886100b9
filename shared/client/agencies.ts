/** The register of agencies for stewards, and an agency's own keys. */

import type { JWK } from 'jose';
import type { Body } from '../contract/api.ts';
import type { Pending, Receipt } from '../contract/common.ts';
import type { AgencyRights, AgencyView, WaitingChange } from '../contract/office.ts';
import { type AskRoute, every } from './ask.ts';
import type { Why } from './maintenance.ts';

/** Either the keys or the address at which the agency publishes them. */
export type AgencyKeySource = { jwks: { keys: JWK[] } } | { jwksUri: string };
export type AgencyChange = { agency: AgencyView; receipt: Receipt } | Pending;
export type Agencies = ReturnType<typeof agenciesOf>;

const STEWARD = { actions: ['steward'] };

/** `list`, `get` and `waiting` are for stewards and auditors, `rotate` is for every agency, the rest for stewards. */
export function agenciesOf(call: AskRoute) {
  const page = (cursor: string | undefined) => call('GET /v1/agencies', { query: { cursor } });
  return {
    list: (): AsyncGenerator<AgencyView> =>
      every(async (at) => {
        const { agencies: items, cursor } = await page(at);
        return { items, cursor };
      }),
    /** Changes that wait for a second steward. */
    waiting: (): AsyncGenerator<WaitingChange> =>
      every(async (at) => {
        const { waiting: items, cursor } = await page(at);
        return { items, cursor };
      }),
    get: (id: string): Promise<AgencyView> => call('GET /v1/agencies/:id', { id }),
    /** Makes the change whose proposal has this entry. */
    confirm: (id: string, entry: string, why: Why): Promise<AgencyChange> =>
      call('POST /v1/agencies/:id/confirm', { id, body: { entry, ...why } }, STEWARD),
    register: (
      agency: { clientId: string } & AgencyRights & AgencyKeySource,
      why: Why,
    ): Promise<AgencyChange> =>
      call('POST /v1/agencies', { body: { ...agency, ...why } as Body<'POST /v1/agencies'> }, STEWARD),
    /** Replaces the rights of the agency; its keys stay. */
    change: (id: string, rights: AgencyRights, why: Why): Promise<AgencyChange> =>
      call(
        'PUT /v1/agencies/:id',
        { id, body: { ...rights, ...why } as Body<'PUT /v1/agencies/:id'> },
        STEWARD,
      ),
    /** Stops the agency at once. */
    suspend: (id: string, body: Why): Promise<AgencyChange> =>
      call('POST /v1/agencies/:id/suspend', { id, body }, STEWARD),
    unsuspend: (id: string, body: Why): Promise<AgencyChange> =>
      call('POST /v1/agencies/:id/unsuspend', { id, body }, STEWARD),
    /** New keys for an agency that lost its own; needs two people. */
    replaceKeys: (id: string, keys: AgencyKeySource, why: Why): Promise<AgencyChange> =>
      call(
        'PUT /v1/agencies/:id/jwks',
        { id, body: { ...keys, ...why } as Body<'PUT /v1/agencies/:id/jwks'> },
        STEWARD,
      ),
    /** Replaces this agency's own keys, signed by the current one. The old ones remain valid for one day. */
    rotate: (keys: JWK[]): Promise<AgencyChange> =>
      call(
        'PUT /v1/agencies/self/jwks',
        { body: { keys } as Body<'PUT /v1/agencies/self/jwks'> },
        { signed: true },
      ),
  };
}
