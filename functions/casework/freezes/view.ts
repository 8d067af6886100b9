/** Freezes as callers see them. */

import type { Freeze as FreezeView } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import type { EntryId, SubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import type { LogFilter } from '../../../shared/log/read/filter.ts';
import { readEntriesById, type StoredEntry } from '../../../shared/log/read/read.ts';
import { namesOf, type SubjectNames } from '../../../shared/log/read/subject-names.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { readActDocument } from '../../../shared/records/casework/acts.ts';
import {
  FREEZE,
  type Freeze,
  type FreezeTarget,
  type PersonFreeze,
  readFreezes,
  readPersonFreezes,
} from '../../../shared/records/casework/casework.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { loggedInAs, officerDigest } from '../../session/actor.ts';
import { mayAct, mayStill, permitted, possibleActs, requireAct } from '../../session/acts.ts';
import { decoyId } from '../../steps/holding.ts';
import { stillWaiting, type WaitingRequest } from '../../steps/two-people.ts';
import { type Act, isInReach } from '../act.ts';

export type Target = FreezeTarget | { kind: 'subject'; subject: SubjectId };

/** The history of one freeze. While it is in force, a copy is stored at the place that releases read. */
export interface FreezeDocument extends Omit<Freeze, 'target'> {
  target: Target;
  /** Digest of the officer who froze, and the receipt, for a repeat. */
  person?: string;
  receipt?: Receipt;
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
  const { deps, session, now } = act;
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
      const area = outline !== null && isInReach(act, outline);
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
  const { deps, session, now } = act;
  const document = await readActDocument<FreezeDocument>(deps.tables.casework, FREEZE, id);
  const person = document?.target.kind === 'subject' ? document.target.subject : decoyId();
  // Read for every id, so that the calls do not depend on it.
  const outline = await readOutline(deps.tables.keys, person);
  if (!document) throw new Problem('NOT_FOUND');
  const { target } = document;
  const area = outline !== null && isInReach(act, outline);
  requireAct(session, { of: target.kind, area });
  const stops: Stops =
    target.kind === 'subject' ? { kind: 'subject', names: namesOf(outline as Outline) } : target;
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

/** Whether it stopped anything, and about how much. The log has the exact number, for those who may read it. */
const STEPS = [100, 10, 1] as const;
/** Most entries of one kind that are read. */
const MOST = 5000;

/** What a freeze is about; of a person the names in the log. */
type Stops = FreezeTarget | { kind: 'subject'; names: SubjectNames };

/**
 * @param from, to: epoch milliseconds
 * @returns the largest of 0, 1, 10 and 100 that is not more than the answers that it refused. A freeze of a class also
 * counts the answers that left the class out
 */
async function stoppedBy(
  { deps, pack }: Act,
  target: Stops,
  { from, to }: { from: number; to: number },
): Promise<0 | 1 | 10 | 100> {
  let count = 0;
  for (const filter of filtersOf(target)) {
    let read = 0;
    for await (const stored of walkEntries(deps.store, { from, to }, filter, { limit: STEPS[0] })) {
      if (isStopped(pack, target, stored)) count++;
      if (count === STEPS[0] || ++read === MOST) break;
    }
  }
  return STEPS.find((step) => count >= step) ?? 0;
}

function filtersOf(target: Stops): LogFilter[] {
  const refused = { kind: 'denial' };
  if (target.kind === 'subject') return [{ ...refused, subject: target.names }];
  if (target.kind === 'purpose') return [{ ...refused, purpose: target.purpose }];
  return target.kind === 'class' ? [refused, { kind: 'decision' }] : [{ ...refused, agency: target.agency }];
}

const CODES = {
  agency: 'AGENCY_FROZEN',
  officer: 'OFFICER_FROZEN',
  purpose: 'PURPOSE_FROZEN',
} as const;

function isStopped(pack: Pack, target: Stops, { entry, words }: StoredEntry): boolean {
  if (target.kind === 'subject') return words?.['finding'] === 'FROZEN';
  if (target.kind === 'class') return entry !== null && leftOut(pack, target.class, entry);
  if (entry?.code !== CODES[target.kind]) return false;
  if (target.kind !== 'officer') return true;
  return officerDigest(target.agency, String(words?.['officer'] ?? '')) === target.person;
}

/** Whether the answer lacks a field because its class was frozen, or was refused because the decision reads the class. */
function leftOut(pack: Pack, frozen: string, entry: Entry): boolean {
  const { kind, code, purpose, programme, withheld = {} } = entry;
  const isOf = (field: string) => pack.fields.get(field)?.class === frozen;
  const of = pack.purposes.get(purpose ?? '');
  if (kind === 'decision')
    return Object.entries(withheld).some(
      ([field, rule]) =>
        rule === pack.grounds.frozen && (of?.cells.get(field)?.sources ?? [field]).some(isOf),
    );
  if (code !== 'CLASS_FROZEN') return false;
  const read = pack.programmes.get(programme ?? '')?.classes;
  // A release is refused as a whole if its decision reads the class, and so its purpose can open it.
  return read?.includes(frozen) ?? pack.classes.get(frozen)?.openedBy.includes(purpose ?? '') === true;
}
