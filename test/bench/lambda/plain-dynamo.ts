/** Calls of DynamoDB on the plain SDK, as a hand-written release would make them. */
import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ENV, type EnvName } from '../../../shared/env.ts';

export const env = (name: EnvName) => process.env[ENV[name]] as string;
export const dynamo = new DynamoDBClient();

export const put = (table: EnvName, Item: Record<string, AttributeValue>) =>
  dynamo.send(new PutItemCommand({ TableName: env(table), Item }));
export const query = (table: EnvName, subject: string) =>
  dynamo.send(
    new QueryCommand({
      TableName: env(table),
      ConsistentRead: true,
      KeyConditionExpression: 'subject = :subject',
      ExpressionAttributeValues: { ':subject': { S: subject } },
    }),
  );
export const get = (table: EnvName, Key: Record<string, AttributeValue>) =>
  dynamo.send(new GetItemCommand({ TableName: env(table), Key, ConsistentRead: true }));
