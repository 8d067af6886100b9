/** In which tiers of the day's limits a released field counts. */

import type { Pack, VolumeTier } from './pack/pack.ts';
import type { FieldDecision, Form } from './types.ts';

/** A yes or no and a token say less than the value: they count in the mildest tier. */
const MILD: ReadonlySet<Form> = new Set<Form>(['predicate', 'token']);

/** @param fields what is shown of one subject. @returns the tiers that the subject counts in */
export function tiersOf(
  pack: Pack,
  fields: Iterable<readonly [string, Pick<FieldDecision, 'cell'>]>,
): VolumeTier[] {
  const tiers = pack.volume?.tiers ?? [];
  const found = new Set<VolumeTier>();
  for (const [name, { cell }] of fields) {
    const level = pack.fields.get(name)?.level ?? '';
    const tier = MILD.has(cell.form) ? tiers.at(-1) : tiers.find(({ levels }) => levels.includes(level));
    if (tier) found.add(tier);
  }
  return [...found];
}
