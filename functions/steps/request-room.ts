/** Limits how many requests of one agency, and of one of its people, lie open with one department. */

import { Problem } from '../../shared/errors.ts';
import { type Asked, fieldState, isClosed, type RequestRecord } from '../../shared/policy/decide/requests.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import { shareOf } from '../../shared/policy/pack/parts.ts';
import { listRequests, readRequests } from '../../shared/records/casework/requests.ts';
import { inboxOfAgency } from '../../shared/records/casework/tasks.ts';
import type { Deps } from '../deps.ts';
import { isLoggedIn } from '../session/actor.ts';
import { askedDepartments, recordOf } from './approval-requests.ts';

/** Milliseconds after which no owner has time left to answer, even if it asked for material. */
const OLDEST = 60 * 86_400_000;
/** Most of the agency's latest requests that are read, and those read by one call, to which one more is added. */
const [MOST, CHUNK] = [495, 99];

interface Room {
  deps: Pick<Deps<'requestsTable'>, 'tables'>;
  /** The id of the request to be. It is read too, so that the calls for an agency's first request are the same. */
  id: string;
  pack: Pack;
  now: number;
}

/**
 * Counts what the agency itself sent, by the owners that it sees. The inbox that a request lies in follows from the
 * county of a person, so a count of that inbox would reveal the county, and whether a record exists.
 * @throws Problem BUDGET_SPENT
 */
export async function requireRoom(
  room: Room,
  asked: Pick<Asked, 'agency' | 'purpose' | 'fields' | 'person'>,
): Promise<void> {
  const { pack, now } = room;
  const { open: most } = pack.approvals ?? {};
  if (most === undefined) return;
  const at = new Date(now).toISOString();
  const counts = new Map(
    [...askedDepartments(pack, asked, true).keys()].map((code) => [code, { all: 0, own: 0 }]),
  );
  const share = shareOf(pack, most);
  for await (const sent of sentLately(room, asked.agency)) {
    const own = whoseIs(sent.asked) === whoseIs(asked);
    for (const code of new Set(waitingOf(sent, at))) {
      const count = counts.get(code);
      if (!count) continue;
      count.all += 1;
      if (own) count.own += 1;
      if (count.all >= most || count.own >= share) throw spent(pack, asked.purpose);
    }
  }
}

/** All whom the agency only names are one, so that a new name gives no new share. */
const whoseIs = ({ person }: Pick<Asked, 'person'>) => (isLoggedIn(person) ? person : '');

/** The owners from whom an answer is due. */
function waitingOf(record: RequestRecord, at: string): string[] {
  if (isClosed(record, at)) return [];
  const fields = Object.entries(record.asked.fields);
  return fields.filter(([field]) => fieldState(record, field, at) === 'waiting').map(([, { of }]) => of);
}

async function* sentLately(
  { deps, id, now }: Room,
  agency: Asked['agency'],
): AsyncGenerator<RequestRecord, void> {
  const oldest = new Date(now - OLDEST).toISOString();
  let before: string | undefined;
  for (let read = 0; read < MOST; read += CHUNK) {
    const inbox = inboxOfAgency(agency);
    const rows = await listRequests(deps.tables.requests, { inbox, before, limit: CHUNK });
    const late = rows.filter(({ key }) => key > oldest);
    const ids = new Set([id, ...late.map((one) => one.id)]);
    for (const found of await readRequests(deps.tables.requests, [...ids])) yield recordOf(found);
    if (late.length < CHUNK) return;
    before = rows.at(-1)?.key;
  }
}

function spent(pack: Pack, purpose: string): Problem {
  const { rule = '' } = pack.purposes.get(purpose) ?? {};
  return new Problem('BUDGET_SPENT', { rule, reason: reasonText(pack, 'REQUESTS_OPEN') });
}
