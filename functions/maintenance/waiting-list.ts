/** The acts on people that wait for a second person or for their time, for those who may stop them. */

import type { WaitingAct } from '../../shared/contract/office.ts';
import { defined } from '../../shared/defined.ts';
import { type References, referencesOf } from '../../shared/keys/references.ts';
import { readEntriesById } from '../../shared/log/read/read.ts';
import type { Matter } from '../../shared/policy/decide/permits.ts';
import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import { type ListedAct, waitingActs } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { readLive } from '../../shared/records/subject/key-states.ts';
import { loggedInAs } from '../session/actor.ts';
import { handOf, isSecond, permitted } from '../session/acts.ts';
import { pack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { decoyId } from '../steps/holding.ts';
import { logStore } from '../steps/log.ts';
import { placesFor, reaches } from '../steps/reach.ts';
import type { MaintenanceDeps } from './deps.ts';
import { orderIn } from './erase.ts';
import { areOnePerson } from './merge-request.ts';
import { takesOver } from './move-request.ts';

/** An act with the records that it changes. */
interface Listed {
  known: ListedAct;
  items: readonly KeyItem[];
}

/** @returns the acts about records of its areas of which a department holds a part for which the caller speaks, by its own references */
export async function listWaiting(deps: MaintenanceDeps, session: Session): Promise<WaitingAct[]> {
  const { keys, jobs } = deps.tables;
  const namesOf = ({ kind, subject, into }: ListedAct) =>
    kind === 'merge' && into !== null ? [subject, into] : [subject];
  const waiting = await waitingActs(jobs, deps.now());
  // A name of no record makes it one read also if nothing waits: an office that may see no act must not count those of others.
  const live = await readLive(keys, [decoyId(), ...waiting.flatMap(namesOf)]);
  const acts = waiting.map(
    (known): Listed => ({ known, items: namesOf(known).flatMap((name) => live.get(name) ?? []) }),
  );
  const places = await placesFor(deps, pack, session.caller);
  const spoken = spokenFor(pack, session.caller);
  const matters = acts.flatMap(({ known, items }) =>
    items.map((item) => ({ known, item, matter: matterOf(known, item) })),
  );
  function matterOf(known: ListedAct, item: KeyItem): Matter {
    const holder = spoken.some((department) => item.heads.has(department));
    return { area: reaches(session.caller, item, places), holder, addressee: takesOver(session, known) };
  }
  const allowed = permitted(session, matters, ({ matter }) => matter);
  const shown = acts.flatMap(({ known, items }) => {
    const own = allowed.find((one) => one.known === known);
    const of = matters.filter((one) => one.known === known).map(({ matter }) => matter);
    return own ? [{ known, items, matters: of, stops: own.item.subject }] : [];
  });
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const views = shown.map((one) => viewOf(session, references, one));
  // The act itself keeps no name: officer and reason are words of the request's entry.
  const told = views.filter(({ own, second }) => own || second);
  const entries = await readEntriesById(
    logStore(deps),
    told.map(({ entry }) => entry),
  );
  const words = new Map<string, WaitingAct['asked']>(
    entries.map(({ id, words: { officer, reason, finding } }) => [
      id,
      defined({ officer, reason, instrument: orderIn(finding) }),
    ]),
  );
  return views.map((one) =>
    told.includes(one) ? { ...one, ...defined({ asked: words.get(one.entry) }) } : one,
  );
}

interface Shown extends Listed {
  matters: readonly Matter[];
  /** A record that lets the caller stop the act. */
  stops: KeyItem['subject'];
}

function viewOf(
  session: Session,
  references: References,
  { known, items, matters, stops }: Shown,
): WaitingAct {
  const { kind, subject, into, way, clientId, requester, departments, entry, approved, expires, ordered } =
    known;
  const person = loggedInAs(session) ?? '';
  const [double, survivor] = items;
  // The second word of an office that proves nothing is refused.
  const proves =
    kind !== 'merge' ||
    (double !== undefined &&
      survivor !== undefined &&
      areOnePerson([double, survivor], [known, handOf(session, person)]));
  return {
    act: kind,
    ref: references.toRef(subject),
    ...defined({ into: into === null || kind !== 'merge' ? undefined : references.toRef(into) }),
    ...defined({ area: way?.to }),
    by: clientId,
    entry,
    ...(ordered && { ordered }),
    state: approved ? 'waiting' : 'pending',
    until: new Date((approved?.due ?? expires) * 1000).toISOString(),
    own: requester === person,
    second:
      approved === null &&
      proves &&
      (way === undefined || matters.some(({ addressee }) => addressee)) &&
      isSecond(session, `subject.${kind}`, {
        first: { person: requester, clientId, departments },
        second: person,
        matters,
      }),
    ...(kind !== 'part' && kind !== 'end' && { stop: references.toRef(stops) }),
  };
}
