import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { type HeadInLog, scanHeads } from '../../shared/records/all-heads.ts';
import { currentPack } from '../steps/policy.ts';
import type { AuditDeps } from './app.ts';

/** Key items of a page. */
const PAGE = 500;

/**
 * Heads of all records, to be compared with what the log says was written. A cursor is the caller's own
 * reference of a subject: internal ids stay inside.
 * @throws Problem INVALID_REQUEST for a cursor that was never given
 */
export async function headsPage(
  deps: AuditDeps,
  clientId: string,
  cursor: string | undefined,
): Promise<{ heads: HeadInLog[]; cursor?: string }> {
  const { env, kms, dynamo } = deps;
  const references = await referencesOf(kms, env.referenceKey, clientId);
  const after = cursor === undefined ? null : references.toSubject(cursor);
  if (cursor !== undefined && after === null) {
    throw new Problem('INVALID_REQUEST', {
      errors: [{ path: '/cursor', message: 'is not one of this list' }],
    });
  }
  const { departments } = await currentPack(deps);
  const table = { dynamo, keysTable: env.keysTable };
  const { heads, next } = await scanHeads(table, [...departments.keys()], { after, limit: PAGE });
  return { heads, ...(next !== null && { cursor: references.toRef(next) }) };
}
