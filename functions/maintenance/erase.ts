/** The request for an erasure: two people, a wait in which it may be stopped, and the erasure itself. */

import type { Pending } from '../../shared/contract/common.ts';
import type { Erased, Kept, Waiting } from '../../shared/contract/office.ts';
import type { Wait } from '../../shared/policy/acts/rows.ts';
import { mayHold } from '../../shared/policy/decide/screen.ts';
import { allOwners } from '../../shared/policy/pack/pack.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import type { Tombstone } from '../../shared/records/subject/key-states.ts';
import { requireAct } from '../session/acts.ts';
import { pack } from '../session/policy.ts';
import { decoyId } from '../steps/holding.ts';
import { appendOne } from '../steps/log.ts';
import { actEntry, actName, CLOCK, findAct, keepAnswer, personOf, requestOrApproveAct } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import {
  type CallOfTwo,
  entryAbout,
  findSubject,
  refuseUnknown,
  requireReach,
  requireSubject,
  type SubjectCall,
} from './find-subject.ts';
import { answerOf, clean, eraseKeys } from './tombstone.ts';
import { proceed, proceedAs, stop, stopIfHeld, type Waited, wait } from './waiting.ts';

/** A request for an erasure. */
interface EraseCall extends CallOfTwo {
  /** The number of the order, if it is a binding one. */
  instrument?: string | undefined;
}

/**
 * Two people of two lines approve. Then it waits as the act's row says, unless a binding order demands it: every department that
 * holds something is informed, and may stop it.
 * @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON, CONFLICT, or a 503: then repeat
 */
export async function erase(call: EraseCall): Promise<Pending | Waiting | Erased> {
  const { deps, session, actor, seen } = call;
  const person = personOf(actor);
  const found = await findSubject(call);
  if (found.state === 'unknown') {
    // The same read as for a record, so that the calls do not reveal whether there is one.
    await findAct(deps, actName('erase', decoyId()));
    return refuseUnknown(call);
  }
  if (found.state === 'erased') return repeat(call, person, found.tombstone);
  const act = actName('erase', found.item.subject);
  const known = await findAct(deps, act);
  const { waits, settled } = session.act.pack.acts.get(session.act.name) ?? {};
  const item = await requireReach(call, found.item, known === null ? settled : undefined);
  if (known?.approved)
    return proceedAs(call, known, person, () => proceed(erasing(deps, item, waits), known, person));
  const ordered = isOrder(call, waits);
  const said = { ...entryAbout(actor, item, 'delete'), code: 'ERASE', words: wordsOf(call) } as const;
  const request = { ...said, kind: 'request', outcome: 'pending' } as const;
  const step = await requestOrApproveAct(call, act, request, {
    about: { kind: 'erase', subject: found.item.subject },
    ordered,
    seen,
  });
  if ('pending' in step) return step.pending;
  const first = step.approved;
  if (waits && !ordered && first.ordered !== true) {
    const approval = { ...said, kind: 'request', outcome: 'waiting', approvals: [first.entry] } as const;
    return wait({ ...erasing(deps, item, waits), waits }, actor, first.entry, approval);
  }
  const waited = erasing(deps, item, waits);
  await stopIfHeld(waited);
  // The order may have come with the second word alone.
  const answer = await waited.finish({ ...actor, words: wordsOf(call) }, [first.entry]);
  await keepAnswer(deps, act, actor, answer);
  return answer;
}

export function erasing(deps: MaintenanceDeps, item: KeyItem, waits: Wait | undefined): Waited<Erased> {
  return {
    deps,
    act: actName('erase', item.subject),
    items: [item],
    waits,
    held: { ...entryAbout(CLOCK, item, 'delete'), kind: 'request', code: 'ERASE', outcome: 'stopped' },
    destroys: true,
    async finish(actor, approvals) {
      const { tombstone, receipt } = await eraseKeys(deps, actor, item, { approvals });
      await clean(deps, tombstone);
      return answerOf(tombstone, receipt);
    },
  };
}

/**
 * Stops the erasure of a subject that waits for its second person or for its time.
 * @throws Problem REFUSED; CONFLICT if none waits
 */
export async function keep(call: SubjectCall): Promise<Kept> {
  const { actor } = call;
  personOf(actor);
  const item = await requireSubject(call);
  const entry = {
    ...entryAbout(actor, item, 'delete'),
    kind: 'request',
    code: 'ERASE',
    outcome: 'stopped',
  } as const;
  return stop(call, [actName('erase', item.subject)], entry);
}

const ORDER = 'instrument ';

/** The number of an order stands in the log where auditors see it. */
function wordsOf({ actor, instrument }: EraseCall) {
  return { ...actor.words, ...(instrument !== undefined && { finding: ORDER + instrument }) };
}

/** The number of the order in the finding of a request's entry. */
export function orderIn(finding: string | undefined): string | undefined {
  return finding?.startsWith(ORDER) ? finding.slice(ORDER.length) : undefined;
}

function isOrder({ session, instrument }: EraseCall, waits: Wait | undefined): boolean {
  const { pack: current } = session.act;
  return (
    instrument !== undefined && (waits?.except ?? []).some((role) => mayHold(current, session.caller, role))
  );
}

/** The subject is erased already. Only the second person of the erasure may learn that, and complete it. */
async function repeat(call: EraseCall, person: string, tombstone: Tombstone): Promise<Erased> {
  const { deps, actor } = call;
  const name = actName('erase', tombstone.subject);
  const act = await findAct(deps, name);
  const isSecond = act !== null && act.requester !== person && (act.approver ?? person) === person;
  if (!isSecond || act.entry !== call.seen) return refuseUnknown(call);
  // The relation of the person was proven with the approval. No record is left to prove it again.
  requireAct(call.session, { area: true, holder: true });
  await clean(deps, tombstone);
  if (act.answer !== null) return JSON.parse(act.answer);
  const entry = { operation: 'delete', owners: allOwners(pack), collection: pack.collection } as const;
  const receipt = await appendOne(deps.log, {
    ...actEntry(actor),
    ...entry,
    kind: 'erasure',
    approvals: [act.entry],
    outcome: 'resumed',
  });
  const answer = answerOf(tombstone, receipt);
  await keepAnswer(deps, name, actor, answer);
  return answer;
}
