import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { stewardApp } from './app.ts';
import { STEWARD_ENV } from './deps.ts';

export const handler = metered(
  'steward',
  handle(
    stewardApp({
      env: readEnv(process.env, STEWARD_ENV),
      kms: new KMSClient(),
      dynamo: new DynamoDBClient(),
      now: Date.now,
    }),
  ),
);
