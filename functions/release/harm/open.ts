/** Opens a report of harm for the body that received it, under the one purpose that may. */

import { hash } from 'node:crypto';
import type * as v from 'valibot';
import type { OpenReport } from '../../../shared/contract/routes/harm-reports.ts';
import { SealBroken } from '../../../shared/crypto/field-format.ts';
import { openField } from '../../../shared/crypto/open.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { claimOnce } from '../../../shared/identity/replay.ts';
import { asKeyId, asLogId, asSubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { DataSaid } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { releaseTexts } from '../../../shared/messages/release.ts';
import { screen, worksUnder } from '../../../shared/policy/decide/screen.ts';
import { speaksFor } from '../../../shared/policy/decide/speaks.ts';
import { endOf } from '../../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { HarmReports } from '../../../shared/policy/pack/parts.ts';
import {
  type ReportedHarm,
  type Reporter,
  readReport,
  type SealedPart,
  type StoredReport,
} from '../../../shared/records/casework/harm-reports.ts';
import {
  inboxOfDepartment,
  putTask,
  readTask,
  type Task,
  taskId,
} from '../../../shared/records/casework/tasks.ts';
import { contend, LOST } from '../../../shared/store/contend.ts';
import {
  evidenceWord,
  handlerOf,
  isSupervisor,
  loggedInAs,
  officerDigest,
  personOf,
  wordsOf,
} from '../../session/actor.ts';
import { handOf, requireAct, requireSecond } from '../../session/acts.ts';
import { currentPack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { isHybrid, recipientOf } from '../../steps/encrypt-to.ts';
import { policyOf } from '../../steps/entry-base.ts';
import { currentFreezes, frozenBy, frozenClasses } from '../../steps/freezes.ts';
import { appendOne } from '../../steps/log.ts';
import { storedDataKey, type UnwrapDeps } from '../../steps/stored-data-key.ts';
import type { ReleaseDeps } from '../deps.ts';
import { readWord } from '../seconds.ts';
import { makeTicket, type TicketFor } from '../tickets.ts';

/**
 * The entry is durable before a key is unwrapped. Opening the reporter takes two people, has a code of its own in the log,
 * and raises an alert.
 * @returns what was opened; `pending` with the word for the second person, if the reporter was asked for without one
 * @throws Problem NO_OFFICER, NO_REASON; what the purpose refuses before any look-up; a freeze; NOT_FOUND for a report of
 * another body or none; CONFLICT if another officer has the report in hand; APPROVER_IS_REQUESTER
 */
export async function openReport(
  deps: ReleaseDeps,
  session: Session,
  id: string,
  { reporter, second, ...body }: v.InferOutput<typeof OpenReport>,
) {
  const pack = await currentPack(deps);
  const words = wordsOf(session, { case: body.case, officer: body.officer, reason: body.reason });
  const person = personOf(session, words);
  const rules = pack.casework?.harm;
  if (!rules) throw new Problem('NOT_FOUND');
  const stored = await readReport(deps.tables.casework, id);
  requireAct(session, { addressee: stored !== null && isReceiver({ pack, session, rules }, stored) });
  await requirePurpose(deps, { pack, session, rules, reporter }, words);
  const { to, at, report: said, reporter: by } = stored as StoredReport;
  const about: TicketFor = { session, subjects: [], of: [id] };
  const word = reporter && second !== undefined ? await readWord(deps, 'harm reporter', about, second) : null;
  if (reporter && second !== undefined && !word) throw noWord();
  if (word)
    requireSecond(session, { ...handOf(session, person), person: word.person }, handOf(session, person));
  await requireInHand(deps, { pack, session, rules, reporter }, stored as StoredReport, word?.person, words);
  const entry: DataSaid & { kind: 'request' } = {
    kind: 'request',
    operation: 'use',
    handler: handlerOf(session),
    owners: [to],
    about: id,
    purpose: rules.purpose,
    collection: pack.collection,
    policy: policyOf(pack, rules.purpose),
    rule: rules.rule,
    words: { ...words, ...evidenceWord(session) },
  };
  if (reporter && !word) {
    const receipt = await appendOne(deps.log, { ...entry, outcome: 'pending', code: REPORTER });
    const expires = deps.now() + WORD_MS;
    const officer = officerDigest(session.caller.clientId, words.officer ?? '');
    const asked = await makeTicket(deps, 'harm reporter', about, {
      person,
      officer,
      entry: receipt.entry,
      expires,
    });
    const expiresAt = new Date(expires).toISOString();
    return { pending: { state: 'pending' as const, second: asked, expiresAt, receipt } };
  }
  // Before the word is used up and the entry says that it was opened.
  const kms = await deps.sessions.client(session.caller.clientId, rules.purpose, session.unwrap);
  if (word) await spend(deps, second ?? '', word.expires);
  const [receipt] = (await deps.log.append([
    {
      ...entry,
      outcome: 'opened',
      code: reporter ? REPORTER : 'HARM_REPORT_OPENED',
      keys: [said, ...(reporter ? [by] : [])].map(({ keyId }) => asKeyId(keyId)),
      ...(word && { approvals: [word.entry] }),
    },
    ...(reporter ? [{ ...entry, kind: 'alert' as const, outcome: 'raised' as const, code: REPORTER }] : []),
  ])) as [Receipt];
  const open = (part: SealedPart, name: string) =>
    openPart({ kms, classKeys: deps.classKeys }, { pack, part, name }, stored as StoredReport);
  const [opened, known, references] = await Promise.all([
    open(said, rules.classes.report),
    reporter ? open(by, rules.classes.reporter) : undefined,
    referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId),
  ]);
  const { subject, ...rest } = opened as ReportedHarm;
  const named =
    subject.id === undefined ? { match: subject.match } : { ref: references.toRef(asSubjectId(subject.id)) };
  await noteOpened(deps, { rules, person }, stored as StoredReport);
  const report = { id, at, subject: named, ...rest, ...defined({ reporter: known as Reporter | undefined }) };
  return { opened: { report, receipt } };
}

const REPORTER = 'HARM_REPORTER_OPENED';
/** Milliseconds for which the word of the first person is good. */
const WORD_MS = 600_000;

const noWord = () => invalid('/second', releaseTexts.noSecondPerson);

/** A word serves once. @throws Problem INVALID_REQUEST if it has served */
async function spend(deps: ReleaseDeps, word: string, expires: number): Promise<void> {
  const claim = `harm second:${hash('sha256', word, 'base64url')}`;
  if (!(await claimOnce(deps.tables.claims, { claim, expires: expires / 1000 }, deps.now()))) throw noWord();
}

/**
 * The officer who has the task of the report in hand opens it. Opening takes a task that no officer has; once the task is
 * done, it stays with the person who did it. The reporter is for an officer to whom a supervisor gave the task, and once the task
 * has gone for two people of whom the second is a supervisor. What an officer calls unfounded or passes on, a supervisor reads too.
 * @param first the person whose word is handed in: then it may be in the hand of either
 * @throws Problem CONFLICT
 */
async function requireInHand(
  deps: ReleaseDeps,
  { pack, session, rules, reporter }: Opening,
  { id, to, county }: StoredReport,
  first: string | undefined,
  { officer = '' }: { officer?: string },
): Promise<void> {
  const { tasks } = deps.tables;
  const now = deps.now();
  const person = loggedInAs(session) ?? '';
  const task = await readTask(tasks, taskId(rules.task, inboxOfDepartment(to, county), id));
  const { clientId } = session.caller;
  const inHand = ({ done, taken }: Task) =>
    done ?? (taken && Date.parse(taken.until) > now ? taken : undefined);
  const held = task ? inHand(task) : undefined;
  const gone = task === null && reporter && (first === undefined || isSupervisor(pack, session));
  // A name by which no person had logged in stands as a digest of it, until the first person of the name acts.
  const isNamed = held?.person === officerDigest(clientId, officer);
  const mine = held && (isNamed || [first, person].includes(held.person));
  const given = task?.given ?? task?.taken?.by;
  if (reporter && mine && given === undefined && pack.casework?.cases)
    throw new Problem('CONFLICT', { detail: releaseTexts.reportUnassigned });
  if (isNamed && task?.taken && !(await putTask(tasks, { ...task, taken: { ...task.taken, person } }, task)))
    throw new Problem('CONFLICT', { detail: releaseTexts.reportInHand });
  const ending = task?.done ? task.done.outcome !== 'taken-up' : task?.asked !== undefined;
  const checked = ending && !reporter && isSupervisor(pack, session);
  if (gone || mine || checked) return;
  if (task?.state === 'open' && held === undefined) {
    if (reporter && pack.casework?.cases)
      throw new Problem('CONFLICT', { detail: releaseTexts.reportUnassigned });
    const until = new Date(endOf(pack.calendar, { workingDays: 1 }, now)).toISOString();
    const taken = {
      agency: clientId,
      name: officer,
      person,
      at: new Date(now).toISOString(),
      until,
    };
    if (await putTask(tasks, { ...task, taken }, task)) return;
  }
  throw new Problem('CONFLICT', { detail: releaseTexts.reportInHand });
}

/** The officer in whose hand the task is has read the report, and may close it. */
async function noteOpened(
  { tables: { tasks } }: ReleaseDeps,
  { rules, person }: { rules: HarmReports; person: string },
  { id, to, county }: StoredReport,
): Promise<void> {
  await contend<null>(
    ATTEMPTS,
    async () => {
      const task = await readTask(tasks, taskId(rules.task, inboxOfDepartment(to, county), id));
      const taken = task?.state === 'open' ? task.taken : undefined;
      if (!task || taken?.person !== person || taken.opened) return null;
      return (await putTask(tasks, { ...task, taken: { ...taken, opened: true } }, task)) ? null : LOST;
    },
    () => null,
  );
}

const ATTEMPTS = 5;

interface Opening {
  pack: Pack;
  session: Session;
  rules: HarmReports;
  reporter: boolean;
}

/** Role, purpose and training, as for a release that asks for nothing. The report itself is the case. */
async function requirePurpose(
  deps: ReleaseDeps,
  { pack, session, rules, reporter }: Opening,
  words: { case?: string; officer?: string; reason?: string },
): Promise<void> {
  const { caller, grant } = session;
  const { purpose, classes } = rules;
  if (grant.purpose !== purpose) throw new Problem('PURPOSE_NOT_FOR_ROLE', { rule: rules.rule });
  const ask = {
    purpose,
    collection: pack.collection,
    subjects: 0,
    fields: [],
    cleared: true,
    authenticated: true,
    appointed: true,
  };
  const screened = screen(pack, caller, { ...ask, ...words, case: words.case ?? 'report' }, deps.now());
  if (!screened.ok) throw new Problem(screened.code, { rule: screened.rule, reason: screened.reason });
  const freezes = await currentFreezes(deps);
  const frozen = frozenClasses(freezes);
  const needed = reporter ? Object.values(classes) : [classes.report];
  const code =
    frozenBy(freezes, { agency: caller.clientId, officer: words.officer, purpose }) ??
    (needed.some((name) => frozen.includes(name)) ? 'CLASS_FROZEN' : null);
  if (code !== null) throw new Problem(code, { rule: pack.grounds.frozen });
  if (!isHybrid(recipientOf(session)) && needed.some((name) => pack.classes.get(name)?.hybrid))
    throw new Problem('NO_ENCRYPTION_KEY', { detail: releaseTexts.registerHybrid });
}

/** An office of the department that does not work under the purpose, such as a home, is as any other. */
function isReceiver(
  { pack, session: { caller }, rules }: Omit<Opening, 'reporter'>,
  { to, county }: StoredReport,
): boolean {
  const near = caller.areas.some((area) => area !== '' && county.startsWith(area));
  return near && speaksFor(pack, caller, to) && worksUnder(pack, caller, rules.purpose);
}

async function openPart(
  opener: UnwrapDeps,
  { pack, part, name }: { pack: Pack; part: SealedPart; name: string },
  { id, to, at }: StoredReport,
): Promise<unknown> {
  const place = { collection: pack.collection, subject: asSubjectId(id), owner: to, class: name };
  const use = { place, logId: asLogId(part.logId), keyId: asKeyId(part.keyId), version: 1, at };
  const bytes = (base64: string) => Buffer.from(base64, 'base64');
  const stored = { kms: part.kms, wrapped: bytes(part.wrapped), commitment: bytes(part.commitment) };
  const key = await storedDataKey(opener, use, stored);
  try {
    return openField(key, name, bytes(part.sealed));
  } catch (error) {
    if (error instanceof SealBroken) throw new Problem('INTEGRITY_FAULT', { cause: error });
    throw error;
  }
}
