/** Acts that wait for a second person. They lie in the jobs table, which maintenance alone can write. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ifHeld } from '../table.ts';

export interface PendingAct {
  /** Digests of the people, so that no name has to be kept. */
  requester: string;
  /** The office that asked, and its departments. */
  clientId: string;
  departments: readonly string[];
  approver: string | null;
  /** Log entry of the request. */
  entry: string;
  /** Epoch second after which it is as if nobody had asked. */
  expires: number;
  /** What the approver was answered; `null` while the act is not done. */
  answer: string | null;
}

/** Seconds that a request waits, and that its answer can be had again. */
export const ACT_SECONDS = 86_400;

/** @param act what is to be done and to whom, in opaque words */
export async function readAct(
  dynamo: DynamoDBClient,
  table: string,
  act: string,
  now: number,
): Promise<PendingAct | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { job: { S: `act:${act}` } }, ConsistentRead: true }),
  );
  const expires = Number(item?.['expires']?.N ?? 0);
  // DynamoDB deletes expired items late, so the time is compared here.
  if (!item?.['requester']?.S || !item['entry']?.S || expires * 1000 <= now) return null;
  return {
    requester: item['requester'].S,
    clientId: item['office']?.S ?? '',
    departments: item['departments']?.L?.map(({ S = '' }) => S) ?? [],
    approver: item['approver']?.S ?? null,
    entry: item['entry'].S,
    expires,
    answer: item['answer']?.S ?? null,
  };
}

/** @returns whether the request stands now; `false` when somebody else asked first */
export function openAct(
  dynamo: DynamoDBClient,
  table: string,
  act: string,
  { requester, clientId, departments, entry, expires }: Omit<PendingAct, 'approver' | 'answer'>,
  now: number,
): Promise<boolean> {
  return ifHeld(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          job: { S: `act:${act}` },
          requester: { S: requester },
          office: { S: clientId },
          departments: { L: departments.map((code) => ({ S: code })) },
          entry: { S: entry },
          expires: { N: String(expires) },
        },
        ConditionExpression: 'attribute_not_exists(job) OR expires <= :now OR entry = :entry',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) }, ':entry': { S: entry } },
      }),
    ),
  );
}

/** Keeps the answer for the approver, whose first one may have been lost. */
export async function closeAct(
  dynamo: DynamoDBClient,
  table: string,
  act: string,
  { approver, answer, now }: { approver: string; answer: string; now: number },
): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { job: { S: `act:${act}` } },
      UpdateExpression: 'SET approver = :approver, answer = :answer, expires = :expires',
      ExpressionAttributeValues: {
        ':approver': { S: approver },
        ':answer': { S: answer },
        ':expires': { N: String(Math.floor(now / 1000) + ACT_SECONDS) },
      },
    }),
  );
}
