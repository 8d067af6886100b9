/** Tickets of a desk: a text under a MAC for one use, person, inquirer and desk. Nothing is stored. */

import { timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../../shared/bytes.ts';
import type { SubjectName } from '../../../shared/contract/routes/asks.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import type { Session } from '../../session/session.ts';
import type { ReleaseDeps } from '../deps.ts';

/** Milliseconds for which a ticket is good: the person is still at the desk. */
export const LIFETIME = 30 * 60_000;

export interface TicketFor {
  session: Session;
  inquirer: string;
  subject: SubjectName;
}

interface Tickets {
  /** `officer`: the digest of the clerk's name, by which a freeze knows the clerk. */
  'second clerk': { person: string; officer: string; expires: number };
  /** `of`: the inquiry of the first part; `to`: the end of the answer in the log, epoch milliseconds; `log`: the reader's position. */
  'inquiry part': { of: string; part: number; to: number; log: string; expires: number };
}

/** Characters of a MAC of 32 bytes. */
const MAC = 43;

export async function makeTicket<Use extends keyof Tickets>(
  deps: ReleaseDeps,
  use: Use,
  about: TicketFor,
  said: Tickets[Use],
): Promise<string> {
  const text = toBase64url(Buffer.from(JSON.stringify(said)));
  return toBase64url(await macOf(deps, use, about, text)) + text;
}

/** @returns `null` for one of another use, person, inquirer or desk, and for one that has ended */
export async function readTicket<Use extends keyof Tickets>(
  deps: ReleaseDeps,
  use: Use,
  about: TicketFor,
  ticket: string,
): Promise<Tickets[Use] | null> {
  const [mac, text] = [fromBase64url(ticket.slice(0, MAC)), ticket.slice(MAC)];
  const right = await macOf(deps, use, about, text);
  if (mac?.length !== right.length || !timingSafeEqual(mac, right)) return null;
  const said = JSON.parse(Buffer.from(text, 'base64url').toString()) as Tickets[Use];
  return said.expires > deps.now() ? said : null;
}

/** Over the person as the desk named it: whether a record exists makes no difference. */
function macOf(
  { kms, env }: ReleaseDeps,
  use: keyof Tickets,
  { session, inquirer, subject: { ref = '', match = {} } }: TicketFor,
  text: string,
): Promise<Buffer> {
  const [key = ''] = keyVersions(env.referenceKey);
  const named = JSON.stringify([ref, Object.entries(match).sort()]);
  return generateMac(
    kms,
    key,
    encodeParts(`fieldgate ${use} v1`, session.caller.clientId, named, inquirer, text),
  );
}
