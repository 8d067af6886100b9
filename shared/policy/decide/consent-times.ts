/** How long a consent holds, and how long a refusal is respected. */

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
 * The end of the time in which a giver who refused must not be asked again for this purpose and recipient.
 * @returns epoch milliseconds, or `null` if there is no refusal or the time is over
 */
export function leftInPeaceUntil(
  pack: Pack,
  consents: readonly ConsentArtefact[],
  asked: Pick<ConsentArtefact, 'purpose' | 'recipient' | 'giver'>,
  now: number,
): number | null {
  const days = pack.consent.evidence.askAgainDays ?? 0;
  const ends = consents
    .filter(
      ({ act, purpose, recipient, giver }) =>
        act === 'refused' &&
        purpose === asked.purpose &&
        recipient === asked.recipient &&
        giver === asked.giver,
    )
    .map(({ at }) => Date.parse(at) + days * DAY);
  const last = Math.max(...ends);
  return last > now ? last : null;
}
