import { keyIdOf } from '../../../shared/crypto/field-format.ts';
import { keysOfClass } from '../../../shared/env.ts';
import { isClosed, Problem } from '../../../shared/errors.ts';
import type { KeyId, SubjectId } from '../../../shared/ids.ts';
import { rewrapDataKey } from '../../../shared/keys/rewrap.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { GRADE_REACHED } from '../../../shared/policy/present/catalogue.ts';
import type { KeyItem, StoredKey } from '../../../shared/records/subject/key-items.ts';
import { replaceKeys } from '../../../shared/records/subject/key-states.ts';
import type { StoredSheet } from '../../../shared/records/subject/sheets.ts';
import { contend, LOST } from '../../../shared/store/contend.ts';
import { toProblem } from '../../http/problem.ts';
import { GATEWAY } from '../../session/actor.ts';
import { currentPack, pack } from '../../session/policy.ts';
import { raised } from '../../steps/findings.ts';
import { decoySubject } from '../../steps/holding.ts';
import { entryAbout, liveItem } from '../find-subject.ts';
import type { JobRun } from '../job-run.ts';
import { resealSubject } from '../reseal.ts';

/** Keys of one update; the size of its expression is limited. */
const AT_ONCE = 100;
const ATTEMPTS = 16;

/**
 * Wraps the subject's data keys under the current KMS key of their class, by ReEncrypt. Neither sheets nor heads
 * change, so releases and intakes continue meanwhile.
 * @returns whether there was anything to do
 */
export async function rewrapSubject(run: JobRun, subject: SubjectId): Promise<boolean> {
  const { deps, job, actor } = run;
  let changed = false;
  return contend(ATTEMPTS, async () => {
    const item = await liveItem(deps, subject);
    const old = item ? outdated(run, item, job.class).slice(0, AT_ONCE) : [];
    if (!item || old.length === 0) return changed;
    // Before the entry, which names no key that KMS did not move. Nothing is opened, and nothing counts until it is stored.
    const rewrapped = await Promise.all(old.map(([id, key]) => rewrap(run, item, id, key)));
    const owners = old.map(([, key]) => key.owner);
    const done = { kind: 'maintenance', keys: old.map(([id]) => id), outcome: 'rewrapped' } as const;
    await deps.log.append([{ ...entryAbout(actor, item, 'process', owners), ...done }]);
    changed = (await replaceKeys(deps.tables.keys, item, new Map(rewrapped))) || changed;
    return LOST;
  });
}

type Work<Result = boolean> = (run: JobRun, subject: SubjectId) => Promise<Result>;

/** Whether something was changed; `left`: of some class the keys are as they were. */
export type Changed = boolean | 'left';

/** The work on one person. A class whose key KMS does not open stays as it is, and stops no other one: the job names it. */
function byClass(work: Work): Work<Changed> {
  return async (run, subject) => {
    const { job } = run;
    if (job.class !== null) return work(run, subject);
    try {
      if (!job.left) return await work(run, subject);
    } catch (error) {
      if (!isOff(error)) throw error;
    }
    return eachClass(work, run, subject);
  };
}

const isOff = (error: unknown) => isClosed(toProblem(error).code);

async function eachClass(
  work: Work,
  run: JobRun,
  subject: SubjectId,
  without: readonly string[] = [],
): Promise<Changed> {
  const { deps, job } = run;
  const keys = (await liveItem(deps, subject))?.keys.values() ?? [];
  const classes = new Set([...keys].map((key) => key.class));
  let changed: Changed = false;
  for (const name of classes) {
    if (without.includes(name)) continue;
    try {
      const one = await work({ ...run, job: { ...job, class: name } }, subject);
      if (changed === false) changed = one;
    } catch (error) {
      if (!isOff(error)) throw error;
      job.left = [...new Set([...(job.left ?? []), name])].sort();
      changed = 'left';
    }
  }
  return changed;
}

/**
 * The work on all but the decoy, class by class if need be. Its keys come last: while a person has a key under an earlier version,
 * each release opens one of the decoy under that version, too.
 */
export function people(work: Work): Work<Changed> {
  const each = byClass(work);
  return async (run, subject) =>
    subject !== (await decoySubject(run.deps, pack.collection)) && each(run, subject);
}

/**
 * What follows once no lane of the job has work left: without a failure, no person has a key under an earlier version, except of
 * classes that were left. Of those a security officer is told.
 */
export async function finish(run: JobRun): Promise<JobRun['job']> {
  const { job, deps } = run;
  if (job.part !== undefined) return job;
  const work = job.failed === 0 && RENEWING.get(job.kind);
  const left = job.left ?? [];
  const decoy = await decoySubject(deps, pack.collection);
  const changed = work && (await (left.length > 0 ? eachClass(work, run, decoy, left) : work(run, decoy)));
  if (changed === true) job.changed += 1;
  if (job.left) await deps.log.append([leftAlert(job, job.left)]);
  if (job.kind === 'cohorts') await tellGrades(deps, job.changed);
  return job;
}

/** Each count of so many people that fields are of a higher grade raises an alert. @param counted people, no decoy among them */
async function tellGrades({ log, ...deps }: JobRun['deps'], counted: number): Promise<void> {
  const { catalogue } = await currentPack(deps);
  for (const [grade, { from }] of Object.entries(catalogue?.grades ?? {})) {
    if (!from || counted < from.people) continue;
    const words = { finding: `${grade}:${from.people}` };
    const said = { kind: 'alert', handler: GATEWAY, outcome: 'raised', code: GRADE_REACHED } as const;
    await log.append([{ ...said, rule: catalogue?.rule ?? '', words }]);
  }
}

function leftAlert({ id, kind }: JobRun['job'], left: readonly string[]): NewEntry {
  return raised(KEYS_LEFT, `job ${id} (${kind}): ${left.join(', ')}`, pack);
}

const KEYS_LEFT = 'KEYS_LEFT';

const RENEWING: ReadonlyMap<string, Work> = new Map([
  ['rewrap', rewrapSubject],
  ['rekey', rekeySubject],
]);

function outdated({ deps }: JobRun, { keys }: KeyItem, only: string | null): [KeyId, StoredKey][] {
  return [...keys].filter(([, key]) => {
    if (only !== null && key.class !== only) return false;
    return (key.kms ?? 1) !== keysOfClass(deps.classKeys, key).length;
  });
}

async function rewrap(
  { deps }: JobRun,
  { collection, subject }: KeyItem,
  keyId: KeyId,
  key: StoredKey,
): Promise<[KeyId, StoredKey]> {
  const arns = keysOfClass(deps.classKeys, key);
  const [from, to] = [arns[(key.kms ?? 1) - 1], arns.at(-1)];
  if (!from || !to) throw new Problem('KMS_UNAVAILABLE');
  const place = { collection, subject, owner: key.owner, class: key.class, keyId };
  const wrapped = await rewrapDataKey(deps.kms, from, to, place, key.wrapped);
  return [keyId, { ...key, wrapped, kms: arns.length }];
}

/** Data keys that `compactSubject` leaves to each class of a sheet. */
const KEYS_A_CLASS = 4;

/** Moves all fields that were sealed before the job began to new data keys. @returns whether anything moved */
export function rekeySubject(run: JobRun, subject: SubjectId): Promise<boolean> {
  const began = new Date(run.job.started).toISOString();
  return resealSubject(run, subject, 'REKEY', (item, sheet) =>
    fieldsOf(sheet, run.job.class).filter((field) => {
      const key = item.keys.get(keyIdOf(sheet.fields.get(field) as Uint8Array));
      return key === undefined || key.at < began;
    }),
  );
}

/**
 * Moves each class of a sheet that uses many data keys to one data key.
 * @param most number of data keys of a class in one sheet that is acceptable
 * @returns whether anything moved
 */
export function compactSubject(run: JobRun, subject: SubjectId, most = KEYS_A_CLASS): Promise<boolean> {
  return resealSubject(run, subject, 'COMPACT', (_: KeyItem, sheet) => {
    const keys = new Map<string, Set<string>>();
    for (const [field, sealed] of sheet.fields) {
      const name = classOf(field);
      const manifest = sheet.manifests.get(name)?.keyId ?? '';
      keys.set(name, (keys.get(name) ?? new Set([manifest])).add(keyIdOf(sealed)));
    }
    return fieldsOf(sheet, run.job.class).filter((field) => (keys.get(classOf(field))?.size ?? 0) > most);
  });
}

function fieldsOf(sheet: StoredSheet, only: string | null): string[] {
  return [...sheet.fields.keys()].filter((field) => only === null || classOf(field) === only);
}

function classOf(field: string): string {
  return pack.fields.get(field)?.class ?? '';
}
