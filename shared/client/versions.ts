/** Versions of the policy, for stewards. */

import type { Pending } from '../contract/common.ts';
import type {
  PolicyChange,
  PolicyPreview,
  PolicyVersion,
  Published,
  WaitingPublication,
} from '../contract/office.ts';
import type { Json } from '../json.ts';
import type { Why } from './maintenance.ts';
import { under, type Wire } from './wire/call.ts';
import type { Grant } from './wire/tokens.ts';

export type Publication = Published | Pending;

export interface PolicyVersions {
  list(): Promise<PolicyVersion[]>;
  /** The publication that waits for a second steward. For stewards and auditors. */
  waiting(): Promise<WaitingPublication | null>;
  /** From one version to another, by version or hash. */
  diff(from: string, to: string): Promise<{ from: string; to: string; changes: PolicyChange[] }>;
  /** What a publication would change; nothing is kept of it. @param pack a compiled pack, parsed */
  preview(pack: Json): Promise<PolicyPreview>;
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
  const read = <Result>(path: string) => withAnyToken((grant) => under(wire, grant).get<Result>(path));
  return {
    list: async () => (await read<{ versions: PolicyVersion[] }>(PATH)).versions,
    waiting: async () => (await read<{ waiting?: WaitingPublication }>(PATH)).waiting ?? null,
    diff: (from, to) => read(`${PATH}/${encodeURIComponent(from)}/diff/${encodeURIComponent(to)}`),
    preview: (pack) => under(wire, STEWARD).post(`${PATH}/preview`, { pack }),
    publish: (pack, why) => under(wire, STEWARD).post(PATH, { pack, ...why }, 'once'),
  };
}
