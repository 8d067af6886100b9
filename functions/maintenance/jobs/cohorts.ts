/**
 * Counts people for statistics and cohort checks: load → attempt entry → unwrap → open the fields that the
 * policy counts by → add up. Opened values are not kept. Sums are sealed between pages, and only publishable
 * ones are published.
 */

import { createHmac } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { randomId } from '../../../shared/bytes.ts';
import { openField } from '../../../shared/crypto/open.ts';
import { sealField } from '../../../shared/crypto/seal.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { Problem } from '../../../shared/errors.ts';
import { asKeyId, asLogId, asSubjectId, type KeyId, type SubjectId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { type CohortCell, programmeDigest, WHOLE } from '../../../shared/policy/count/cohort.ts';
import {
  countedFields,
  countsFor,
  type Person,
  placesOf,
  publishable,
  type Tally,
} from '../../../shared/policy/count/count.ts';
import { loadPack } from '../../../shared/policy/pack/load-pack.ts';
import { allOwners, type Pack } from '../../../shared/policy/pack/pack.ts';
import {
  askedForCounts,
  putCohort,
  putProgramme,
  readCohorts,
  stopAsking,
} from '../../../shared/records/gateway/cohorts.ts';
import type { Job } from '../../../shared/records/gateway/jobs.ts';
import { readDraft, readPublished } from '../../../shared/records/gateway/policies.ts';
import { decoyIds } from '../../../shared/records/gateway/watch-marks.ts';
import { currentPack, pack } from '../../session/policy.ts';
import { decoySubject, loadHolding } from '../../steps/holding.ts';
import { newDataKey } from '../../steps/new-data-key.ts';
import { type HeldField, keysFor, type OpenKeys, openFields, unwrapKeys } from '../../steps/open-sheets.ts';
import { storedDataKey } from '../../steps/stored-data-key.ts';
import { actEntry } from '../acting.ts';
import type { MaintenanceDeps } from '../deps.ts';
import { entryAbout } from '../find-subject.ts';
import type { JobRun } from '../job-run.ts';

/** Key of a programme in the sum. No county has an empty name. */
const programmeKey = (digest: string) => JSON.stringify(['', digest]);

/** Continues from the kept sum of the job, or begins. */
export async function takeCounts(run: JobRun): Promise<void> {
  const { deps, job } = run;
  const kept = job.sum ? await keptIn(run, job.sum) : null;
  run.counting = {
    packs: await packsOf(run, kept?.packs ?? job.packs ?? (await packsToCount(deps))),
    sum: new Map(kept?.counts ?? []),
    decoys: await decoyIds(deps.tables.watch),
    page: [],
  };
}

/** Hashes of the pack in force, which comes first, and of those that a steward wants counted. */
export async function packsToCount(deps: MaintenanceDeps): Promise<string[]> {
  const { hash } = await currentPack(deps);
  return [hash, ...(await askedForCounts(deps.tables.cohorts))];
}

async function packsOf(run: JobRun, hashes: readonly string[]): Promise<Pack[]> {
  const current = await currentPack(run.deps);
  const packs = await Promise.all(
    hashes.map((hash) => (hash === current.hash ? current : packOf(run, hash))),
  );
  return packs.filter((pack) => pack !== null);
}

async function packOf({ deps }: JobRun, hash: string): Promise<Pack | null> {
  const { tables } = deps;
  const text = (await readDraft(tables.policy, hash)) ?? (await readPublished(tables.policy, hash));
  // An unstored pack was part of an earlier deployment.
  return text === null ? null : loadPack(JSON.parse(text));
}

/** @returns whether the subject counts: decoys and subjects without a county do not */
export async function countSubject(run: JobRun, subject: SubjectId): Promise<boolean> {
  const { deps, counting } = run;
  const [pack] = counting?.packs ?? [];
  if (!counting || !pack?.cohorts || subject === (await decoySubject(deps, pack.collection))) return false;
  const person = await openPerson(run, pack, subject);
  if (!person) return false;
  const digests = counting.packs.flatMap((one) =>
    [...one.programmes.values()]
      .filter((programme) => countsFor(one, programme, person))
      .map((programme) => programmeDigest(one, programme)),
  );
  counting.page.push(...placesOf(pack, person), ...[...new Set(digests)].map(programmeKey));
  return true;
}

async function openPerson(run: JobRun, pack: Pack, subject: SubjectId): Promise<Person | null> {
  const { deps, actor, counting } = run;
  const { item, sheets } = await loadHolding(deps, subject);
  if (item?.subject !== subject || item.collection !== pack.collection || item.county === '') return null;
  if (counting?.decoys.has(item.logId)) return null;
  const programmes = (counting?.packs ?? []).flatMap((one) => [...one.programmes.values()]);
  const fields = [...countedFields(pack, programmes)].sort();
  const held = fields.flatMap((field): HeldField[] => {
    const owner = pack.fields.get(field)?.owners.find((one) => sheets.get(one)?.fields.has(field));
    return owner === undefined ? [] : [{ field, owner }];
  });
  const values = new Map<string, Json>();
  if (held.length > 0) {
    const holding = { item, sheets };
    const keys = keysFor(pack, holding, held);
    const owners = held.map(({ owner }) => owner);
    const entry: NewEntry = {
      ...entryAbout(actor, item, 'process', owners),
      kind: 'attempt',
      policy: { version: pack.version, hash: pack.hash },
      usedForDecision: held.map(({ field }) => field),
      keys: [...keys],
      code: 'COHORTS',
      rule: pack.cohorts?.rule ?? '',
    };
    await deps.log.append([entry]);
    const open: OpenKeys = new Map();
    await unwrapKeys(deps, holding, keys, open);
    const opened = openFields(pack, holding, held, open);
    for (const [i, { field }] of held.entries()) values.set(field, opened[i] ?? null);
  }
  const division = values.get(pack.areaField);
  const known = typeof division === 'string' && division.startsWith(item.county);
  return { division: known ? division : item.county, values, now: run.job.started };
}

interface Kept {
  packs: string[];
  counts: [string, number][];
}

async function keptIn(run: JobRun, sum: string): Promise<Kept> {
  return JSON.parse(gunzipSync(Buffer.from(await openSum(run, sum), 'base64')).toString());
}

/** Adds up the sums of all lanes and publishes them. Publishing twice stores the same. */
export async function joinCounts(run: JobRun, lanes: readonly Job[]): Promise<void> {
  const sum = new Map<string, number>();
  for (const job of lanes) {
    if (!job.sum) throw new Problem('INTEGRITY_FAULT');
    const { counts } = await keptIn({ ...run, job }, job.sum);
    for (const [key, count] of counts) sum.set(key, (sum.get(key) ?? 0) + count);
  }
  const packs = await packsOf(run, lanes[0]?.packs ?? []);
  await publishCounts(run, packs, sum);
}

/** Adds the page to the sealed sum; publishes after the last page, unless the sum is only of a lane. */
export async function keepCounts(run: JobRun, last: boolean): Promise<void> {
  const { counting, job } = run;
  if (!counting) throw new Problem('INTERNAL');
  for (const key of counting.page.splice(0)) counting.sum.set(key, (counting.sum.get(key) ?? 0) + 1);
  const whole = last && job.part === undefined;
  if (whole) await publishCounts(run, counting.packs, counting.sum);
  const kept: Kept = { packs: counting.packs.map(({ hash }) => hash), counts: [...counting.sum] };
  job.sum = whole ? null : await sealSum(run, gzipSync(JSON.stringify(kept)).toString('base64'));
}

async function publishCounts(run: JobRun, packs: readonly Pack[], sum: Tally): Promise<void> {
  const { deps, actor, job } = run;
  const { tables } = deps;
  const [pack] = packs;
  if (!pack) return;
  const at = new Date(job.started).toISOString();
  await deps.log.append([
    {
      ...actEntry(actor),
      kind: 'maintenance',
      operation: 'process',
      owners: [...pack.departments.keys()].sort(),
      collection: pack.collection,
      policy: { version: pack.version, hash: pack.hash },
      outcome: 'counted',
      code: 'COHORTS',
      rule: pack.cohorts?.rule ?? '',
    },
  ]);
  const names = [WHOLE, ...(pack.cohorts?.dimensions.keys() ?? [])];
  const published = new Map<string, Map<string, readonly CohortCell[]>>();
  for (const name of names) {
    for (const { county, cells } of await readCohorts<CohortCell>(tables.cohorts, name, '')) {
      published.set(county, (published.get(county) ?? new Map()).set(name, cells));
    }
  }
  const draw = await drawOf(deps);
  const counted = [...sum.keys()].map((key) => (JSON.parse(key) as string[])[0] ?? '');
  for (const county of new Set([...published.keys(), ...counted])) {
    if (county === '') continue;
    const cells = publishable(pack, county, sum, published.get(county) ?? new Map(), draw);
    for (const name of names) {
      await putCohort(tables.cohorts, name, { county, at, cells: cells.get(name) ?? [] });
    }
  }
  const least = pack.smallestCohort ?? Infinity;
  for (const one of packs) {
    for (const programme of one.programmes.values()) {
      const digest = programmeDigest(one, programme);
      const fits = (sum.get(programmeKey(digest)) ?? 0) >= least;
      await putProgramme(tables.cohorts, { digest, fits, at });
    }
    await stopAsking(tables.cohorts, one.hash);
  }
}

/** Under a key that follows from one in KMS: no owner of a field, and no reader of the tables, can compute what is drawn. */
async function drawOf({ kms, env }: MaintenanceDeps): Promise<(what: string) => number> {
  const [version = ''] = keyVersions(env.referenceKey);
  const key = await generateMac(kms, version, encodeParts('fieldgate drawn counts v1'));
  return (what) => createHmac('sha256', key).update(what).digest().readUInt32BE(0) / 2 ** 32;
}

/* The sum of a job between two pages. Small counts are personal data, so the sum is sealed like a field. */

/** Used instead of owner and field. No department has this name. */
const [OWNER, FIELD] = ['job', 'sum'];

interface SealedSum {
  keyId: KeyId;
  at: string;
  kms: number;
  wrapped: string;
  commitment: string;
  text: string;
}

/** The class of the decisive fields. Every purpose may open it, but only maintenance reads the table of jobs. */
function classOf(): string {
  return [...pack.classes].find(([, { decisive }]) => decisive)?.[0] ?? '';
}

/** Seals the sum under a data key of its own, bound to the job. */
async function sealSum({ deps, job }: JobRun, text: string): Promise<string> {
  const keyId = asKeyId(randomId());
  const at = new Date(deps.now()).toISOString();
  const { key, stored } = await newDataKey(deps, useOf(job.id, keyId, at));
  const sealed: SealedSum = {
    keyId,
    at,
    kms: stored.kms,
    wrapped: Buffer.from(stored.wrapped).toString('base64'),
    commitment: Buffer.from(stored.commitment).toString('base64'),
    text: sealField(key, FIELD, text).toString('base64'),
  };
  return JSON.stringify(sealed);
}

/** Opens the sum with one unwrap, after logging it. @throws Problem INTEGRITY_FAULT */
async function openSum({ deps, job, actor }: JobRun, stored: string): Promise<string> {
  const { keyId, at, kms, wrapped, commitment, text } = JSON.parse(stored) as SealedSum;
  const bytes = (base64: string) => Buffer.from(base64, 'base64');
  await deps.log.append([
    {
      ...actEntry(actor),
      kind: 'attempt',
      operation: 'process',
      owners: allOwners(pack),
      collection: pack.collection,
      keys: [keyId],
      code: 'COHORTS_RESUMED',
    },
  ]);
  const part = { kms, wrapped: bytes(wrapped), commitment: bytes(commitment) };
  const key = await storedDataKey(deps, useOf(job.id, keyId, at), part);
  try {
    return openField(key, FIELD, bytes(text)) as string;
  } catch (error) {
    throw new Problem('INTEGRITY_FAULT', { cause: error });
  }
}

/** The sum of a job is sealed like a subject's field, with the job as the subject. */
function placeOf(job: string) {
  return { collection: pack.collection, subject: asSubjectId(job), owner: OWNER, class: classOf() };
}

function useOf(job: string, keyId: KeyId, at: string) {
  return { place: placeOf(job), logId: asLogId(job), keyId, version: 1, at };
}
