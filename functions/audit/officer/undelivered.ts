/** The messages that reached no person. They say kinds, offices and counts, so reading them is no reading of the log. */

import { defined } from '../../../shared/defined.ts';
import {
  type Delivery,
  readDeliveries,
  readUndelivered,
  sendAgain,
} from '../../../shared/records/gateway/to-tell.ts';
import type { Auditing } from '../deps.ts';

const instant = (at: number) => new Date(at).toISOString();

/** Those that are tried again, which say when, and those that have been given up. */
export async function undelivered({ watchTable }: Auditing) {
  const [tried, givenUp] = await Promise.all([readDeliveries(watchTable), readUndelivered(watchTable)]);
  const view = ({ id: message, channel, of, office, count, since, tries, fault = '' }: Delivery) =>
    defined({ message, channel, of, office, count, since: instant(since), tries, fault });
  return [
    ...givenUp.map(({ document }) => view(document)),
    ...tried
      .filter(({ document }) => document.fault !== undefined)
      .map(({ document }) => ({ ...view(document), next: instant(document.next) })),
  ];
}

/** Lets the next pass deliver what was given up, of one channel or of all. @returns how many messages */
export async function deliverAgain(
  { watchTable, now }: Auditing,
  channel: string | undefined,
): Promise<number> {
  const lost = await readUndelivered(watchTable);
  const own = lost.filter(({ document }) => channel === undefined || document.channel === channel);
  for (const { document } of own) await sendAgain(watchTable, document, now());
  return own.length;
}
