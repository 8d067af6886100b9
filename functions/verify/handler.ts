import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { metered } from '../http/metered.ts';
import { handle } from '../http/rest-event.ts';
import { VERIFY_ENV, verifyApp } from './app.ts';

export const handler = metered(
  'verify',
  handle(
    verifyApp({
      env: readEnv(process.env, VERIFY_ENV),
      kms: new KMSClient(),
      dynamo: new DynamoDBClient(),
      now: Date.now,
    }),
  ),
);
