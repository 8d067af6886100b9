/** Versions of the policy, for stewards. */

import type { Pending } from '../contract/common.ts';
import type { PolicyChange, PolicyVersion, Published } from '../contract/office.ts';
import type { Json } from '../json.ts';
import type { Why } from './maintenance.ts';
import { bodyOf, call, type Wire } from './wire/call.ts';
import type { Grant } from './wire/tokens.ts';

export type Publication = Published | Pending;

export interface PolicyVersions {
  list(): Promise<PolicyVersion[]>;
  /** From one version to another, by version or hash. */
  diff(from: string, to: string): Promise<{ from: string; to: string; changes: PolicyChange[] }>;
  /** Needs two people and the action `steward`. @param pack a compiled pack, parsed */
  publish(pack: Json, why: Why): Promise<Publication>;
}

const STEWARD: Grant = { actions: ['steward'] };
const PATH = '/v1/policy/versions';

/** @param withAnyToken acts under the first grant that the agency can get. */
export function versionsOf(
  wire: Wire,
  withAnyToken: <Result>(act: (grant: Grant) => Promise<Result>) => Promise<Result>,
): PolicyVersions {
  const get = (path: string) =>
    withAnyToken(async (grant) => {
      const answer = await call(wire, { method: 'GET', path, grant, safety: 'repeatable' });
      return bodyOf(answer) as Record<string, Json>;
    });
  return {
    list: async () => (await get(PATH))['versions'] as unknown as PolicyVersion[],
    diff: async (from, to) => {
      const path = `${PATH}/${encodeURIComponent(from)}/diff/${encodeURIComponent(to)}`;
      return (await get(path)) as unknown as Awaited<ReturnType<PolicyVersions['diff']>>;
    },
    publish: async (pack, why) => {
      const request = {
        method: 'POST',
        path: PATH,
        grant: STEWARD,
        safety: 'once',
      } as const;
      return bodyOf(await call(wire, { ...request, body: { pack, ...why } })) as unknown as Publication;
    },
  };
}
