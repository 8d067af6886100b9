/** The canary in the stack: each run is a journey, and its line of metrics is what the alarm waits for. */
import { KMSClient } from '@aws-sdk/client-kms';
import { type Flight, flightOf } from './flight.ts';
import { travel } from './journey.ts';
import { kmsKey } from './kms-key.ts';
import type { Plan } from './plan.ts';

const read = (name: string) => process.env[`CANARY_${name}`] ?? '';
const office = {
  issuer: read('ISSUER'),
  clientId: read('CLIENT'),
  key: kmsKey(new KMSClient(), read('KEY')),
};
const plan = JSON.parse(read('PLAN')) as Plan;

export async function handler(): Promise<Flight> {
  // The tree and KMS's record have alarms of their own, and to wait for them costs more than the rest.
  const flight = flightOf(await travel({ office, plan, compare: null, wait: null }));
  const environment = read('ENVIRONMENT');
  const Metrics = [{ Name: 'CanaryReleases', Unit: 'Count' }];
  const CloudWatchMetrics = [{ Namespace: 'Fieldgate', Dimensions: [['environment']], Metrics }];
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, environment, ...flight };
  // Past the console: CloudWatch reads metrics at the root of a line alone.
  process.stdout.write(`${JSON.stringify({ ...line, CanaryReleases: flight.good ? 1 : 0 })}\n`);
  return flight;
}
