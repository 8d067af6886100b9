/**
 * People are asked again: a consent has ended for good because its giver does not decide for the person any more, because an end
 * that was none ended it, or it ends with a birthday of this month or the next. Releases do not wait for this pass; it makes the
 * end visible, opens a task for the desk and for the recipient, which gets no reason, revokes the proofs that rested on it, and
 * lets another line review the write that ended it. No person is asked for what serves nothing any more, or what was refused since.
 */

import { defined } from '../../../shared/defined.ts';
import type { EntryId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { namesOf } from '../../../shared/log/read/subject-names.ts';
import { walkSubject } from '../../../shared/log/read/walk.ts';
import { isFor } from '../../../shared/policy/decide/consent-scope.ts';
import { isInTime, REFUSALS, saidAt } from '../../../shared/policy/decide/consent-times.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import { fieldsOfResponsible } from '../../../shared/policy/decide/speaks.ts';
import { monthOf, startOf } from '../../../shared/policy/pack/calendar.ts';
import { ownersOf, type Pack, taskAtEnd } from '../../../shared/policy/pack/pack.ts';
import type { ConsentArtefact } from '../../../shared/policy/types.ts';
import { anniversary, birthOf } from '../../../shared/policy/value/age.ts';
import { type CaseworkItem, putCasework } from '../../../shared/records/casework/casework.ts';
import { MOOT, openAgain } from '../../../shared/records/casework/moot-tasks.ts';
import { revokeProofs } from '../../../shared/records/casework/statuses.ts';
import {
  type Completion,
  closeOpen,
  inboxOfDepartment,
  readTask,
  taskId,
} from '../../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { appendOne, logStore } from '../../steps/log.ts';
import type { Holding } from '../../steps/open-sheets.ts';
import { openAndTell } from '../../steps/open-task.ts';
import { restsFor } from '../../steps/rests.ts';
import { noteStop } from '../../steps/stops.ts';
import { personOf } from '../acting.ts';
import type { MaintenanceDeps } from '../deps.ts';
import { entryAbout } from '../find-subject.ts';
import type { JobRun } from '../job-run.ts';
import { askedFor, mayBeAsked, type Parties } from './asked.ts';
import type { Ends } from './ends.ts';

interface Given extends ConsentArtefact, Pick<Parties, 'filedBy' | 'confirmed'> {
  entry: EntryId;
  history: readonly { act: string; at: string; entry: EntryId }[];
}

const consentsIn = (casework: readonly CaseworkItem[]) =>
  casework.filter(({ kind }) => kind === 'consent').map(({ document }) => document as Given);

/** Consents that count today. */
export function givenIn(pack: Pack, casework: readonly CaseworkItem[], now: number): Given[] {
  return consentsIn(casework).filter((one) => one.act === 'given' && isInTime(pack, one, now));
}

/** The facts that say whether they rest on the record. None are opened for a person without consents. */
export function factsOfConsents({ consent }: Pack, given: readonly Given[]): string[] {
  const { responsible } = consent.evidence;
  return responsible && given.length > 0 ? [responsible.field, ...responsible.endedBy] : [];
}

/** May be repeated. @param values the facts as opened, by owner @param attempt the entry by which they were opened, if any were */
export async function askAgain(
  run: JobRun,
  pack: Pack,
  { item, sheets, casework }: Holding & { casework: readonly CaseworkItem[] },
  given: readonly Given[],
  values: ReadonlyMap<string, readonly { owner: string; value: Json }[]>,
  { ends, attempt }: { ends: Ends; attempt: EntryId | undefined },
): Promise<void> {
  const { deps, actor } = run;
  const kind = taskAtEnd(pack, 'consent');
  if (kind === undefined) return;
  const now = deps.now();
  const { subject } = item;
  const all = consentsIn(casework);
  const asked = all.filter(({ act }) => act === 'given' || act === 'ended' || act === 'withdrawn');
  const rests =
    given.length === 0
      ? undefined
      : (await restsFor(deps, pack, [...values.keys()], [{ subject, casework }]))(
          { item, sheets, casework, values },
          now,
        );
  for (const found of asked) {
    const over = ends.isOver(found.purpose);
    const births = values.get(pack.consent.evidence.birth?.field ?? '') ?? [];
    const ageOf = (one: Given) => decisiveAge(pack, births, one, now);
    let consent = found;
    if (
      given.includes(found) &&
      (over || (isParty(pack, found.giver, 'responsible') && rests?.has(found.id) === false))
    ) {
      const ended = await endConsent(run, pack, { item, casework }, found);
      // What changed meanwhile was withdrawn, and ends by that.
      if (!ended) continue;
      if (!over) await reviewEnded(run, pack, item, found.filed ?? found.at);
      consent = ended;
    }
    const inTime = isInTime(pack, consent, now);
    if (
      over
        ? inTime || ends.inForce.some(({ document }) => !document.done)
        : inTime && (isMoot(pack, all, consent) || all.some((one) => isAnswer(pack, one, consent, ageOf)))
    ) {
      const { agency } = actor.handler;
      const done = { at: new Date(now).toISOString(), agency, person: personOf(actor), outcome: MOOT };
      // In any case the same entry, so that none says why.
      await stopAsking(deps, pack, item, consent, { ...done, entry: attempt ?? consent.entry });
    } else if (inTime && !over) {
      const age = consent.act === 'given' ? ageOf(consent) : null;
      if (consent.act !== 'ended' && age === null) continue;
      const task = {
        kind,
        about: consent.history.findLast(({ act }) => act !== 'ended')?.entry ?? consent.entry,
        subject,
        owners: ownersOf(pack, consent.fields),
        key: keyOf(consent.id, age),
        // From the first of the month, so that no date reveals a birthday.
        ...timesOf(pack, kind, age === null ? now : monthOf(pack.calendar, now).begins),
      };
      const details = { purpose: consent.purpose, consent: consent.id, recipient: consent.recipient };
      const cause = age === null ? ends.undoneSince(consent.at) : 'birthday';
      for (const { inbox, cause: told } of await askedFor(deps, pack, item, consent, age)) {
        const more = { ...details, ...(told && defined({ cause })) };
        await openAgain(deps.tables.tasks, { ...task, inbox, details: more });
      }
    }
  }
}

/**
 * No person is asked again for what the person took back itself, or for what was refused since. The no of one who decides for it
 * counts only after the end, because another one may decide now.
 */
function isMoot(pack: Pack, all: readonly Given[], consent: Given): boolean {
  const { act, purpose, recipient, text } = consent;
  if (act === 'withdrawn') return true;
  return all.some(
    (one) =>
      REFUSALS.has(one.act) &&
      isFor(one, { purpose, recipient }) &&
      (one.text === undefined || one.text === text) &&
      saidAt(one) >= (isParty(pack, one.giver, 'responsible') ? Date.parse(consent.at) : saidAt(consent)),
  );
}

/**
 * Whether a later consent to the same use has answered: after the end, or before the pass saw it and to all that had ended. For a
 * birthday that is the word of the one who decides from then on. If it has ended as well, its own task asks.
 */
function isAnswer(pack: Pack, one: Given, consent: Given, ageOf: (one: Given) => number | null): boolean {
  const said = Date.parse((one.act !== 'given' && one.history?.[0]?.at) || one.at);
  if (!ANSWERS.has(one.act) || !isFor(one, consent) || one.text !== consent.text) return false;
  if (said <= saidAt(consent)) return false;
  if (consent.act === 'given') return !isParty(pack, one.giver, 'responsible') && ageOf(one) === null;
  return said >= Date.parse(consent.at) || consent.fields.every((field) => one.fields.includes(field));
}

const ANSWERS: ReadonlySet<string> = new Set(['given', 'ended', 'withdrawn']);

/** @returns the consent as it is now; `null` if it changed meanwhile */
async function endConsent(
  { deps, actor }: JobRun,
  pack: Pack,
  { item, casework }: Pick<Holding, 'item'> & { casework: readonly CaseworkItem[] },
  consent: Given,
): Promise<Given | null> {
  const receipt = await appendOne(deps.log, {
    ...entryAbout(actor, item, 'process', ownersOf(pack, consent.fields)),
    kind: 'maintenance',
    outcome: 'ended',
    consents: [consent.id],
    purpose: consent.purpose,
  });
  const now = deps.now();
  const act = 'ended';
  const change = { version: consent.version + 1, at: new Date(now).toISOString(), entry: receipt.entry };
  const document = { ...consent, ...change, act, history: [...consent.history, { ...change, act }] } as const;
  const next = { kind: 'consent', id: consent.id, document };
  if (!(await putCasework(deps.tables.casework, item.subject, next, consent))) return null;
  await revokeProofs(deps.tables.status, casework, now, consent);
  return document;
}

/** The keys of all tasks that may ask again for a consent. */
export const keysOfAsking = ({ consent: { evidence } }: Pack, consent: string): string[] =>
  [null, ...(evidence.responsible?.ages ?? [])].map((age) => keyOf(consent, age));
const keyOf = (consent: string, age: number | null) => JSON.stringify([consent, age]);

/** Nothing is left open that asks for the consent again. May be repeated. */
async function stopAsking(
  { tables: { tasks } }: MaintenanceDeps,
  pack: Pack,
  item: KeyItem,
  consent: Given,
  done: Completion,
): Promise<void> {
  const name = taskAtEnd(pack, 'consent') ?? '';
  for (const inbox of mayBeAsked(pack, item, consent))
    for (const key of keysOfAsking(pack, consent.id))
      await closeOpen(tasks, await readTask(tasks, taskId(name, inbox, key)), done);
}

/** The age with a birthday after the consent was given, in this month or the next at the latest. */
function decisiveAge(
  pack: Pack,
  births: readonly { value: Json }[],
  consent: Given,
  now: number,
): number | null {
  const until = monthOf(pack.calendar, monthOf(pack.calendar, now).ends).ends;
  const found = pack.consent.evidence.responsible?.ages.find((age) =>
    births.some(({ value }) => {
      const born = birthOf(value);
      const day = born && startOf(pack.calendar, anniversary(born.day, age));
      return day !== null && day < until && day > Date.parse(consent.at);
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
  const { opened } = await openAndTell(deps, {
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
  item: KeyItem,
  filed: string,
): Promise<StoredEntry | null> {
  const fields = new Set(fieldsOfResponsible(consent.evidence));
  const span = { from: Date.parse(filed), to: deps.now() + 1 };
  for await (const stored of walkSubject(logStore(deps), namesOf(item), span)) {
    const { kind, fields: written = {} } = stored.entry ?? {};
    if (
      kind === 'intake' &&
      Object.values(written).some((of) => Object.keys(of).some((one) => fields.has(one)))
    )
      return stored;
  }
  return null;
}
