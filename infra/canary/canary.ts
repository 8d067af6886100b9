/**
 * `npm run canary -- --agency-file canary.json --match <field=value> --purpose … --field … [--every 300] [--region … [--environment prod]]`: one release
 * from end to end, as a caller outside of the account makes it: login, release of one field of a person who does not exist,
 * receipt, proof in the tree. It prints a line for each and, with `--region`, counts the good ones as the metric
 * `CanaryReleases`, whose silence raises an alarm. A value is never printed.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type ConnectOptions, connect, FieldgateError } from '../../shared/client/connect.ts';
import { readAgency } from '../cli/identity/agency-file.ts';
import { presentTo } from '../cli/terminal/certificate.ts';

export interface Flight {
  good: boolean;
  milliseconds: number;
  /** `null`, or the code of the step that failed. */
  failed: string | null;
}

/** Milliseconds until the tree must contain the entry. */
const IN_TREE = 120_000;

export interface Passenger {
  purpose: string;
  field: string;
  match: Record<string, string>;
}

/** @throws nothing: what goes wrong is in the answer */
export async function fly(
  options: ConnectOptions,
  { purpose, field, match }: Passenger,
  wait = IN_TREE,
): Promise<Flight> {
  const started = performance.now();
  const told = (failed: string | null): Flight => ({
    ...{ good: failed === null, milliseconds: Math.round(performance.now() - started), failed },
  });
  try {
    const gate = await connect(options);
    const why = {
      purpose,
      case: 'CANARY',
      officer: 'canary',
      reason: 'canary release of a person who does not exist',
    };
    const answer = await gate.release({ ...why, subjects: [{ match }], fields: [field] });
    const [person] = answer.results;
    if (!person || !('fields' in person) || !(field in person.fields)) return told('FIELD_MISSING');
    const { place } = await gate.checkReceipt(person.receipt, { wait });
    return told(place === null ? 'NOT_IN_TREE' : null);
  } catch (error) {
    return told(error instanceof FieldgateError ? error.code : 'FAULT');
  }
}

/** @param matches `field=value`, by the fields by which the policy finds people */
export function matchOf(matches: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    matches.map((one) => {
      const [, field, value] = /^([^=]+)=(.+)$/.exec(one) ?? [];
      if (field === undefined || value === undefined) throw new Error('--match is like <field>=<value>');
      return [field, value];
    }),
  );
}

/** Counts a good flight where the alarm of the environment's stack looks. */
export function count(aws: (...words: string[]) => void, environment: string, { good }: Flight): void {
  const data = `MetricName=CanaryReleases,Value=${good ? 1 : 0},Dimensions=[{Name=environment,Value=${environment}}]`;
  aws('cloudwatch', 'put-metric-data', '--namespace', 'Fieldgate', '--metric-data', data);
}

const USAGE = `canary --agency-file FILE --match FIELD=VALUE --purpose CODE --field NAME
  [--every SECONDS] [--region REGION [--environment prod]]

Releases one field of a person who does not exist, from login to the proof in the tree.`;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'agency-file': { type: 'string' },
      match: { type: 'string', multiple: true },
      purpose: { type: 'string' },
      field: { type: 'string' },
      every: { type: 'string' },
      region: { type: 'string' },
      environment: { type: 'string', default: 'prod' },
      help: { type: 'boolean', default: false },
    },
  });
  const { 'agency-file': file, match: matches = [], purpose, field, every, region, environment } = values;
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (!file || matches.length === 0 || !purpose || !field)
    throw new Error('an agency file, a match, a purpose and a field are needed');
  const { clientId, issuer, sig, enc, ...agency } = readAgency(undefined, file);
  presentTo(issuer, agency);
  const options = { issuer, clientId, key: sig, ...(enc && { enc }) };
  const aws = (...words: string[]) =>
    void execFileSync('aws', [...words, '--region', region ?? ''], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  for (;;) {
    const flight = await fly(options, { purpose, field, match: matchOf(matches) });
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...flight })}\n`);
    if (region) count(aws, environment, flight);
    if (!every) process.exit(flight.good ? 0 : 1);
    await sleep(Number(every) * 1000);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await run().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`);
    process.exitCode = 2;
  });
