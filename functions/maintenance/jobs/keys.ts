import { Problem } from '../../../shared/errors.ts';
import { rewrapDataKey } from '../../../shared/keys/rewrap.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import type { KeyItem, StoredKey } from '../../../shared/records/subject/key-items.ts';
import { readState, replaceKeys } from '../../../shared/records/subject/key-states.ts';
import { actEntry } from '../acting.ts';
import type { JobRun } from './jobs.ts';

/** Keys of one update, for the size of its expression. */
const AT_ONCE = 100;
const ATTEMPTS = 16;

/**
 * Wraps the subject's data keys under the present KMS key of their class, by ReEncrypt: neither sheets nor heads
 * change, so releases and intakes go on meanwhile.
 * @returns whether there was anything to do
 */
export async function rewrapSubject(run: JobRun, subject: string): Promise<boolean> {
  const { deps, job, actor } = run;
  let changed = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await readState(deps.dynamo, deps.env.keysTable, subject);
    if (found.state !== 'live' || found.item.subject !== subject) return changed;
    const old = outdated(run, found.item, job.class).slice(0, AT_ONCE);
    if (old.length === 0) return changed;
    const entry: NewEntry = {
      ...actEntry(actor),
      kind: 'maintenance',
      operation: 'process',
      owners: [...new Set(old.map(([, key]) => key.owner))].sort(),
      collection: found.item.collection,
      subject: found.item.logId,
      keys: old.map(([id]) => id),
      outcome: 'rewrapped',
    };
    await deps.log.append([entry]);
    const rewrapped = await Promise.all(old.map(([id, key]) => rewrap(run, found.item, id, key)));
    changed = (await replaceKeys(deps.dynamo, deps.env.keysTable, found.item, new Map(rewrapped))) || changed;
  }
  throw new Problem('CONFLICT');
}

function outdated({ deps }: JobRun, { keys }: KeyItem, only: string | null): [string, StoredKey][] {
  return [...keys].filter(([, key]) => {
    if (only !== null && key.class !== only) return false;
    return (key.kms ?? 1) !== deps.classKeys.get(key.class)?.length;
  });
}

async function rewrap(
  { deps }: JobRun,
  { collection, subject }: KeyItem,
  keyId: string,
  key: StoredKey,
): Promise<[string, StoredKey]> {
  const arns = deps.classKeys.get(key.class) ?? [];
  const [from, to] = [arns[(key.kms ?? 1) - 1], arns.at(-1)];
  if (!from || !to) throw new Problem('KMS_UNAVAILABLE');
  const place = { collection, subject, owner: key.owner, class: key.class, keyId };
  const wrapped = await rewrapDataKey(deps.kms, from, to, place, key.wrapped);
  return [keyId, { ...key, wrapped, kms: arns.length }];
}
