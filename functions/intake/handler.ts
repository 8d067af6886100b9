import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnv } from '../../shared/env.ts';
import { metered } from '../http/metrics.ts';
import { handle } from '../http/rest-event.ts';
import { intakeApp, makeDecoy } from './app.ts';
import { INTAKE_ENV } from './deps.ts';

const deps = {
  env: readEnv(process.env, INTAKE_ENV),
  kms: new KMSClient(),
  dynamo: new DynamoDBClient(),
  now: Date.now,
};
const serve = metered('intake', handle(intakeApp(deps)));
// One look an instance; where it fails the next instance looks again.
const decoy = makeDecoy(deps).catch(() => {});

export const handler: typeof serve = async (event, context) => {
  await decoy;
  return serve(event, context);
};
