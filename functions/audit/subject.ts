import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { referencesOf } from '../../shared/keys/references.ts';
import type { LogFilter } from '../../shared/log/read/read.ts';
import type { AuditDeps } from './app.ts';

/**
 * Whom the auditor's own reference means in the log.
 * @returns `null` for a reference of nobody, or of somebody who was erased and so has no name in the log.
 */
export async function subjectOf(
  { env, kms, dynamo }: AuditDeps,
  clientId: string,
  ref: string,
): Promise<NonNullable<LogFilter['subject']> | null> {
  const id = (await referencesOf(kms, env.referenceKey, clientId)).toSubject(ref);
  if (id === null) return null;
  const { Item } = await dynamo.send(
    new GetItemCommand({
      TableName: env.keysTable,
      Key: { subject: { S: id } },
      // The wrapped keys beside it are none of the auditor's business.
      ProjectionExpression: 'logId',
    }),
  );
  const logId = Item?.logId?.S;
  return logId === undefined ? null : { logId, id };
}
