import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { TOKEN_ENV, tokenApp } from './app.ts';

export const handler = metered(
  'token',
  handle(
    tokenApp({
      env: readEnv(process.env, TOKEN_ENV),
      kms: new KMSClient(),
      dynamo: new DynamoDBClient(),
      now: Date.now,
    }),
  ),
);
