/** Versions of the policy, for stewards. */

import type { Pending } from '../contract/common.ts';
import type { PolicyPreview, PolicyVersion, Published, WaitingPublication } from '../contract/office.ts';
import type { Json } from '../json.ts';
import type { AskRoute } from './ask.ts';
import type { Second } from './maintenance.ts';

export type Publication = Published | Pending;
export type PolicyVersions = ReturnType<typeof versionsOf>;

const STEWARD = { actions: ['steward'] };

export function versionsOf(call: AskRoute) {
  const all = () => call('GET /v1/policy/versions', {});
  return {
    list: async (): Promise<PolicyVersion[]> => (await all()).versions,
    /** The publication that waits for a second steward. For stewards and auditors. */
    waiting: async (): Promise<WaitingPublication | null> => (await all()).waiting ?? null,
    /** From one version to another, by version or hash. */
    diff: (a: string, b: string) => call('GET /v1/policy/versions/:a/diff/:b', { a, b }),
    /** What a publication would change; nothing is kept of it. @param pack a compiled pack, parsed */
    preview: (pack: Json): Promise<PolicyPreview> =>
      call('POST /v1/policy/versions/preview', { body: { pack } }, STEWARD),
    /** Needs two people and the action `steward`. @param pack a compiled pack, parsed */
    publish: (pack: Json, why: Second): Promise<Publication> =>
      call('POST /v1/policy/versions', { body: { pack, ...why } }, STEWARD),
  };
}
