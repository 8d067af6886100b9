/**
 * `npm run smoke:release -- --region … --stack fieldgate-dev`, or `-- --agency-file office.json --auditor-file audit.json`: one journey through a
 * running gateway, with a line for each stage. At a stack it makes its own offices and people and removes them. `PASS` means that
 * the gateway did what it is for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ConnectOptions } from '../../shared/client/connect.ts';
import { defined } from '../../shared/defined.ts';
import { command } from '../aws/commands/command.ts';
import { type Aws, cli, outputOf } from '../aws/commands/doctor.ts';
import { readAgency } from '../cli/identity/agency-file.ts';
import { currentToken, loginOf } from '../cli/identity/login-file.ts';
import { presentTo } from '../cli/terminal/certificate.ts';
import type { Erasers } from './erasure.ts';
import { type Journey, type Stage, travel } from './journey.ts';
import { type Pool, peoplePool } from './people-pool.ts';
import { type Office, readPlan } from './plan.ts';
import { type Throwaway, throwaway } from './throwaway.ts';

export const PLAN = fileURLToPath(new URL('../sample/smoke.yaml', import.meta.resolve('#pack/pack.json')));
/** CloudTrail delivers most records within five minutes, and promises none. */
export const WAIT: Journey['wait'] = { tree: 120_000, record: 1_200_000, pause: 15_000 };
const HERE: Journey['wait'] = { tree: 60_000, record: 5_000, pause: 500 };

interface KmsRecord {
  eventName: string;
  eventTime: string;
  errorCode?: string;
  requestParameters: { encryptionContext?: { keyId?: string } } | null;
}

/** Ids of the unwrapped data keys. */
export function unwrapsIn(records: readonly KmsRecord[], since: Date): string[] {
  return records
    .filter(({ eventName, errorCode }) => eventName === 'Decrypt' && errorCode === undefined)
    .filter(({ eventTime }) => Date.parse(eventTime) >= since.valueOf())
    .flatMap(({ requestParameters }) => requestParameters?.encryptionContext?.keyId ?? []);
}

/** The account's own list of events, which has each a little later than the trail's files. */
export const inAccount = (aws: Aws) => async (since: Date) => {
  const of = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=Decrypt'];
  const { Events = [] } = aws('cloudtrail', 'lookup-events', ...of, '--start-time', since.toISOString()) as {
    Events?: { CloudTrailEvent: string }[];
  };
  return unwrapsIn(
    Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent)),
    since,
  );
};

/** The files of the local gateway. */
const inFolder = (folder: string) => async (since: Date) =>
  readdirSync(folder).flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean);
    return unwrapsIn(
      lines.map((line) => JSON.parse(line)),
      since,
    );
  });

/** An office of each line, with a person who logs in when it is their turn. @param holder puts the record in */
export async function erasersOf(
  make: (office: Office, people: string) => Promise<Throwaway>,
  { setting, logIn }: Pick<Pool, 'setting' | 'logIn'>,
  holder: Office,
  orders: Office,
): Promise<Erasers> {
  const actions = [...holder.actions, 'casework'];
  const [first, second] = [await make(orders, setting), await make({ ...holder, actions }, setting)];
  return {
    orders: { ...first, actorToken: () => logIn('first') },
    confirms: { ...second, actorToken: () => logIn('second') },
  };
}

function report(stages: readonly Stage[]): void {
  for (const { name, fault, milliseconds } of stages)
    process.stdout.write(
      `${fault === null ? 'PASS' : 'FAIL'}  ${name} (${milliseconds} ms)${fault === null ? '' : `: ${fault}`}\n`,
    );
  process.exitCode = stages.every(({ fault }) => fault === null) ? 0 : 1;
}

/** The office of a key file, with its person who is logged in here, if there is one. */
export function ofFile(path: string): ConnectOptions {
  const { clientId, issuer, sig, enc, ...more } = readAgency(undefined, path);
  presentTo(issuer, more);
  const login = loginOf(clientId, issuer, undefined);
  return {
    issuer,
    clientId,
    key: sig,
    ...(enc && { enc }),
    ...(login && { actorToken: () => currentToken(login) }),
  };
}

const USAGE = `smoke:release --region REGION --stack NAME [--plan FILE]
smoke:release --agency-file FILE --auditor-file FILE [--trail FOLDER] [--plan FILE]

With key files, a person of the office who is logged in by fieldgate login asks for the field; otherwise the office's program asks.
A record of a person who does not exist goes in, a field comes out, receipt, tree and KMS's record agree, and it is erased.`;

await command(import.meta.url, USAGE, async () => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ region: text, stack: text, plan: { ...text, default: PLAN }, trail: text },
      ...{ 'client-cert': text, 'client-key': text, 'agency-file': text, 'auditor-file': text },
    },
  });
  const { region, stack, trail, 'agency-file': agency, 'auditor-file': auditor } = values;
  const plan = readPlan(values.plan);
  if (agency !== undefined && auditor !== undefined) {
    const compare = trail === undefined ? null : { auditor: ofFile(auditor), unwrapped: inFolder(trail) };
    return report(await travel({ office: ofFile(agency), plan, compare, wait: HERE }));
  }
  if (region === undefined || stack === undefined)
    throw new Error('name a region and a stack, or two key files');
  const aws = cli(region);
  const url = outputOf(aws, stack, 'RestUrl');
  const { 'client-cert': clientCert, 'client-key': clientKey } = values;
  presentTo(url, defined({ clientCert, clientKey }));
  const table = { client: new DynamoDBClient({ region }), name: outputOf(aws, stack, 'AgenciesTable') };
  const pool = plan.erasure ? peoplePool(aws, region) : null;
  const made: Throwaway[] = [];
  const make = async (office: Office, people?: string) => {
    const one = await throwaway(table, url, office, people);
    made.push(one);
    return one;
  };
  try {
    const [office, auditor] = [await make(plan.office), await make(plan.auditor)];
    const erase = pool && plan.erasure ? await erasersOf(make, pool, plan.office, plan.erasure.office) : null;
    const compare = { auditor, unwrapped: inAccount(aws) };
    report(await travel({ office, plan, compare, erase, wait: WAIT }));
  } finally {
    for (const one of made) await one.remove();
    pool?.remove();
  }
});
