import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { handle } from 'hono/aws-lambda';
import { readEnv } from '../../shared/env.ts';
import { AUDIT_ENV, auditApp } from './app.ts';

export const handler = handle(
  auditApp({
    env: readEnv(process.env, AUDIT_ENV),
    kms: new KMSClient(),
    dynamo: new DynamoDBClient(),
    now: Date.now,
  }),
);
