import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { handle } from 'hono/aws-lambda';
import { readEnv } from '../../shared/env.ts';
import { metered } from '../http/metered.ts';
import { CASEWORK_ENV, caseworkApp } from './app.ts';

export const handler = metered(
  'casework',
  handle(
    caseworkApp({
      env: readEnv(process.env, CASEWORK_ENV),
      kms: new KMSClient(),
      dynamo: new DynamoDBClient(),
      now: Date.now,
    }),
  ),
);
