/** The inboxes that ask again for a consent: of its recipient, of the department, and before a birthday of the desk that saw its giver. */

import type { Consent } from '../../../shared/contract/casework.ts';
import { asClientId, type ClientId } from '../../../shared/ids.ts';
import { speaksFor } from '../../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { inboxOfAgency, inboxOfDepartment } from '../../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { registered } from '../../session/agency.ts';
import { touchesCounty } from '../../steps/reach.ts';
import type { MaintenanceDeps } from '../deps.ts';

export interface Asked {
  inbox: string;
  /** The recipient gets no reason. */
  cause: boolean;
}

export type Parties = Pick<Consent, 'recipient' | 'filedBy' | 'confirmed'>;

/**
 * A birthday is all that the desk is asked about, because every desk expects it. No other end reaches an office outside the
 * department, and nothing reaches one of another county.
 * @param age of the birthday; `null` if the consent has ended
 */
export async function askedFor(
  deps: MaintenanceDeps,
  pack: Pack,
  { county }: KeyItem,
  consent: Parties,
  age: number | null,
): Promise<Asked[]> {
  const { department, desk, recipient } = addressees(pack, consent);
  const asked = [
    { inbox: inboxOfAgency(recipient), cause: false },
    ...department.map((one) => ({ inbox: inboxOfDepartment(one, county ?? ''), cause: true })),
  ];
  if (age === null || desk === recipient) return asked;
  const office = await registered(deps, desk);
  const near = office && touchesCounty(office.areas, county ?? '');
  if (!near || department.some((one) => speaksFor(pack, office, one))) return asked;
  return [...asked, { inbox: inboxOfAgency(desk), cause: true }];
}

/** Every inbox in which something may ask for the consent. */
export function mayBeAsked(pack: Pack, { county }: KeyItem, consent: Parties): string[] {
  const { department, desk, recipient } = addressees(pack, consent);
  const inboxes = [
    ...[recipient, desk].map(inboxOfAgency),
    ...department.map((one) => inboxOfDepartment(one, county ?? '')),
  ];
  return [...new Set(inboxes)];
}

function addressees(
  { casework }: Pack,
  { recipient, filedBy, confirmed }: Parties,
): { recipient: ClientId; desk: ClientId; department: string[] } {
  return {
    recipient: asClientId(recipient),
    desk: asClientId(confirmed?.by ?? filedBy),
    department: casework?.consents.asks.slice(0, 1) ?? [],
  };
}
