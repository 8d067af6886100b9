/**
 * Freezes of an agency, an officer, a purpose or a class that are in force. They lie in one partition, which every
 * release and verification reads; a freeze of a subject lies with the subject's casework.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dropCasework, putCasework, queryCasework } from './casework/casework.ts';

export type FreezeTarget =
  | { kind: 'agency'; agency: string }
  /** Digest of an agency's officer, so that no name has to be kept. */
  | { kind: 'officer'; agency: string; person: string }
  | { kind: 'purpose'; purpose: string }
  | { kind: 'class'; class: string };

export interface Freeze {
  id: string;
  target: FreezeTarget;
  /** RFC 3339. */
  at: string;
  /** The agency that froze, and the log entry that says so. */
  by: string;
  entry: string;
}

/** Partition of the casework table that holds what is in force. No subject has such an id. */
export const IN_FORCE = '#freezes';

/** All that are in force, strongly consistent. @throws Error for what was never written so, or the store's error */
export async function readFreezes(dynamo: DynamoDBClient, table: string): Promise<Freeze[]> {
  return (await queryCasework(dynamo, table, IN_FORCE)).map(({ id, document }) => {
    const freeze = document as Freeze;
    if (freeze.id !== id) throw new Error('malformed freeze');
    return freeze;
  });
}

/** In force once this returns. */
export async function putFreeze(dynamo: DynamoDBClient, table: string, freeze: Freeze): Promise<void> {
  await putCasework(dynamo, table, IN_FORCE, { kind: FREEZE, id: freeze.id, document: freeze });
}

/** May be repeated. */
export function dropFreeze(dynamo: DynamoDBClient, table: string, id: string): Promise<void> {
  return dropCasework(dynamo, table, IN_FORCE, { kind: FREEZE, id });
}

/** Kind of the items, of a subject's freezes too. */
export const FREEZE = 'freeze';
