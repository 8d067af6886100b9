/**
 * Ends the help for a person: two people of the office that the row names. The entry of the second word → the mark, from which
 * purposes of help release nothing and terms of retention run → tasks of the holders, with the letter. The next pass ends consents,
 * closes cases and asks recipients to delete. The office takes the help up again by another word, after which that pass opens the
 * cases again; what was deleted meanwhile stays deleted.
 */

import type { Pending } from '../../shared/contract/common.ts';
import type { HelpEnded, HelpResumed, Waiting } from '../../shared/contract/office.ts';
import { Problem } from '../../shared/errors.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import {
  dropCasework,
  type Ended,
  HELP_ENDED,
  HELP_RESUMED,
  putCasework,
  queryCasework,
} from '../../shared/records/casework/casework.ts';
import { MOOT } from '../../shared/records/casework/moot-tasks.ts';
import { forgetAct, type PendingAct, stopAnswer } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { currentPack } from '../session/policy.ts';
import { appendOne } from '../steps/log.ts';
import { type Actor, actName, CLOCK, findAct, personOf, requestOrApproveAct } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { type CallOfTwo, entryAbout, requireSubject, type SubjectCall } from './find-subject.ts';
import { callOff, inform } from './inform.ts';
import { approve, proceed, proceedAs, type Waited } from './waiting.ts';

const ID = 'help';

const said = (actor: Actor, item: KeyItem) =>
  ({ ...entryAbout(actor, item, 'process'), kind: 'request', code: 'HELP' }) as const;

/**
 * @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON; CONFLICT if it has ended already, a legal hold stops it,
 * or the policy knows no such end; or a 503: then repeat
 */
export async function endHelp(call: CallOfTwo): Promise<Pending | Waiting | HelpEnded> {
  const { deps, actor, seen } = call;
  const person = personOf(actor);
  const item = await requireSubject(call);
  const act = actName('end', item.subject);
  const known = await findAct(deps, act);
  const [of, whose] = seen === undefined ? [seen, known?.requester] : [known?.entry, known?.approver];
  if (known?.answer && whose === person && of === seen) return JSON.parse(known.answer) as HelpEnded;
  if (known?.approved)
    return proceedAs(call, known, person, () => proceed(ending(deps, item, known), known, person));
  const { retention } = await currentPack(deps);
  if (!retention?.help) throw new Problem('CONFLICT', { detail: maintenanceTexts.noHelp });
  if (await markOf(deps, item)) throw new Problem('CONFLICT', { detail: maintenanceTexts.helpEnded });
  if (known?.answer) await forgetAct(deps.tables.jobs, act, deps.now());
  const request = { ...said(actor, item), outcome: 'pending' } as const;
  const about = { kind: 'end', subject: item.subject } as const;
  const step = await requestOrApproveAct(call, act, request, { about, seen });
  if ('pending' in step) return step.pending;
  const { entry } = step.approved;
  const approval = { ...said(actor, item), outcome: 'ended', approvals: [entry] } as const;
  const approved = await approve(ending(deps, item, { approved: null }), actor, entry, approval);
  const decided = { ...(known as PendingAct), approved };
  return proceed(ending(deps, item, decided), decided, person);
}

async function markOf({ tables }: MaintenanceDeps, { subject }: KeyItem): Promise<Ended | null> {
  const found = (await queryCasework(tables.casework, subject)).find(({ kind }) => kind === HELP_ENDED);
  return found ? (found.document as Ended) : null;
}

export function ending(
  deps: MaintenanceDeps,
  item: KeyItem,
  { approved }: Pick<PendingAct, 'approved'>,
): Waited<HelpEnded> {
  return {
    deps,
    act: actName('end', item.subject),
    items: [item],
    waits: undefined,
    held: { ...said(CLOCK, item), outcome: 'stopped' },
    async finish(actor) {
      if (!approved?.receipt) throw new Problem('INTERNAL');
      const { entry, receipt } = approved;
      const known = await markOf(deps, item);
      const document = known ?? { at: new Date(deps.now()).toISOString(), entry };
      const { casework } = deps.tables;
      if (!known) await putCasework(casework, item.subject, { kind: HELP_ENDED, id: ID, document });
      const { agency } = actor.handler;
      await inform(deps, 'subject.end', [item], { about: entry, details: { agency } });
      return { endedAt: document.at, receipt };
    },
  };
}

/**
 * The repeat of the person who took the help up has the same answer.
 * @throws Problem REFUSED; CONFLICT if the help goes on
 */
export async function resumeHelp(call: SubjectCall): Promise<HelpResumed> {
  const { deps, actor } = call;
  const { jobs, casework } = deps.tables;
  const by = personOf(actor);
  const item = await requireSubject(call);
  const [act, now] = [actName('end', item.subject), deps.now()];
  const mark = await markOf(deps, item);
  if (!mark) {
    const kept = await stopAnswer(jobs, act, { by, now });
    if (kept === null) throw new Problem('CONFLICT', { detail: maintenanceTexts.helpGoesOn });
    return JSON.parse(kept) as HelpResumed;
  }
  const receipt = await appendOne(deps.log, { ...said(actor, item), outcome: 'restored' });
  const answer: HelpResumed = { resumedAt: new Date(now).toISOString(), receipt };
  await forgetAct(jobs, act, now, { by, answer: JSON.stringify(answer) });
  const { agency } = actor.handler;
  const done = { at: answer.resumedAt, agency, person: by, outcome: MOOT, entry: receipt.entry };
  await callOff(deps, 'subject.end', item, mark.entry, done);
  // Until the next pass has opened the cases again.
  await putCasework(casework, item.subject, { kind: HELP_RESUMED, id: mark.entry, document: mark });
  await dropCasework(casework, item.subject, { kind: HELP_ENDED, id: ID });
  return answer;
}
