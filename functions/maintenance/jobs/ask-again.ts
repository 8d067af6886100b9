/**
 * People are asked again: a consent has ended for good because its giver does not decide for the person any more, or it ends
 * with a birthday of this month or the next. Releases do not wait for this pass; it makes the end visible, opens a task
 * for the desk and for the recipient that says no reason, revokes the proofs that rested on it, and lets another line review the
 * write that ended it.
 */

import { asClientId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import { isInTime } from '../../../shared/policy/decide/consent-times.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import { monthOf, startOf } from '../../../shared/policy/pack/calendar.ts';
import { ownersOf, type Pack } from '../../../shared/policy/pack/pack.ts';
import type { ConsentArtefact } from '../../../shared/policy/types.ts';
import { anniversary, birthOf } from '../../../shared/policy/value/age.ts';
import { type CaseworkItem, putCasework } from '../../../shared/records/casework/casework.ts';
import { revokeProofs } from '../../../shared/records/casework/statuses.ts';
import { inboxOfAgency, inboxOfDepartment, openTask } from '../../../shared/records/casework/tasks.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { appendOne } from '../../steps/log.ts';
import type { Holding } from '../../steps/open-sheets.ts';
import { restsFor } from '../../steps/rests.ts';
import { entryAbout } from '../find-subject.ts';
import type { JobRun } from '../job-run.ts';
import { reviewEnded } from './review-ended.ts';

interface Given extends ConsentArtefact {
  entry: string;
  history: readonly object[];
}

/** Consents that count today. */
export function givenIn(pack: Pack, casework: readonly CaseworkItem[], now: number): Given[] {
  return casework
    .filter(({ kind }) => kind === 'consent')
    .map(({ document }) => document as Given)
    .filter((one) => one.act === 'given' && isInTime(pack, one, now));
}

/** The facts that say whether they rest on the record. None are opened for a person without consents. */
export function factsOfConsents({ consent }: Pack, given: readonly Given[]): string[] {
  const { responsible } = consent.evidence;
  return responsible && given.length > 0 ? [responsible.field, ...responsible.endedBy] : [];
}

/** May be repeated. @param values the facts as opened, by owner */
export async function askAgain(
  run: JobRun,
  pack: Pack,
  { item, sheets, casework }: Holding & { casework: readonly CaseworkItem[] },
  given: readonly Given[],
  values: ReadonlyMap<string, readonly { owner: string; value: Json }[]>,
): Promise<void> {
  const { deps, actor } = run;
  const [kind] = [...pack.tasks].find(([, { ends }]) => ends === 'consent') ?? [];
  if (kind === undefined || given.length === 0) return;
  const now = deps.now();
  const person = { item, sheets, casework, values };
  const { subject } = item;
  const rests = (await restsFor(deps, pack, [...values.keys()], [{ subject, casework }]))(person, now);
  const births = values.get(pack.consent.evidence.birth?.field ?? '') ?? [];
  for (const consent of given) {
    const ended = isParty(pack, consent.giver, 'responsible') && rests?.has(consent.id) === false;
    const age = ended ? null : decisiveAge(pack, births, consent, now);
    if (!ended && age === null) continue;
    if (ended) {
      const receipt = await appendOne(deps.log, {
        ...entryAbout(actor, item, 'process', ownersOf(pack, consent.fields)),
        kind: 'maintenance',
        outcome: 'ended',
        consents: [consent.id],
        purpose: consent.purpose,
      });
      const change = { version: consent.version + 1, at: new Date(now).toISOString(), entry: receipt.entry };
      const history = [...consent.history, { ...change, act: 'ended' }];
      const document = { ...consent, ...change, act: 'ended', history };
      const next = { kind: 'consent', id: consent.id, document };
      // What changed meanwhile was withdrawn, and ends by that.
      if (!(await putCasework(deps.tables.casework, item.subject, next, consent))) continue;
      await revokeProofs(deps.tables.status, casework, now, consent);
      await reviewEnded(run, pack, item, consent.filed ?? consent.at);
    }
    const department = pack.casework?.consents.asks[0];
    const inboxes = [
      inboxOfAgency(asClientId(consent.recipient)),
      ...(department === undefined ? [] : [inboxOfDepartment(department, item.county ?? '')]),
    ];
    for (const inbox of inboxes)
      await openTask(deps.tables.tasks, {
        kind,
        inbox,
        about: consent.entry,
        subject: item.subject,
        owners: ownersOf(pack, consent.fields),
        key: JSON.stringify([consent.id, age]),
        details: { purpose: consent.purpose, consent: consent.id, recipient: consent.recipient },
        // From the first of the month, so that no date reveals a birthday.
        ...timesOf(pack, kind, ended ? now : monthOf(pack.calendar, now).begins),
      });
  }
}

/** The age with a birthday in this month or the next, before the consent ends and after it was given. */
function decisiveAge(
  pack: Pack,
  births: readonly { value: Json }[],
  consent: ConsentArtefact,
  now: number,
): number | null {
  const until = monthOf(pack.calendar, monthOf(pack.calendar, now).ends).ends;
  const found = pack.consent.evidence.responsible?.ages.find((age) =>
    births.some(({ value }) => {
      const born = birthOf(value);
      const day = born && startOf(pack.calendar, anniversary(born.day, age));
      return (
        day !== null &&
        day >= monthOf(pack.calendar, now).begins &&
        day < until &&
        day > Date.parse(consent.at)
      );
    }),
  );
  return found ?? null;
}
