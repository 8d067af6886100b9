/** Changes of the register that wait for a second steward. They lie beside the agencies, one for each agency. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

export interface Proposal {
  /** Digest of the change: whoever seconds it must ask for exactly the same. */
  change: string;
  /** Digest of the person who asked first. */
  person: string;
  /** The office of that person, and its departments. */
  office: string;
  departments: readonly string[];
  /** Log entry of the request. */
  entry: string;
  /** Epoch second after which it is as if nobody had asked. */
  expires: number;
}

/** No client id holds this character, so `getAgency` never reads a proposal. */
const itemOf = (clientId: string) => `pending~${clientId}`;

/** @param now epoch milliseconds. @returns `null` when none waits. */
export async function readProposal(
  dynamo: DynamoDBClient,
  table: string,
  clientId: string,
  now: number,
): Promise<Proposal | null> {
  const { Item } = await dynamo.send(
    new GetItemCommand({
      TableName: table,
      Key: { clientId: { S: itemOf(clientId) } },
      ConsistentRead: true,
    }),
  );
  const proposal = JSON.parse(Item?.['proposal']?.S ?? 'null') as Proposal | null;
  return proposal && now / 1000 < proposal.expires ? proposal : null;
}

/**
 * @param before the entry of the proposal that was read, `null` for none.
 * @param after what stands in its place; `null` when the change is made.
 * @returns false when somebody else was faster.
 */
export async function moveProposal(
  dynamo: DynamoDBClient,
  table: string,
  clientId: string,
  { before, after, now }: { before: string | null; after: Proposal | null; now: number },
): Promise<boolean> {
  const expires = after?.expires ?? 0;
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          clientId: { S: itemOf(clientId) },
          proposal: { S: JSON.stringify(after) },
          entry: { S: after?.entry ?? 'none' },
          expires: { N: String(expires) },
        },
        ConditionExpression:
          before === null ? 'attribute_not_exists(clientId) OR #expires <= :now' : '#entry = :before',
        ExpressionAttributeNames: before === null ? { '#expires': 'expires' } : { '#entry': 'entry' },
        ExpressionAttributeValues:
          before === null ? { ':now': { N: String(Math.floor(now / 1000)) } } : { ':before': { S: before } },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
