import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { newS3, s3Reader } from '../../shared/log/files/s3-reader.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { auditApp } from './app.ts';
import { AUDIT_ENV } from './deps.ts';

const env = readEnv(process.env, [...AUDIT_ENV, 'tilesBucket', 'edgeBucket']);

export const handler = metered(
  'audit',
  handle(
    auditApp({
      env,
      kms: new KMSClient(),
      dynamo: new DynamoDBClient(),
      now: Date.now,
      tree: s3Reader({ s3: newS3(), tilesBucket: env.tilesBucket, edgeBucket: env.edgeBucket }),
    }),
  ),
);
