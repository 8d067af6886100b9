import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { releaseApp } from './app.ts';
import { RELEASE_ENV } from './deps.ts';

export const handler = metered(
  'release',
  handle(
    releaseApp({
      env: readEnv(process.env, RELEASE_ENV),
      kms: new KMSClient(),
      dynamo: new DynamoDBClient(),
      now: Date.now,
    }),
  ),
);
