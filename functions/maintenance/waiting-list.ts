/** The acts on people that wait for a second person or for their time, for those who may stop them. */

import type { WaitingAct } from '../../shared/contract/office.ts';
import { defined } from '../../shared/defined.ts';
import { type References, referencesOf } from '../../shared/keys/references.ts';
import { readEntriesById } from '../../shared/log/read/read.ts';
import type { Matter } from '../../shared/policy/decide/permits.ts';
import { spokenFor } from '../../shared/policy/decide/speaks.ts';
import { type ListedAct, waitingActs } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { loggedInAs } from '../session/actor.ts';
import { isSecond, permitted } from '../session/acts.ts';
import { pack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { logStore } from '../steps/log.ts';
import { touchesCounty } from '../steps/reach.ts';
import type { MaintenanceDeps } from './deps.ts';
import { orderIn } from './erase.ts';

/** An act with the records that it changes. */
interface Listed {
  known: ListedAct;
  items: readonly KeyItem[];
}

/** @returns the acts about records of its areas of which a department holds a part for which the caller speaks, by its own references */
export async function listWaiting(deps: MaintenanceDeps, session: Session): Promise<WaitingAct[]> {
  const { keys, jobs } = deps.tables;
  const live = async (subject: KeyItem['subject'] | null) => {
    const found = subject === null ? null : await readState(keys, subject);
    return found?.state === 'live' ? [found.item] : [];
  };
  const acts = await Promise.all(
    (await waitingActs(jobs, deps.now())).map(async (known): Promise<Listed> => {
      const [double, survivor] = await Promise.all([
        live(known.subject),
        live(known.kind === 'merge' ? known.into : null),
      ]);
      return { known, items: [...double, ...survivor] };
    }),
  );
  const { areas } = session.caller;
  const spoken = spokenFor(pack, session.caller);
  const matterOf = ({ county, heads }: KeyItem): Matter => ({
    area: touchesCounty(areas, county),
    holder: spoken.some((department) => heads.has(department)),
  });
  const all = acts.flatMap(({ items }) => items);
  const allowed = new Set(permitted(session, all, matterOf));
  const shown = acts.flatMap(({ known, items }) => {
    const own = items.find((item) => allowed.has(item));
    return own ? [{ known, matters: items.map(matterOf), stops: own.subject }] : [];
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

interface Shown {
  known: ListedAct;
  matters: readonly Matter[];
  /** A record that lets the caller stop the act. */
  stops: KeyItem['subject'];
}

function viewOf(session: Session, references: References, { known, matters, stops }: Shown): WaitingAct {
  const { kind, subject, into, clientId, requester, departments, entry, approved, expires, ordered } = known;
  const person = loggedInAs(session) ?? '';
  return {
    act: kind,
    ref: references.toRef(subject),
    ...defined({ into: into === null || kind !== 'merge' ? undefined : references.toRef(into) }),
    by: clientId,
    entry,
    ...(ordered && { ordered }),
    state: approved ? 'waiting' : 'pending',
    until: new Date((approved?.due ?? expires) * 1000).toISOString(),
    own: requester === person,
    second:
      approved === null &&
      isSecond(session, `subject.${kind}`, {
        first: { person: requester, clientId, departments },
        second: person,
        matters,
      }),
    ...(kind !== 'part' && { stop: references.toRef(stops) }),
  };
}
