import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { handle } from 'hono/aws-lambda';
import { readEnv } from '../../shared/env.ts';
import { MAINTENANCE_ENV, maintenanceApp } from './app.ts';

export const handler = handle(
  maintenanceApp({
    env: readEnv(process.env, MAINTENANCE_ENV),
    kms: new KMSClient(),
    dynamo: new DynamoDBClient(),
    now: Date.now,
  }),
);
