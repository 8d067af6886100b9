/** The people whom a leak check found. Only its ticket leads to them, and only with the key of found texts. */

import type { SubjectId } from '../../shared/ids.ts';
import { leakTokensOf, memberOf, subjectUnder } from '../../shared/keys/leak-tokens.ts';
import { readTicket, writeTicket } from '../../shared/records/casework/leak-tickets.ts';
import type { Deps } from '../deps.ts';

type TicketDeps = Pick<Deps<'leakKey' | 'claimsTable'>, 'kms' | 'env' | 'tables'>;

export interface Ticket {
  collection: string;
  /** Id of the entry of the check. */
  ticket: string;
}

/** Seconds for which an incident may be opened by the ticket. */
const LASTS = 30 * 86_400;

/** May be repeated. @param now epoch milliseconds */
export async function keepTicket(
  { kms, env, tables }: TicketDeps,
  { collection, ticket }: Ticket,
  people: readonly SubjectId[],
  now: number,
): Promise<void> {
  const [token] = await leakTokensOf(kms, env.leakKey).of(collection, 'ticket', ticket);
  const members = people.map((one) => memberOf(token, one));
  await writeTicket(tables.claims, token.name, members, Math.ceil(now / 1000) + LASTS);
}

/** @returns none for an unknown ticket, or after its end */
export async function peopleOf(
  { kms, env, tables }: TicketDeps,
  { collection, ticket }: Ticket,
  now: number,
): Promise<SubjectId[]> {
  const found: SubjectId[] = [];
  for (const token of await leakTokensOf(kms, env.leakKey).of(collection, 'ticket', ticket)) {
    for (const member of await readTicket(tables.claims, token.name, now)) {
      const subject = subjectUnder(token, member);
      if (subject !== null) found.push(subject);
    }
  }
  return found;
}
