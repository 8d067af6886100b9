/**
 * `npm run canary -- --agency-file canary.json [--every 300] [--region … [--environment prod]]`: the journey of the smoke test from outside of the
 * account, again and again. It prints a line for each and, with `--region`, counts the good ones as the metric
 * `CanaryReleases`, whose silence raises an alarm. A value is never printed.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { command } from '../aws/commands/command.ts';
import { type Flight, flightOf } from './flight.ts';
import { travel } from './journey.ts';
import { officeFor } from './kms-key.ts';
import { type Plan, readPlan } from './plan.ts';
import { ofFile, PLAN, WAIT } from './smoke.ts';

/** Counts a good flight where the alarm of the environment's stack looks. */
export function count(aws: (...words: string[]) => void, environment: string, { good }: Flight): void {
  const data = `MetricName=CanaryReleases,Value=${good ? 1 : 0},Dimensions=[{Name=environment,Value=${environment}}]`;
  aws('cloudwatch', 'put-metric-data', '--namespace', 'Fieldgate', '--metric-data', data);
}

/** The office of the canary in the stack, as `fieldgate agency register` takes it. */
export function ownOffice(aws: (...words: string[]) => string, key: string, plan: Plan, now: number): string {
  const words = ['get-public-key', '--key-id', key, '--query', 'PublicKey', '--output', 'text'];
  const der = Buffer.from(aws('kms', ...words).trim(), 'base64');
  const trained = new Date(now + 365 * 86_400_000).toISOString().slice(0, 10);
  return JSON.stringify(officeFor(plan, der, trained), null, 2);
}

const USAGE = `canary --office-key ARN --region REGION [--plan FILE]
canary --agency-file FILE [--plan FILE] [--every SECONDS] [--region REGION [--environment prod]]

--office-key prints the office of the canary in the stack, for two stewards to register.
A record of a person who does not exist goes in, a field comes out, its proof is in the tree, and it is deleted.`;

await command(import.meta.url, USAGE, async () => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ 'agency-file': text, plan: { ...text, default: PLAN }, every: text, region: text },
      'office-key': text,
      environment: { ...text, default: 'prod' },
    },
  });
  const { 'agency-file': file, every, region, environment } = values;
  if (values['office-key'] && region) {
    const aws = (...words: string[]) =>
      execFileSync('aws', [...words, '--region', region], { encoding: 'utf8' });
    const office = ownOffice(aws, values['office-key'], readPlan(values.plan), Date.now());
    return void process.stdout.write(`${office}\n`);
  }
  if (!file) throw new Error('name the key file of the office');
  const office = ofFile(file);
  const aws = (...words: string[]) =>
    void execFileSync('aws', [...words, '--region', region ?? ''], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  for (;;) {
    // KMS's record is compared by the watch of the stack.
    const flight = flightOf(await travel({ office, plan: readPlan(values.plan), compare: null, wait: WAIT }));
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...flight })}\n`);
    if (region) count(aws, environment, flight);
    if (!every) process.exit(flight.good ? 0 : 1);
    await sleep(Number(every) * 1000);
  }
});
