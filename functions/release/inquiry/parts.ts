/**
 * The parts of an answer whose log is longer than one answer holds. Each part is an inquiry of its own: it is decided,
 * logged and answered like the first. The word that names the next part is good for the person who stands at the desk.
 */
import { invalid } from '../../../shared/errors.ts';
import { releaseTexts } from '../../../shared/messages/release.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { ReleaseDeps } from '../deps.ts';
import { LIFETIME, makeTicket, readTicket, type TicketFor } from '../tickets.ts';
import { AHEAD, type LogStart } from './log-view.ts';

export interface Part {
  /** From 1. */
  part: number;
  log: LogStart;
  /** The inquiry of the first part, the same for each try of a part. Absent: this is the first. */
  of?: string;
  /** Whether a second clerk stood at the desk when the first part was asked for. */
  second: boolean;
}

/** @throws Problem INVALID_REQUEST for a cursor of another person, inquirer or desk, or one that has expired */
export async function partOf(
  deps: ReleaseDeps,
  about: TicketFor,
  cursor: string | undefined,
  ticket: string | undefined,
): Promise<Part> {
  if (cursor === undefined) return { part: 1, log: { to: deps.now() + AHEAD }, second: ticket !== undefined };
  const named = await readTicket(deps, 'inquiry part', about, cursor);
  if (!named) throw invalid('/cursor', releaseTexts.noPart);
  return { part: named.part, log: { to: named.to, cursor: named.log }, of: named.of, second: named.second };
}

/** The cursor of the part that follows. @param inquiry the one that this part is */
export function cursorAfter(
  deps: ReleaseDeps,
  about: TicketFor,
  { part, log: { to }, of, second }: Part,
  { inquiry, next }: { inquiry: string; next: string },
): Promise<string> {
  const said = { of: of ?? inquiry, part: part + 1, second, to, log: next, expires: deps.now() + LIFETIME };
  return makeTicket(deps, 'inquiry part', about, said);
}

/**
 * What a later part holds of the record, and its entry names: who the person is, and what the inquirer may see in part. The
 * rest was in the first part.
 */
export function fieldsOfPart({ casework }: Pack, inquirer: string): ReadonlySet<string> {
  const { identity, own = {}, only = {} } = casework?.inquiries ?? {};
  const compared = Object.entries(identity ?? {}).find(([name]) => name === inquirer)?.[1];
  const paths = compared ? [compared.name, compared.number] : [];
  return new Set([...paths.map((path) => path.split('.')[0] ?? ''), ...Object.keys({ ...own, ...only })]);
}
