/** Freezes as callers see them. */

import type { Freeze as FreezeView } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { EntryId, SubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { readEntriesById } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { readActDocument } from '../../../shared/records/casework/acts.ts';
import {
  FREEZE,
  type FreezeTarget,
  type PersonFreeze,
  readFreezes,
  readPersonFreezes,
} from '../../../shared/records/casework/casework.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { loggedInAs } from '../../session/actor.ts';
import { mayAct, mayStill, permitted, possibleActs, requireAct } from '../../session/acts.ts';
import { decoyId } from '../../steps/holding.ts';
import { stillWaiting, type WaitingRequest } from '../../steps/two-people.ts';
import { type Act, isInReach } from '../act.ts';
import { type Stops, stoppedBy } from './stopped.ts';

export type Target = FreezeTarget | { kind: 'subject'; subject: SubjectId };

/** The history of one freeze. While it is in force, a copy is stored at the place that releases read. */
export interface FreezeDocument {
  id: string;
  target: Target;
  at: string;
  by: string;
  entry: EntryId;
  state: 'in-force' | 'lifted';
  /** When the freeze of a subject ends by itself (RFC 3339). */
  until?: string;
  /** The first request to lift it. */
  lifting?: WaitingRequest;
  /** The approval by the second person. */
  lifted?: { person: string; at: string; entry: EntryId; receipt?: Receipt };
}

/** The freezes in force that the caller may see: those of people by its own reference, in its area or set by itself. */
export async function listFreezes(act: Act): Promise<FreezeView[]> {
  const { deps, pack, session, now } = act;
  const wide = permitted(session, (await readFreezes(deps.tables.casework)).freezes, ({ target }) => ({
    of: target.kind,
  }));
  const people: PersonFreeze[] = [];
  const mine = (one: PersonFreeze) => one.by === session.caller.clientId;
  const others = mayStill(session, { of: 'subject', setter: false });
  if (mayStill(session, { of: 'subject' })) {
    for (const one of await readPersonFreezes(deps.tables.casework, now)) {
      if (!others && !mine(one)) continue;
      const outline = await readOutline(deps.tables.keys, one.target.subject);
      const area = outline !== null && isInReach(pack, session.caller, outline);
      if (area && mayAct(session, { of: 'subject', area, setter: mine(one) })) people.push(one);
    }
  }
  const views = await Promise.all(
    [...wide, ...people].map(async (one) => {
      const document = await readActDocument<FreezeDocument>(deps.tables.casework, FREEZE, one.id);
      return viewOf(act, { ...one, state: 'in-force', ...defined({ lifting: document?.lifting }) });
    }),
  );
  return withWords(act, views);
}

/**
 * One freeze, of any state, with how much it stopped.
 * @throws Problem NOT_FOUND, also for a caller who may not see it
 */
export async function viewFreeze(act: Act, id: string): Promise<FreezeView> {
  const { deps, pack, session, now } = act;
  const document = await readActDocument<FreezeDocument>(deps.tables.casework, FREEZE, id);
  const person = document?.target.kind === 'subject' ? document.target.subject : decoyId();
  // Read for every id, so that the calls do not depend on it.
  const outline = await readOutline(deps.tables.keys, person);
  if (!document) throw new Problem('NOT_FOUND');
  const { target } = document;
  const area = outline !== null && isInReach(pack, session.caller, outline);
  requireAct(session, { of: target.kind, area });
  const stops: Stops =
    target.kind === 'subject'
      ? { kind: 'subject', names: { id: target.subject, logId: (outline as Outline).logId } }
      : target;
  const ends = [document.lifted?.at, document.until].map((at) => (at === undefined ? now : Date.parse(at)));
  const span = { from: Date.parse(document.at), to: Math.min(now, ...ends) + CLOCKS };
  const view = { ...(await viewOf(act, document)), stopped: await stoppedBy(act, stops, span) };
  const [shown = view] = await withWords(act, [view]);
  return shown;
}

/**
 * The words stand in the entries of the freezes alone: who froze and why, and the name of a frozen officer, of which a
 * digest is stored here. Only the office that froze and those who may read what a freeze stopped see them.
 */
async function withWords({ deps, session }: Act, views: readonly FreezeView[]): Promise<FreezeView[]> {
  const reads = possibleActs(session).includes('freeze.read');
  const sees = ({ by }: FreezeView) => reads || by === session.caller.clientId;
  const ids = views.filter(sees).map(({ entry }) => entry);
  const words = new Map((await readEntriesById(deps.store, ids)).map((one) => [one.id as string, one.words]));
  return views.map((view) => {
    const { officer = '', reason, finding = '' } = words.get(view.entry) ?? {};
    if (reason === undefined) return view;
    const [, , ...name] = finding.split(' ');
    const target = { ...view.target, ...(view.target.kind === 'officer' && { officer: name.join(' ') }) };
    return { ...view, target, said: { officer, reason } };
  });
}

/** Milliseconds by which the clocks of log writers may be ahead. */
const CLOCKS = 60_000;

export async function viewOf(
  { deps, session, now }: Act,
  { id, target, state, at, by, entry, until, lifting }: Omit<FreezeDocument, 'lifted'>,
): Promise<FreezeView> {
  const first = state === 'in-force' ? stillWaiting(lifting, now) : null;
  const waits = first && {
    by: first.clientId,
    entry: first.entry,
    until: first.expires,
    own: first.person === loggedInAs(session),
  };
  const rest = { state, at, by, entry, ...(waits && { lifting: waits }) };
  if (target.kind !== 'subject') {
    const { person: _, ...shown } = { person: '', ...target };
    return { id, target: shown, ...rest };
  }
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const shown = { kind: 'subject', ref: references.toRef(target.subject) } as const;
  return { id, target: shown, ...rest, ...defined({ until }) };
}
