import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { handle } from 'hono/aws-lambda';
import { readEnv } from '../../shared/env.ts';
import { INTAKE_ENV, intakeApp } from './app.ts';

export const handler = handle(
  intakeApp({
    env: readEnv(process.env, INTAKE_ENV),
    kms: new KMSClient(),
    dynamo: new DynamoDBClient(),
    now: Date.now,
  }),
);
