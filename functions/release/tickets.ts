/** Tickets: a text under a MAC for one use, office and matter. Nothing is stored. */

import { timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../shared/bytes.ts';
import type { SubjectName } from '../../shared/contract/routes/asks.ts';
import { encodeParts } from '../../shared/encoding.ts';
import type { EntryId } from '../../shared/ids.ts';
import { generateMac, keyVersions } from '../../shared/keys/kms.ts';
import type { Session } from '../session/session.ts';
import type { ReleaseDeps } from './deps.ts';

/** Milliseconds for which a ticket is good: the person is still at the desk. */
export const LIFETIME = 30 * 60_000;

/** What a ticket is bound to. */
export interface TicketFor {
  session: Session;
  subjects: readonly SubjectName[];
  /** What else: the inquirer, purpose and first officer, or the report. */
  of: readonly string[];
}

/** The word of a second person. `officer`: the digest of the name, by which a freeze knows the person; `entry`: of the word. */
export interface Word {
  person: string;
  officer: string;
  entry: EntryId;
  expires: number;
}

interface Tickets {
  'second clerk': Word;
  'second officer': Word;
  'harm reporter': Word;
  /**
   * `of`: the inquiry of the first part, `second`: whether a second clerk stood there; `to`: the end of the answer in the log, epoch
   * milliseconds; `log`: the reader's position.
   */
  'inquiry part': { of: string; part: number; second: boolean; to: number; log: string; expires: number };
}

export type SecondUse = 'second clerk' | 'second officer';

/** Characters of a MAC of 32 bytes. */
const MAC = 43;
/** Bytes to whose multiple a ticket is filled up: its length tells nothing of the lengths in it, such as that of an entry's id. */
const FILLED = 48;

export async function makeTicket<Use extends keyof Tickets>(
  deps: ReleaseDeps,
  use: Use,
  about: TicketFor,
  said: Tickets[Use],
): Promise<string> {
  const json = JSON.stringify(said);
  const text = toBase64url(Buffer.from(json.padEnd(Math.ceil(json.length / FILLED) * FILLED)));
  return toBase64url(await macOf(deps, use, about, text)) + text;
}

/** @returns `null` for one of another use, office or matter, for one that has ended, and for any other text */
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

/** Over the people as the office named them: whether a record exists makes no difference. */
function macOf(
  { kms, env }: ReleaseDeps,
  use: keyof Tickets,
  { session, subjects, of }: TicketFor,
  text: string,
): Promise<Buffer> {
  const [key = ''] = keyVersions(env.referenceKey);
  const names = subjects.map(({ ref = '', match = {} }) =>
    JSON.stringify([ref, Object.entries(match).sort()]),
  );
  const named = JSON.stringify(names.sort());
  return generateMac(
    kms,
    key,
    encodeParts(`fieldgate ${use} v1`, session.caller.clientId, named, JSON.stringify(of), text),
  );
}
