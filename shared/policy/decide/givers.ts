/** Which giver of a pack is which party. */

import type { Pack } from '../pack/pack.ts';
import type { Giver } from '../pack/parts.ts';

type Party = NonNullable<Giver['is']>;

/** Whether the giver is that party. A word that the pack does not know is none. */
export function isParty({ consent }: Pack, giver: string, party: Party): boolean {
  return Object.hasOwn(consent.givers, giver) && consent.givers[giver]?.is === party;
}

/** The givers that a person's own consent may name as informed, the usual one last. */
export function informedOf({ consent }: Pack): string[] {
  return (consent.evidence.informed?.by ?? []).map(({ giver }) => giver);
}
