import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { lookUpIndex } from '../../shared/records/subject/index-entries.ts';
import type { VerifyCall } from './read-call.ts';

/** One KMS GenerateMac and one index query a key, whether or not it leads anywhere. */
export async function look(
  { deps, pack }: Pick<VerifyCall, 'deps' | 'pack'>,
  field: string,
  value: string,
): Promise<string | null> {
  const key = { collection: pack.collection, field, scope: '', value };
  const indexes = await blindIndexes(deps.kms, deps.env.indexKey, key);
  const subjects = await Promise.all(
    indexes.map((index) => lookUpIndex(deps.dynamo, deps.env.indexTable, index)),
  );
  return subjects.find((subject) => subject !== null) ?? null;
}
