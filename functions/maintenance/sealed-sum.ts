/** What a job has added up between two pages: small counts are personal data, so they rest sealed like a field. */

import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { openField } from '../../shared/crypto/open.ts';
import { sealField } from '../../shared/crypto/seal.ts';
import { Problem } from '../../shared/errors.ts';
import { unwrapDataKey } from '../../shared/keys/unwrap.ts';
import { generateDataKey } from '../../shared/keys/wrap.ts';
import { pack } from '../steps/policy.ts';
import { actEntry } from './acting.ts';
import { allOwners } from './find-subject.ts';
import type { JobRun } from './jobs/jobs.ts';

/** Stands for the owner, which no department is named like, and for the field. */
const [OWNER, FIELD] = ['job', 'sum'];

interface Sealed {
  keyId: string;
  at: string;
  kms: number;
  wrapped: string;
  commitment: string;
  text: string;
}

/** The class that everything is decided by: every purpose may open it, but nobody else reads where this lies. */
function classOf(): string {
  return [...pack.classes].find(([, { decisive }]) => decisive)?.[0] ?? '';
}

/** Under a data key of its own, bound to the job. */
export async function sealSum({ deps, job }: JobRun, text: string): Promise<string> {
  const keyId = toBase64url(randomBytes(16));
  const at = new Date(deps.now()).toISOString();
  const arns = deps.classKeys.get(classOf()) ?? [];
  const { raw, wrapped } = await generateDataKey(deps.kms, arns.at(-1) ?? '', { ...placeOf(job.id), keyId });
  const key = DataKey.fromRaw(useOf(job.id, keyId, at), raw);
  const sealed: Sealed = {
    ...{ keyId, at, kms: arns.length },
    wrapped: Buffer.from(wrapped).toString('base64'),
    commitment: key.commitment.toString('base64'),
    text: sealField(key, FIELD, text).toString('base64'),
  };
  return JSON.stringify(sealed);
}

/** One unwrap, said in the log before. @throws Problem INTEGRITY_FAULT */
export async function openSum({ deps, job, actor }: JobRun, stored: string): Promise<string> {
  const { keyId, at, kms, wrapped, commitment, text } = JSON.parse(stored) as Sealed;
  const bytes = (base64: string) => Buffer.from(base64, 'base64');
  await deps.log.append([
    {
      ...actEntry(actor),
      kind: 'attempt',
      operation: 'process',
      owners: allOwners(),
      collection: pack.collection,
      keys: [keyId],
      code: 'COHORTS_RESUMED',
    },
  ]);
  const arn = deps.classKeys.get(classOf())?.[kms - 1];
  if (!arn) throw new Problem('KMS_UNAVAILABLE');
  const raw = await unwrapDataKey(deps.kms, arn, { ...placeOf(job.id), keyId }, bytes(wrapped));
  try {
    const key = DataKey.fromStored(useOf(job.id, keyId, at), raw, bytes(commitment));
    return openField(key, FIELD, bytes(text)) as string;
  } catch (error) {
    throw new Problem('INTEGRITY_FAULT', { cause: error });
  }
}

function placeOf(job: string) {
  return { collection: pack.collection, subject: job, owner: OWNER, class: classOf() };
}

function useOf(job: string, keyId: string, at: string) {
  return { place: placeOf(job), logId: job, keyId, version: 1, at };
}
