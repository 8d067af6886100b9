/** Proofs that may still be shown: each is looked at again when the record behind it has changed. */
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';

export interface StandingProof {
  subject: string;
  programme: string;
  purpose: string;
  recipient: string;
  /** Names the record for which the proof was last found right. */
  basis: string;
  /** Epoch second before which nobody needs to look; 0 unless somebody looked in vain. */
  after: number;
  /** Epoch second from which nobody needs to look any more. */
  expires: number;
}

/** Beside the status lists, whose names are months. */
const PARTITION = 'standing';
/** Proofs that are looked at together. */
const PAGE = 25;

/** In the place of what was known about this proof. May be repeated. */
export async function keepStanding(
  dynamo: DynamoDBClient,
  table: string,
  { expires, ...proof }: StandingProof,
): Promise<void> {
  const { subject, programme, recipient } = proof;
  const Item = {
    list: { S: PARTITION },
    item: { S: `${subject}#${programme}#${recipient}` },
    proof: { S: JSON.stringify(proof) },
    expires: { N: String(Math.ceil(expires)) },
  };
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
}

/**
 * Every proof that stands, page by page, those about subjects from `first` on before the others: a run that is cut short
 * begins elsewhere the next time.
 * @param now epoch milliseconds
 */
export async function* standingProofs(
  dynamo: DynamoDBClient,
  table: string,
  { now, first }: { now: number; first: string },
): AsyncGenerator<StandingProof[]> {
  for (const compare of ['>=', '<']) {
    let next: Record<string, AttributeValue> | undefined;
    do {
      const page: QueryCommandOutput = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: `#list = :list AND #item ${compare} :first`,
          ExpressionAttributeNames: { '#list': 'list', '#item': 'item' },
          ExpressionAttributeValues: { ':list': { S: PARTITION }, ':first': { S: first } },
          Limit: PAGE,
          ...(next && { ExclusiveStartKey: next }),
        }),
      );
      const proofs = (page.Items ?? []).map(
        ({ proof, expires }) =>
          ({ ...JSON.parse(proof?.S ?? ''), expires: Number(expires?.N) }) as StandingProof,
      );
      yield proofs.filter(({ after, expires }) => after <= now / 1000 && expires > now / 1000);
      next = page.LastEvaluatedKey;
    } while (next);
  }
}
