import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Deps } from '../deps.ts';

type LogIdDeps = Pick<Deps<'keysTable'>, 'env' | 'dynamo'>;

/** Subjects that are asked for at the same time. */
const AT_ONCE = 20;

/**
 * The id that stands for a subject in the log.
 * @returns `null` for who was erased, or merged into another: nothing leads from them to the log any more.
 */
export async function logIdOf({ dynamo, env }: LogIdDeps, subject: string): Promise<string | null> {
  const { Item } = await dynamo.send(
    new GetItemCommand({
      TableName: env.keysTable,
      Key: { subject: { S: subject } },
      // The wrapped keys beside it are nobody's business who only reads the log.
      ProjectionExpression: 'logId',
    }),
  );
  return Item?.logId?.S ?? null;
}

/** As `logIdOf`, for many; those without an id are left out. */
export async function logIdsOf(deps: LogIdDeps, subjects: Iterable<string>): Promise<Map<string, string>> {
  const all = [...new Set(subjects)];
  const found = new Map<string, string>();
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const ids = await Promise.all(some.map((subject) => logIdOf(deps, subject)));
    for (const [i, id] of ids.entries()) if (id !== null) found.set(some[i] as string, id);
  }
  return found;
}
