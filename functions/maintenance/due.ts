/** Does what two people approved and no department stopped, once its time is over. */

import { dueActs, type PendingAct } from '../../shared/records/gateway/pending-acts.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { Work } from '../http/scheduled.ts';
import { currentPack } from '../session/policy.ts';
import { findAct } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { ending } from './end-help.ts';
import { erasing } from './erase.ts';
import { merging, proceedMerge } from './merge-request.ts';
import { moving } from './move-request.ts';
import { proceed } from './waiting.ts';

/** Does every act that is due. A failed one is told, tried at the next run, and stops no other one. */
export async function doDue(deps: MaintenanceDeps): Promise<void> {
  const work = new Work('due acts');
  for (const act of await dueActs(deps.tables.jobs, deps.now()))
    await work.step(async () => {
      const known = await findAct(deps, act);
      if (known?.approved) await finish(deps, known, known.approved.subject);
    });
}

async function finish(
  deps: MaintenanceDeps,
  known: PendingAct,
  subject: NonNullable<PendingAct['approved']>['subject'],
): Promise<void> {
  const { acts } = await currentPack(deps);
  const found = await readState(deps.tables.keys, subject);
  // Erased or merged meanwhile.
  if (found.state !== 'live' || found.item.subject !== subject) return;
  if (known.about?.kind === 'end') {
    await proceed(ending(deps, found.item, known), known);
    return;
  }
  if (known.about?.kind === 'move') {
    await proceed(moving(deps, found.item, known), known);
    return;
  }
  if (known.into === null) {
    await proceed(erasing(deps, found.item, acts.get('subject.erase')?.waits), known);
    return;
  }
  const into = await readState(deps.tables.keys, known.into);
  if (into.state !== 'live') return;
  await proceedMerge(merging(deps, found.item, into.item, acts.get('subject.merge')?.waits), known);
}
