import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { insightApp } from './app.ts';
import { INSIGHT_ENV } from './deps.ts';

export const handler = metered(
  'insight',
  handle(
    insightApp({
      env: readEnv(process.env, INSIGHT_ENV),
      kms: new KMSClient(),
      dynamo: new DynamoDBClient(),
      now: Date.now,
    }),
  ),
);
