/**
 * The work on a list, in lanes. Each row is a verification of its own: checked under the authority of the submission as it is at
 * that moment, logged, counted and held to a time step by the code that answers a single request.
 */

import { setTimeout } from 'node:timers/promises';
import type { ListRowResult } from '../../../shared/contract/lists.ts';
import type { VerificationRequest } from '../../../shared/contract/routes/verify.ts';
import { type InputError, Problem, type ProblemCode } from '../../../shared/errors.ts';
import { claimOnce } from '../../../shared/identity/replay.ts';
import { speak } from '../../../shared/messages/texts.ts';
import { resultsOf, rowsOf, startedBy, stopOf } from '../../../shared/records/list-files.ts';
import { sayTo, spokenOf } from '../../http/language.ts';
import { requirePossible } from '../../session/acts.ts';
import { agencyOf, registered } from '../../session/agency.ts';
import { callerOf } from '../../session/authenticate.ts';
import { currentPack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { refuseSuspended } from '../../session/suspension.ts';
import { encryptTo, findEncryptionKey, keepHybrid } from '../../steps/encrypt-to.ts';
import { beginCheck, finishCheck } from '../check.ts';
import type { VerifyDeps } from '../deps.ts';
import { isSpent, turnsLeft } from '../turns.ts';
import { padded } from '../verify-eligibility.ts';
import { type Head, type OpenList, openList, readHead, removeList } from './list.ts';

/** One lane of a list: every so many parts. Its text is all that a state machine holds of a list. */
export interface Lane {
  list: string;
  lane: number;
  of: number;
}

/** Seconds that a part belongs to one process, and a minute for clocks that differ; longer than the function runs. */
const LEASE = 40;
/** Milliseconds until a lane looks again whether another process has done its parts. */
const OTHERS_MS = 5_000;
/** Rows of a lane that are checked concurrently, at most. */
const AT_ONCE = 16;
/** Pauses before a row is checked again after a fault of a service, milliseconds. */
const PAUSES = [200, 1_000, 3_000];
/** Faults that pass, and so stop no list. */
const PASSING: ReadonlySet<string> = new Set([
  'LOG_UNAVAILABLE',
  'KMS_UNAVAILABLE',
  'CLASS_UNAVAILABLE',
  'HELD_BY_OWNER',
  'STORE_UNAVAILABLE',
]);

/** The lanes of the list that a marker starts; none if there is nothing to do. */
export async function lanesOf(deps: VerifyDeps, marker: string, most: number): Promise<Lane[]> {
  const list = startedBy(marker);
  const head = list === null ? null : await readHead(await openList(deps, list));
  if (list === null || !head) return [];
  const of = Math.max(1, Math.min(most, head.parts, await atOnceOf(deps, head)));
  return Array.from({ length: of }, (_, lane) => ({ list, lane, of }));
}

/**
 * Works until the lane is done, the list is stopped, or `goOn` says no.
 * @returns whether there is more to do
 * @throws Problem if a service fails again and again; a later call takes up the part
 */
export async function workOn(
  deps: VerifyDeps,
  { list, lane, of }: Lane,
  goOn: () => boolean,
): Promise<{ again: boolean }> {
  const one = await openList(deps, list);
  const { parts = 0 } = (await readHead(one)) ?? {};
  let others = false;
  const done = new Set(await one.files.names(resultsOf(list)));
  for (let part = lane; part < parts; part += of) {
    if (done.has(String(part))) continue;
    if (!goOn()) return { again: true };
    // Read again for each part: the list may have been stopped, removed, or submitted again.
    const [head, stop] = await Promise.all([readHead(one), one.files.read(stopOf(list))]);
    if (!head || stop) return { again: false };
    const outcome = await workOff(deps, one, head, { part, of, goOn });
    if (outcome === 'left') return { again: true };
    others ||= outcome === 'taken';
  }
  if (others) await setTimeout(OTHERS_MS);
  return { again: others };
}

/**
 * How many rows of a list may be checked concurrently. Each counts as a miss until it has confirmed a person, so more would
 * spend the budget of misses without one; half of it is left to the agency's other checks.
 */
async function atOnceOf(deps: VerifyDeps, head: Head): Promise<number> {
  const [pack, session] = await Promise.all([currentPack(deps), sessionOf(deps, head).catch(() => null)]);
  const programme = pack.programmes.get(head.programme);
  if (!session || !programme) return 1;
  const { misses } = await turnsLeft({ deps, pack, programme, session, now: deps.now() });
  return Math.floor(misses / 2);
}

/** Rows of a part, and the results so far. */
interface Part {
  rows: VerificationRequest['subject'][];
  results: (ListRowResult | null)[];
}

/**
 * Checks the rows of a part that have no result yet, and keeps what it did even if a service fails or the time is up: a row is
 * not checked twice.
 * @param of lanes that share what may be checked concurrently
 * @returns `taken` if another process works on it, `left` if rows are left
 */
async function workOff(
  deps: VerifyDeps,
  one: OpenList,
  head: Head,
  { part, of, goOn }: { part: number; of: number; goOn: () => boolean },
): Promise<'done' | 'left' | 'taken'> {
  const { files, list } = one;
  const path = `${rowsOf(list)}${part}`;
  const bytes = await files.read(path);
  // Another execution has done it, or the list was removed.
  if (bytes === null) return 'done';
  const found = one.open(path, bytes) as Part | null;
  if (!found) throw new Error('a part of a list can not be read');
  const { rows, results } = found;
  const agency = await agencyOf(deps, head.clientId);
  const recipient = agency && findEncryptionKey(agency);
  // No row is checked whose result could not be kept.
  if (!agency || !recipient) {
    await keep(one, stopOf(list), Buffer.from('NO_ENCRYPTION_KEY' satisfies ProblemCode));
    return 'done';
  }
  // A second execution leaves the part to the first, until that has kept results or has died.
  const claim = { claim: `${path}#${results.filter(Boolean).length}`, expires: deps.now() / 1000 + LEASE };
  if (!(await claimOnce(deps.tables.claims, claim, deps.now()))) return 'taken';
  const most = Math.max(1, Math.min(AT_ONCE, Math.floor((await atOnceOf(deps, head)) / of)));
  const { stopped, failed } = await checkRows(deps, head, found, { most, goOn });
  if (!rows.every((_, i) => results[i])) {
    await keep(one, path, one.seal(path, { rows, results }));
    if (failed) throw failed.reason;
    return 'left';
  }
  await keepHybrid(deps, agency, recipient);
  const to = `${resultsOf(list)}${part}`;
  // Sealed once more, because anyone can encrypt to the agency's key.
  await keep(one, to, one.seal(to, encryptTo(recipient, JSON.stringify(results), 'json')));
  if (stopped !== null) await keep(one, stopOf(list), Buffer.from(stopped));
  await files.remove(path);
  return 'done';
}

/**
 * Fills in the results that a part lacks, `most` concurrently, until `goOn` says no.
 * @returns the refusal that stopped the list, and the fault of a service that left rows without a result
 */
async function checkRows(
  deps: VerifyDeps,
  head: Head,
  { rows, results }: Part,
  { most, goOn }: { most: number; goOn: () => boolean },
): Promise<{ stopped: string | null; failed: PromiseRejectedResult | undefined }> {
  const left = rows.flatMap((_, i) => (results[i] ? [] : [i])).values();
  let stopped: string | null = null;
  const work = async () => {
    for (const i of left) {
      if (!goOn()) return;
      const result = stopped === null ? await check(deps, head, rows[i] ?? {}) : { stopped };
      if ('stopped' in result) stopped = result.stopped;
      results[i] = result;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: most }, work));
  return { stopped, failed: ends.find((end) => end.status === 'rejected') };
}

/** Puts a file of a list. If the list was removed meanwhile, nothing of it is left. */
async function keep(one: OpenList, path: string, bytes: Uint8Array): Promise<void> {
  await one.files.put(path, bytes);
  if (!(await readHead(one))) await removeList(one);
}

async function check(
  deps: VerifyDeps,
  head: Head,
  subject: VerificationRequest['subject'],
): Promise<ListRowResult> {
  for (const pause of [...PAUSES, null]) {
    try {
      const started = performance.now();
      const session = await sessionOf(deps, head);
      const { programme, context } = head;
      const begun = await beginCheck(deps, session, { programme, subject, context });
      return { verification: padded(await finishCheck(deps, session, started, begun)) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'INVALID_REQUEST')
        return { invalid: await faultsFor(head, error.options.errors ?? []) };
      const passes =
        PASSING.has(error.code) || (error.code === 'BUDGET_SPENT' && (await isOnHold(deps, head)));
      if (!passes) return { stopped: error.code };
      if (pause === null) throw error;
      await setTimeout(pause);
    }
  }
  throw new Error('unreachable');
}

/** Whether checks that are under way hold what is left of the budget, as those of another list do. */
async function isOnHold(deps: VerifyDeps, head: Head): Promise<boolean> {
  const [pack, session] = await Promise.all([currentPack(deps), sessionOf(deps, head).catch(() => null)]);
  const programme = pack.programmes.get(head.programme);
  if (!session || !programme) return false;
  return !(await isSpent({ deps, pack, programme, session, now: deps.now() }));
}

/** The faults of a row in a language of the submission. */
async function faultsFor({ wanted }: Head, errors: readonly InputError[]) {
  await speak(spokenOf(wanted));
  return errors.map(({ path, message }) => ({ path, message: sayTo(wanted, message) }));
}

/**
 * The session of the submission as it would be now.
 * @throws Problem AGENCY_SUSPENDED, ACTION_NOT_GRANTED or TOKEN_INVALID once its authority has ended
 */
async function sessionOf(deps: VerifyDeps, { clientId, grant, person, until }: Head): Promise<Session> {
  const [pack, agency] = await Promise.all([currentPack(deps), registered(deps, clientId)]);
  if (!agency || deps.now() > until) throw new Problem('TOKEN_INVALID');
  refuseSuspended(agency, pack, 'verification.make');
  const session: Session = {
    agency,
    caller: callerOf(pack, agency),
    person,
    issuer: deps.env.publicUrl,
    grant,
    // The submission has looked at the age of the login.
    act: { name: 'verification.make', pack, asked: false, fresh: true },
    page: null,
    jti: '',
    jkt: '',
    clockSkew: 0,
    evidence: null,
    replay: { claim: NONE, charge: NONE, alone: NONE, oneAtATime: NONE, ensure: NONE, leave: NONE },
  };
  requirePossible(session);
  return session;
}

const NONE = async () => {};
