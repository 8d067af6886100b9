/**
 * People are asked again: a consent has ended for good because its giver does not decide for the person any more, or it ends
 * with a birthday of this month or the next. Releases do not wait for this pass; it makes the end visible, opens a task
 * for the desk and for the recipient that says no reason, revokes the proofs that rested on it, and lets another line review the
 * write that ended it.
 */

import { asClientId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { walkSubject } from '../../../shared/log/read/walk.ts';
import { isInTime } from '../../../shared/policy/decide/consent-times.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import { fieldsOfResponsible } from '../../../shared/policy/decide/speaks.ts';
import { monthOf, startOf } from '../../../shared/policy/pack/calendar.ts';
import { ownersOf, type Pack, taskAtEnd } from '../../../shared/policy/pack/pack.ts';
import type { ConsentArtefact } from '../../../shared/policy/types.ts';
import { anniversary, birthOf } from '../../../shared/policy/value/age.ts';
import { type CaseworkItem, putCasework } from '../../../shared/records/casework/casework.ts';
import { revokeProofs } from '../../../shared/records/casework/statuses.ts';
import {
  type Completion,
  closeOpen,
  inboxOfAgency,
  inboxOfDepartment,
  openTask,
  readTask,
  taskId,
} from '../../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { appendOne, logStore } from '../../steps/log.ts';
import type { Holding } from '../../steps/open-sheets.ts';
import { restsFor } from '../../steps/rests.ts';
import { noteStop } from '../../steps/stops.ts';
import type { MaintenanceDeps } from '../deps.ts';
import { entryAbout } from '../find-subject.ts';
import type { JobRun } from '../job-run.ts';

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

/** May be repeated. @param values the facts as opened, by owner @param gone whether the person has died: then no other person is asked */
export async function askAgain(
  run: JobRun,
  pack: Pack,
  { item, sheets, casework }: Holding & { casework: readonly CaseworkItem[] },
  given: readonly Given[],
  values: ReadonlyMap<string, readonly { owner: string; value: Json }[]>,
  gone: boolean,
): Promise<void> {
  const { deps, actor } = run;
  const kind = taskAtEnd(pack, 'consent');
  if (kind === undefined || given.length === 0) return;
  const now = deps.now();
  const person = { item, sheets, casework, values };
  const { subject } = item;
  const rests = (await restsFor(deps, pack, [...values.keys()], [{ subject, casework }]))(person, now);
  const births = values.get(pack.consent.evidence.birth?.field ?? '') ?? [];
  for (const consent of given) {
    const ended = gone || (isParty(pack, consent.giver, 'responsible') && rests?.has(consent.id) === false);
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
      if (gone) continue;
      await reviewEnded(run, pack, item, consent.filed ?? consent.at);
    }
    for (const inbox of askedFor(pack, item, consent))
      await openTask(deps.tables.tasks, {
        kind,
        inbox,
        about: consent.entry,
        subject: item.subject,
        owners: ownersOf(pack, consent.fields),
        key: keyOf(consent.id, age),
        details: { purpose: consent.purpose, consent: consent.id, recipient: consent.recipient },
        // From the first of the month, so that no date reveals a birthday.
        ...timesOf(pack, kind, ended ? now : monthOf(pack.calendar, now).begins),
      });
  }
}

/** The keys of all tasks that may ask again for a consent. */
export const keysOfAsking = ({ consent: { evidence } }: Pack, consent: string): string[] =>
  [null, ...(evidence.responsible?.ages ?? [])].map((age) => keyOf(consent, age));
const keyOf = (consent: string, age: number | null) => JSON.stringify([consent, age]);

/** The inboxes of recipient and desk. */
function askedFor({ casework }: Pack, { county }: KeyItem, { recipient }: ConsentArtefact): string[] {
  const desk = casework?.consents.asks.slice(0, 1) ?? [];
  return [inboxOfAgency(asClientId(recipient)), ...desk.map((one) => inboxOfDepartment(one, county ?? ''))];
}

/** Nothing is left open that asks for a consent again. May be repeated. */
export async function stopAsking(
  { tables: { tasks } }: MaintenanceDeps,
  pack: Pack,
  item: KeyItem,
  casework: readonly CaseworkItem[],
  done: Completion,
): Promise<void> {
  const name = taskAtEnd(pack, 'consent') ?? '';
  for (const { kind, id, document } of casework)
    for (const inbox of kind === 'consent' ? askedFor(pack, item, document as Given) : [])
      for (const key of keysOfAsking(pack, id))
        await closeOpen(tasks, await readTask(tasks, taskId(name, inbox, key)), done);
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

/**
 * A department may write what ends consents: who decides for the person, and whether they still may. It is stored at once,
 * because the record must be right, and who writes can't know of consents. So the end counts afterwards among the stops of the
 * office that wrote, and another line reviews it.
 *
 * One stop and one task for each write, however many consents it ended. May be repeated.
 * @param filed RFC 3339, when the consent was filed
 */
async function reviewEnded({ deps }: JobRun, pack: Pack, item: KeyItem, filed: string): Promise<void> {
  const { stops } = pack;
  if (!stops) return;
  const write = await writeSince(deps, pack, item, filed);
  if (!write?.entry?.handler) return;
  const { handler, owners = [] } = write.entry;
  const department = stops.review.asks.find((code) => !handler.departments.includes(code));
  if (department === undefined) return;
  const now = deps.now();
  const { opened } = await openTask(deps.tables.tasks, {
    kind: stops.review.task,
    inbox: inboxOfDepartment(department, item.county),
    about: write.id,
    subject: null,
    owners: [department],
    details: { agency: handler.agency, departments: [...handler.departments] },
    ...timesOf(pack, stops.review.task, now),
  });
  if (!opened) return;
  const { version, hash } = pack;
  const base = { operation: 'process', handler, owners, collection: item.collection } as const;
  const entry = { ...base, policy: { version, hash }, about: write.id };
  await noteStop({ deps, pack, clientId: handler.agency, now }, () => entry);
}

/** The last write of what ends consents. */
async function writeSince(
  deps: MaintenanceDeps,
  { consent }: Pack,
  { logId, subject }: KeyItem,
  filed: string,
): Promise<StoredEntry | null> {
  const fields = new Set(fieldsOfResponsible(consent.evidence));
  const span = { from: Date.parse(filed), to: deps.now() + 1 };
  for await (const stored of walkSubject(logStore(deps), { logId, id: subject }, span)) {
    const { kind, fields: written = {} } = stored.entry ?? {};
    if (
      kind === 'intake' &&
      Object.values(written).some((of) => Object.keys(of).some((one) => fields.has(one)))
    )
      return stored;
  }
  return null;
}
