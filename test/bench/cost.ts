/**
 * Counts the cost of one call in AWS: operations of KMS and DynamoDB, the latter in capacity units as the
 * store reports them. Prints the tables of docs/operate/cost.md, which test/infra/per-million.test.ts holds to it. Prices
 * are of us-east-1, in US dollars a million.
 *
 * npx node test/bench/cost.ts
 */
import { pathToFileURL } from 'node:url';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { metricLine } from '../../functions/metrics.ts';
import { settingsFor } from '../../infra/aws/settings.ts';
import { IN_FORCE } from '../../shared/tables.ts';
import { ofType, synthesise } from '../infra/synthesise.ts';
import { type Details, testGateway } from '../support/gateway.ts';
import { itemSize } from '../support/item-size.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { makeWorld } from '../verify/world.ts';
import { FIELDS, SHEETS } from './lambda/recording.ts';

/** KMS charges five times as much for a signature as for any other operation that is called here. */
const PRICE = {
  sign: 15,
  kms: 3,
  write: 0.625,
  read: 0.125,
  api: 3.5,
  firewall: 0.6,
  lambda: 0.2,
  gbSecond: 13.3334,
  logGb: 0.5,
};
/** Milliseconds that a warm call takes in Lambda with AWS nearby: three round trips of some 8 ms, and ours. */
const BILLED = 60;
/** Milliseconds of a verification, which waits for its time step. */
const STEP = 400;
const MEMORY_GB = settingsFor('prod').waitingMemory / 1024;
/** Bytes that CloudWatch adds to each line. */
const OF_LINE = 26;

interface Tally {
  kms: Map<string, number>;
  reads: number;
  writes: number;
}
let tally: Tally = fresh();

function fresh(): Tally {
  return { kms: new Map(), reads: 0, writes: 0 };
}

function count(
  client: typeof DynamoDBClient | typeof KMSClient,
  see: (name: string, output: object, input: object) => void,
) {
  const send = client.prototype.send as (command: { input: object }) => Promise<object>;
  client.prototype.send = async function (this: unknown, command: { input: object }) {
    const dynamo = client === DynamoDBClient;
    if (dynamo) Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const output = await Reflect.apply(send, this, [command]);
    see(command.constructor.name.replace(/Command$/, ''), output, command.input);
    return output;
  } as never;
  restores.push(() => {
    client.prototype.send = send as never;
  });
}
/** What ends the counting. */
const restores: (() => void)[] = [];
count(DynamoDBClient, (name, output, input) => {
  const { ConsumedCapacity: told } = output as {
    ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[];
  };
  const each = [told ?? []].flat() as { CapacityUnits: number; TableName?: string }[];
  const put = /^(Put|Update|Delete)/.test(name);
  if (!put) {
    // An instance looks at these by its clock, whatever it is asked.
    const asked = JSON.stringify(input);
    if (asked.includes(`"${IN_FORCE}"`) || /"TableName":"[^"]*-policy"/.test(asked)) return;
    // DynamoDB bills an empty answer as the smallest one.
    const least = 'ConsistentRead' in input && input.ConsistentRead ? 1 : 0.5;
    tally.reads += Math.max(
      least,
      each.reduce((sum, one) => sum + one.CapacityUnits, 0),
    );
    return;
  }
  for (const { TableName = '', CapacityUnits } of each) {
    tally.writes += CapacityUnits;
    // The local store does not count what an index takes: one unit for the keys of an entry, and for a task.
    if (/-(log|tasks)$/.test(TableName)) tally.writes += 1;
  }
});

count(KMSClient, (name) => tally.kms.set(name, (tally.kms.get(name) ?? 0) + 1));

/** Bytes of the lines of a call that ended well: that of the function, and that of the API with values of usual length. */
function linesOf(milliseconds: number): number {
  const [, stage] = ofType(synthesise('prod'), 'AWS::ApiGateway::Stage')[0] ?? [];
  const values: Record<string, string> = {
    requestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
    requestTimeEpoch: '1795642747324',
    httpMethod: 'POST',
    resourcePath: '/v1/verifications',
    status: '200',
    responseLength: '1200',
    responseLatency: '407',
    integrationLatency: '402',
    'integration.status': '200',
    'waf.status': '200',
    'identity.sourceIp': '203.0.113.117',
    'error.responseType': '-',
  };
  const access = String(stage?.Properties.AccessLogSetting.Format).replace(
    /\$context\.([\w.]+)/g,
    (_, name) => values[name] ?? '-',
  );
  const own = metricLine({}, { now: 0, about: { function: 'release', status: 200, milliseconds } });
  return access.length + own.length + 2 * OF_LINE;
}

// As a stack begins; a token that brings the purpose of its session is a Sign more.
const gateway = await testGateway({ purposes: 'code' });
/** Of a million calls, by the name of the call. */
export const rows: Record<string, Record<string, string | number>> = {};

async function measure(
  name: string,
  fields: number,
  call: () => Promise<{ status: number; text: string } | object[]>,
  billed = BILLED,
) {
  await call();
  tally = fresh();
  const answer = await call();
  if ('status' in answer && answer.status !== 200)
    throw new Error(`${name}: ${answer.status} ${answer.text}`);
  const signs = tally.kms.get('Sign') ?? 0;
  const kms = [...tally.kms.values()].reduce((sum, one) => sum + one, 0) - signs;
  const cost = {
    KMS: kms * PRICE.kms + signs * PRICE.sign,
    DynamoDB: tally.writes * PRICE.write + tally.reads * PRICE.read,
    'API, firewall, Lambda':
      PRICE.api + PRICE.firewall + PRICE.lambda + (billed / 1000) * MEMORY_GB * PRICE.gbSecond,
    logs: ((linesOf(billed) * 1e6) / 1e9) * PRICE.logGb,
  };
  rows[name] = {
    fields,
    KMS: [...tally.kms].map(([operation, times]) => `${times} ${operation}`).join(', '),
    'write units': tally.writes,
    'read units': tally.reads,
    ...Object.fromEntries(Object.entries(cost).map(([part, dollars]) => [`$ ${part}`, dollars.toFixed(2)])),
    '$ a million': Object.values(cost)
      .reduce((sum, one) => sum + one, 0)
      .toFixed(2),
  };
}

const id = freshNumber();
const match = { id_number: id };
const intake = (agency: string, fields: object) => gateway.put(agency, { match, fields });
await intake('mps-county', { name: '张三', id_number: id, sex: '1', birth_date: BORN });
await intake('mca-county', {
  division_code: '990001001',
  guardianship_status: 'normal',
  guardian_phone: '13900000001',
  hardship_category: 'subsistence_allowance',
});
await intake('edu-county', { schooling_status: 'primary', school_name: '某县第一小学' });

const S1: Details = {
  actions: ['release'],
  purpose: 'S1',
  officer: 'zhang.wei',
  reason: 'winter subsidy, grade 5',
};
const E1: Details = { ...S1, purpose: 'E1', reason: 'child missing since noon' };
const release = (agency: string, details: Details, fields: string[], more: object, ref: string) =>
  gateway.call(agency, details, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: [{ ref }],
    fields,
    ...more,
  });
const refOf = async (agency: string, details: Details, more = {}) => {
  const request = { collection: 'children', subjects: [{ match }], fields: ['name'], ...more };
  return (await gateway.call(agency, details, 'POST', '/v1/releases', request)).json.results[0].ref as string;
};
const DANGER = { context: { imminentDangerAttested: true } };
const school = await refOf('edu-county', S1);
const police = await refOf('mps-county', E1, DANGER);
await measure('release, no facts', 3, () =>
  release('mps-county', E1, ['name', 'guardian_phone', 'school_name'], DANGER, police),
);
await measure('release, facts', 6, () =>
  release(
    'edu-county',
    S1,
    ['name', 'sex', 'division_code', 'guardianship_status', 'school_name', 'schooling_status'],
    {},
    school,
  ),
);
await measure('intake, 4 fields', 4, () =>
  intake('mps-county', { name: '张三', id_number: id, sex: '1', birth_date: BORN }),
);

// A token is for one case, so each case costs one.
const W1: Details = { actions: ['release'], purpose: 'W1', officer: 'li.na', reason: 'yearly review' };
let cases = 0;
await measure('token', 0, async () => {
  await gateway.token('mca-county', { ...W1, case: `MCA-${++cases}` });
  return [];
});
const ordinary = { id_number: freshNumber(BORN) };
for (const [agency, fields] of SHEETS)
  await gateway.put(agency, {
    match: ordinary,
    fields: 'id_number' in fields ? { ...fields, ...ordinary } : fields,
  });
const twenty = (subject: object) =>
  gateway.call('mca-county', { ...W1, case: 'MCA-0' }, 'POST', '/v1/releases', {
    ...{ collection: 'children', subjects: [subject], fields: FIELDS },
  });
const { ref } = (await twenty({ match: ordinary })).json.results[0];
await measure('release, 20 fields', 20, () => twenty({ ref }));

rows['case'] = sumOf('token', 'release, facts');

const world = await makeWorld();
const children = [await world.ready(), await world.ready()];
await measure(
  'verification',
  0,
  // Each child once: the answer is kept, and given again at less cost.
  async () => world.ask('charity-sunrise', { match: children.pop()?.match }),
  STEP,
);
await world.gateway.close();

await print();
await gateway.close();
for (const restore of restores) restore();

/** A case is its token and its release. */
function sumOf(...names: string[]): Record<string, string | number> {
  const some = names.map((name) => rows[name] ?? {});
  const sum = (part: string) => some.reduce((all, row) => all + Number(row[part]), 0);
  const parts = Object.keys(some[0] ?? {}).map((part): [string, string | number] => {
    if (part === 'KMS') return [part, some.map((row) => row['KMS']).join(', ')];
    return [part, part.startsWith('$') ? sum(part).toFixed(2) : sum(part)];
  });
  return Object.fromEntries(parts);
}

/** Prints what was counted, if this is the program. */
async function print(): Promise<void> {
  if (import.meta.url !== pathToFileURL(process.argv[1] ?? '').href) return;
  const stored: Record<string, number> = {};
  for (const name of ['keysTable', 'sheetsTable', 'indexTable'] as const) {
    const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env[name] }));
    stored[name] = Items.filter((item) => !JSON.stringify(item).includes('decoy')).reduce(
      (sum, item) => sum + itemSize(item),
      0,
    );
  }
  console.table(rows);
  console.log('bytes of one child of 12 fields and three owners:', stored);
  const logged: Record<string, { items: number; each: number }> = {};
  for (const name of ['logTable', 'wordsTable', 'logIndexTable'] as const) {
    const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env[name] }));
    const bytes = Items.reduce((sum, item) => sum + itemSize(item), 0);
    logged[name] = { items: Items.length, each: Math.round(bytes / Items.length) };
  }
  console.log('items of the log, and bytes of each:', logged);
}
