/** How long a consent holds, and for how long a person who refused often is left alone. */

import { endOf } from '../pack/calendar.ts';
import type { Pack } from '../pack/pack.ts';
import type { ConsentArtefact } from '../types.ts';
import { addMonths } from '../value/age.ts';

const DAY = 86_400_000;

/**
 * The maximum end of a consent, from its begin: the policy's longest time, or that of its purpose.
 * @returns epoch milliseconds; `from` likewise
 */
export function longestUntil(pack: Pack, purpose: string, from: number): number {
  const longest = addMonths(from, pack.consent.evidence.maxMonths);
  const lasts = pack.purposes.get(purpose)?.consentLasts;
  return lasts ? Math.min(longest, endOf(pack.calendar, lasts, from)) : longest;
}

/** Whether a consent holds at this time. */
export function isInTime(pack: Pack, item: ConsentArtefact, now: number): boolean {
  const [from, until] = [Date.parse(item.from), Date.parse(item.until)];
  return from <= now && now < until && now < longestUntil(pack, item.purpose, from);
}

/**
 * The end of the time in which a person who refused often must not be asked again for this purpose and recipient. What the
 * person took back does not count.
 * @param own what this person said
 * @returns epoch milliseconds, or `null` if the person may be asked
 */
export function leftInPeaceUntil(
  pack: Pack,
  own: readonly ConsentArtefact[],
  asked: Pick<ConsentArtefact, 'purpose' | 'recipient'>,
  now: number,
): number | null {
  const { times, days } = pack.consent.evidence.askAgain ?? { times: Infinity, days: 0 };
  const ends = own
    .filter(
      (one) => one.act === 'refused' && one.purpose === asked.purpose && one.recipient === asked.recipient,
    )
    .map(({ at }) => Date.parse(at) + days * DAY)
    .filter((end) => end > now)
    .sort((a, b) => b - a);
  return ends[times - 1] ?? null;
}

/** The ways to say no to what was not given. */
export const REFUSALS: ReadonlySet<string> = new Set(['refused', 'objects']);

/** No giver ends a consent, so an end is no later word than a refusal that came before it. */
export const saidAt = ({ act, at, history }: ConsentArtefact) =>
  Date.parse((act === 'ended' && history?.[0]?.at) || at);
