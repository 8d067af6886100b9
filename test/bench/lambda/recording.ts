/**
 * One release of 20 fields as Lambda runs it, recorded: the event of API Gateway, the settings, and what each service
 * answered to the bundle. A replay needs no gateway, so that only the function is measured.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { buffer, text as textOf } from 'node:stream/consumers';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { EnvName } from '../../../shared/env.ts';
import type { Token } from '../../support/gateway.ts';
import type { Load } from '../turns.ts';

/** What a service was asked and what it answered. */
export interface Recorded {
  /** See `callOf`. */
  call: string;
  status: number;
  body: string;
}

export interface Recording {
  event: unknown;
  settings: Record<string, string>;
  /** Epoch milliseconds of the recording. The token and the proof hold only around this instant. */
  at: number;
  calls: Recorded[];
  /** Answer of the bundle. */
  answer: string;
}

/** Five owners' fields of one child; nearly each has a class, and so a data key, of its own. */
export const SHEETS: readonly (readonly [agency: string, fields: Record<string, unknown>])[] = [
  [
    'mca-county',
    {
      division_code: '990001001',
      residence_address: { text: '清河县柳林镇一村1号', division: '990001001' },
      household_profile: { members: 3, monthlyIncome: 1200 },
      guardian_identity: { name: '李四' },
      guardian_relation: 'grandparent',
      guardian_phone: '13900000001',
      entrusted_carer: { name: '王五' },
      hardship_category: ['orphan'],
      benefits: [{ scheme: 'living-allowance', amount: 1500, from: '2026-01' }],
    },
  ],
  [
    'mps-county',
    {
      name: '张三丰',
      id_number: '99000120130506001X',
      sex: '1',
      birth_date: '2013-05-06',
      hukou_address: { text: '清河县柳林镇一村1号', division: '990001001' },
      parent_identity: [{ name: '张父' }],
      parent_status: { father: 'dead' },
    },
  ],
  ['health-hospital', { health_status: 'healthy' }],
  ['cdpf-county', { disability_category: '4', disability_level: '2' }],
  ['edu-county', { schooling_status: 'primary' }],
];
const MATCH = { id_number: '99000120130506001X' };
const DETAILS = {
  actions: ['release'],
  purpose: 'W1',
  case: 'C-1',
  officer: 'li.na',
  reason: 'yearly review',
};

/** The 20 fields. */
export const FIELDS: readonly string[] = SHEETS.flatMap(([, fields]) => Object.keys(fields));

/**
 * @param code file of the bundle of `release`; it is loaded into this process
 * @param load imports from the checkout that the bundle is of
 */
export async function recordRelease(code: string, load: Load): Promise<Recording> {
  const { ENV } = await load<typeof import('../../../shared/env.ts')>('shared/env.ts');
  const { envOf } = await load<typeof import('../../../infra/local/settings.ts')>('infra/local/settings.ts');
  const { guardedSts } = await load<typeof import('../../infra/guarded-sts.ts')>('test/infra/guarded-sts.ts');
  const { listen, restFront } =
    await load<typeof import('../../infra/rest-front.ts')>('test/infra/rest-front.ts');
  const support = await load<typeof import('../../support/gateway.ts')>('test/support/gateway.ts');
  const { testGateway, dpopProof } = support;
  const gateway = await testGateway({ purposes: 'code' });
  const env = envOf(gateway.env, 'release');
  for (const [agency, fields] of SHEETS) {
    const body = { collection: 'children', records: [{ match: MATCH, fields }] };
    const { status, text } = await gateway.call(agency, { actions: ['intake'] }, 'POST', '/v1/intake', body);
    if (status !== 200) throw new Error(text);
  }
  const calls: Recorded[] = [];
  const judge = { allows: () => true, sessions: new Map(), refused: [] };
  const sts = guardedSts(judge as never);
  const servers = [recorder(gateway.kms, calls), recorder(gateway.dynamo, calls), sts] as const;
  const [kmsUrl, dynamoUrl, stsUrl] = await Promise.all(servers.map(listen));
  const settings = {
    ...Object.fromEntries(
      (Object.keys(ENV) as EnvName[])
        .filter((name) => env[name] !== undefined)
        .map((name) => [ENV[name], env[name]]),
    ),
    // Locally files are in a folder.
    FILES_BUCKET: 'files',
    [ENV.stsEndpoint]: `${stsUrl}/`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_SESSION_TOKEN: 'release',
    AWS_ENDPOINT_URL_KMS: `${kmsUrl}/`,
    AWS_ENDPOINT_URL_DYNAMODB: `${dynamoUrl}/`,
  };
  Object.assign(process.env, settings);
  const { handler } = createRequire(import.meta.url)(code) as { handler: Handler };
  let event: unknown;
  let answer = '';
  const front = restFront(async (_, given) => {
    event = given;
    const made = await handler(given, {});
    answer = Buffer.from(made.body, made.isBase64Encoded ? 'base64' : 'utf8').toString();
    return made as never;
  });
  const url = await listen(front);
  const first = await gateway.call('mca-county', DETAILS, 'POST', '/v1/releases', ask({ match: MATCH }));
  if (first.status !== 200) throw new Error(first.text);
  const { ref } = first.json.results[0];
  const token = await gateway.token('mca-county', DETAILS);
  const send = async (): Promise<void> => {
    // The front is another origin than the one that the proof is about.
    const target = new URL(`${gateway.url}/v1/releases`);
    const proof = await dpopProof(token.dpop, 'POST', target, Date.now(), token.value);
    const sent = await sendTo(url, token, proof, ask({ ref }));
    if (sent.status !== 200) throw new Error(await sent.text());
  };
  // Also what an instance asks once and then keeps.
  await send();
  const at = Date.now();
  await send();
  for (const server of [...servers, front]) {
    server.closeAllConnections();
    server.close();
  }
  await gateway.close();
  return { event, settings, at, calls, answer };
}

type Handler = (event: unknown, context: object) => Promise<{ body: string; isBase64Encoded: boolean }>;

const ask = (subject: object) => ({ collection: 'children', subjects: [subject], fields: FIELDS });

function sendTo(url: string, { value }: Token, dpop: string, body: object): Promise<Response> {
  const headers = { authorization: `DPoP ${value}`, dpop, 'content-type': 'application/json' };
  return fetch(`${url}/v1/releases`, { method: 'POST', headers, body: JSON.stringify(body) });
}

function recorder(client: KMSClient | DynamoDBClient, calls: Recorded[]): Server {
  return createServer(async (request, response) => {
    const body = await buffer(request);
    const { accessKeyId } = await client.config.credentials();
    const { authorization = '' } = request.headers;
    const own = authorization.replace(/Credential=[^/]+/, `Credential=${accessKeyId}`);
    const headers: IncomingHttpHeaders = { ...request.headers, authorization: own };
    // Earlier checkouts have a store behind a socket.
    const at = { method: 'POST', query: {}, ...(await client.config.endpoint?.()) };
    const handled = await client.config.requestHandler.handle({ ...at, headers, body } as never);
    const { statusCode: status, body: made } = handled.response as {
      statusCode: number;
      body: Uint8Array | string | Readable;
    };
    const text = made instanceof Readable ? await textOf(made) : Buffer.from(made as Uint8Array).toString();
    calls.push({ call: callOf(String(headers['x-amz-target']), body.toString()), status, body: text });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(text);
  });
}

/** Names a call by what its answer depends on. */
export function callOf(target: string, body: string): string {
  const input = JSON.parse(body) as Record<string, unknown>;
  const of = input['CiphertextBlob'] ?? input['TableName'] ?? input['KeyId'];
  const more = input['Key'] ?? input['Message'] ?? input['ExpressionAttributeValues'] ?? '';
  return [target.split('.').at(-1), of, /Put|Update/.test(target) ? '' : JSON.stringify(more)].join(' ');
}
