/**
 * Sessions of people at the console, in the table of claims. Each is stored under the hash of a handle that
 * only the page has.
 */

import { hash } from 'node:crypto';
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { ClientId } from '../../ids.ts';
import { ifHeld } from '../../store/table.ts';

export interface PersonSession {
  /** Thumbprint of the page's key. */
  jkt: string;
  issuer: string;
  subject: string;
  name: string;
  office: ClientId;
  actions: string[];
  /** Epoch seconds. */
  authTime: number;
  ends: number;
}

/** Seconds without a renewal that end a session, and the maximum of a session. */
export const SESSION_IDLE = 1800;
export const SESSION_LASTS = 8 * 3600;

type Where = { dynamo: DynamoDBClient; table: string };

const keyOf = (handle: string) => ({ claim: { S: `session:${hash('sha256', handle, 'base64url')}` } });

/** @param now epoch seconds */
export async function putSession(
  { dynamo, table }: Where,
  handle: string,
  session: PersonSession,
  now: number,
): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        ...keyOf(handle),
        expires: { N: String(session.ends) },
        idleUntil: { N: String(now + SESSION_IDLE) },
        kept: { S: JSON.stringify(session) },
      },
      ConditionExpression: 'attribute_not_exists(claim)',
    }),
  );
}

/** @returns `null` if no session has this handle, or the session is over. */
export async function getSession(
  { dynamo, table }: Where,
  handle: string,
  now: number,
): Promise<PersonSession | null> {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: keyOf(handle), ConsistentRead: true }),
  );
  const kept = Item?.['kept']?.S;
  if (kept === undefined || Number(Item?.['idleUntil']?.N) <= now) return null;
  const session = JSON.parse(kept) as PersonSession;
  return session.ends > now ? session : null;
}

/** @returns false if the session was ended in the meantime. */
export function keepSession({ dynamo, table }: Where, handle: string, now: number): Promise<boolean> {
  return ifHeld(
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(handle),
        UpdateExpression: 'SET idleUntil = :until',
        ConditionExpression: 'attribute_exists(claim)',
        ExpressionAttributeValues: { ':until': { N: String(now + SESSION_IDLE) } },
      }),
    ),
  );
}

export async function endSession({ dynamo, table }: Where, handle: string): Promise<void> {
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyOf(handle) }));
}
