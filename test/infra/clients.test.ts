/** The clients without needless middleware send what the SDK's own clients send, and as often. */
import { hash } from 'node:crypto';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { withoutNeedless } from '../../shared/clients.ts';
import type { Stack } from '../../shared/first-attempt.ts';

/** An answer that is not 200. */
type Failure = readonly [status: number, type: string, headers?: Record<string, string>];

interface Sent {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body: string;
}

function recording(body: string) {
  const sent: Sent[] = [];
  const handle = async (request: Sent) => {
    sent.push(request);
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { response: { statusCode: 200, headers, body: Buffer.from(body) } };
  };
  return { sent, requestHandler: { handle } as never };
}

const credentials = { accessKeyId: 'A', secretAccessKey: 'secret', sessionToken: 'session' };
/** Of its own in each request, or gone on purpose. Node writes the length itself. */
const OTHER =
  /^(amz-sdk-(invocation-id|request)|authorization|content-length|(x-amz-)?user-agent|x-amz-date)$/;

const DIGEST = 'x-amz-content-sha256';

/** Members of a body have no order. */
function comparable({ protocol, hostname, port, path, headers, body }: Sent) {
  const kept = Object.entries(headers).filter(([name]) => !OTHER.test(name));
  const isHashed = headers[DIGEST] === hash('sha256', body);
  const said = { ...Object.fromEntries(kept.sort()), [DIGEST]: isHashed };
  return { protocol, hostname, port, path, body: JSON.parse(Buffer.from(body).toString()), headers: said };
}

describe.each([
  { region: 'eu-west-1' },
  { region: 'cn-north-1' },
  { region: 'us-gov-west-1', useFipsEndpoint: true },
  { region: 'eu-west-1', endpoint: 'http://127.0.0.1:4566/base' },
])('clients of %j', (settings) => {
  const makers = {
    kms: (options: object) => new KMSClient({ ...settings, credentials, ...options }),
    dynamo: (options: object) => new DynamoDBClient({ ...settings, credentials, ...options }),
  };
  const calls = {
    kms: (i: number) => new DecryptCommand({ KeyId: `key ${i}`, CiphertextBlob: new Uint8Array([i]) }),
    dynamo: (i: number) => new GetItemCommand({ TableName: 't', Key: { id: { S: String(i) } } }),
  };

  it.each(['kms', 'dynamo'] as const)(
    'send the same requests to %s, the second as the first',
    async (name) => {
      const [own, plain] = [recording('{}'), recording('{}')];
      const clients = [withoutNeedless(makers[name](own) as KMSClient), makers[name](plain) as KMSClient];
      for (const client of clients)
        await Promise.all([1, 2, 3].map((i) => client.send(calls[name](i) as DecryptCommand)));
      expect(own.sent.map(comparable)).toEqual(plain.sent.map(comparable));
      for (const { headers } of own.sent) {
        const [, scope, signed] =
          /Credential=A\/\d+\/([^,]+), SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$/.exec(
            headers['authorization'] ?? '',
          ) ?? [];
        expect(scope).toBe(`${settings.region}/${name === 'kms' ? 'kms' : 'dynamodb'}/aws4_request`);
        expect(signed?.split(';')).toEqual(
          expect.arrayContaining([
            'content-type',
            'host',
            'x-amz-date',
            'x-amz-security-token',
            'x-amz-target',
          ]),
        );
        expect(headers['user-agent']).toBeUndefined();
      }
    },
  );
});

it('the SDK has one way to sign for both services, and a middleware for each name that is replaced', async () => {
  const { requestHandler } = recording('{}');
  const settings = { region: 'eu-west-1', credentials, requestHandler };
  for (const client of [new KMSClient(settings), new DynamoDBClient(settings)]) {
    expect(client.config.httpAuthSchemes.map(({ schemeId }) => schemeId)).toEqual(['aws.auth#sigv4']);
    const command =
      client instanceof KMSClient ? new DecryptCommand({} as never) : new GetItemCommand({} as never);
    command.resolveMiddleware(client.middlewareStack as never, client.config as never, {});
    const names = (client.middlewareStack as never as Stack)
      .concat(command.middlewareStack as never)
      .identify();
    for (const name of [
      'retryMiddleware',
      'httpAuthSchemeMiddleware',
      'endpointV2Middleware',
      'serializerMiddleware',
    ])
      expect(names.filter((one) => one.split(' ')[0] === name)).toHaveLength(1);
  }
});

it('a client keeps its own address and credentials when another one was used before', async () => {
  const { sent, requestHandler } = recording('{}');
  const of = (region: string, accessKeyId: string) =>
    withoutNeedless(new KMSClient({ region, requestHandler, credentials: { ...credentials, accessKeyId } }));
  for (const client of [of('eu-west-1', 'A'), of('us-east-1', 'B'), of('eu-west-1', 'C')])
    await client.send(new DecryptCommand({ CiphertextBlob: new Uint8Array([1]) }));
  expect(sent.map(({ hostname }) => hostname)).toEqual([
    'kms.eu-west-1.amazonaws.com',
    'kms.us-east-1.amazonaws.com',
    'kms.eu-west-1.amazonaws.com',
  ]);
  const users = sent.map(({ headers }) => /Credential=(\w)/.exec(headers['authorization'] ?? '')?.[1]);
  expect(users).toEqual(['A', 'B', 'C']);
});

it('a middleware that is added after a call sees the next one', async () => {
  const client = withoutNeedless(new KMSClient({ region: 'eu-west-1', credentials, ...recording('{}') }));
  const decrypt = () => client.send(new DecryptCommand({ CiphertextBlob: new Uint8Array([1]) }));
  await decrypt();
  let seen = 0;
  const counted = (next: (args: never) => Promise<never>) => (args: never) => {
    seen++;
    return next(args);
  };
  client.middlewareStack.add(counted as never, { step: 'initialize', name: 'counted' });
  await decrypt();
  expect(seen).toBe(1);
});

describe('a call that fails', () => {
  const MOST = 3;
  /** Answers of these kinds in turn, then a good one. */
  const failing = (...kinds: readonly Failure[]) => {
    const sent: Sent[] = [];
    const handle = async (request: Sent) => {
      const [status, type, headers] = kinds[sent.push(request) - 1] ?? [200, ''];
      const body = Buffer.from(status === 200 ? '{}' : JSON.stringify({ __type: type, message: 'no' }));
      return { response: { statusCode: status, headers: headers ?? {}, body } };
    };
    const settings = {
      region: 'eu-west-1',
      credentials,
      maxAttempts: MOST,
      requestHandler: { handle } as never,
    };
    return { sent, settings };
  };
  const decrypt = () => new DecryptCommand({ CiphertextBlob: new Uint8Array([1]) });
  const ended = (client: KMSClient) =>
    client.send(decrypt()).then(
      ({ $metadata }) => ({ name: 'none', attempts: $metadata.attempts ?? 1 }),
      ({ name, $metadata }) => ({ name, attempts: $metadata.attempts }),
    );
  const broken: Failure = [500, 'KMSInternalException'];
  const ahead = { date: new Date(Date.now() + 600_000).toUTCString() };

  it.each<[string, Failure[]]>([
    ['once by a fault', [broken]],
    ['twice by a fault', [broken, broken]],
    ['always by a fault', [broken, broken, broken]],
    ['by a throttle', [[400, 'ThrottlingException']]],
    ['by a refusal', [[400, 'AccessDeniedException']]],
    ['by a refusal from a clock that is ahead', [[400, 'AccessDeniedException', ahead]]],
  ])('%s is attempted as often as by a plain client, and ends alike', async (_, kinds) => {
    const [own, plain] = [failing(...kinds), failing(...kinds)];
    const clients = [withoutNeedless(new KMSClient(own.settings)), new KMSClient(plain.settings)] as const;
    const [ours, theirs] = await Promise.all(clients.map(ended));
    expect(ours).toEqual(theirs);
    expect(own.sent.map(comparable)).toEqual(plain.sent.map(comparable));
    const told = ({ headers }: Sent) => headers['amz-sdk-request'];
    expect(own.sent.slice(1).map(told)).toEqual(plain.sent.slice(1).map(told));
    // Later calls know the other clock.
    await Promise.all(clients.map((client) => client.send(decrypt())));
    const [next, other] = [own, plain].map(({ sent }) => sent.at(-1)?.headers['x-amz-date'] ?? '');
    expect(next?.slice(0, -3)).toBe(other?.slice(0, -3));
  });

  it('takes of the budget for attempts what successes give back', async () => {
    const { settings } = failing(broken, broken, broken);
    const client = withoutNeedless(new KMSClient(settings));
    const strategy = (await client.config.retryStrategy()) as unknown as { getCapacity(): number };
    const left = () => strategy.getCapacity();
    const full = left();
    expect(await ended(client)).toMatchObject({ attempts: MOST });
    const taken = full - left();
    expect(taken).toBeGreaterThan(0);
    for (let i = 0; i < taken; i++) await client.send(decrypt());
    expect(left()).toBe(full);
  });

  it('leaves later calls their attempts after an outage that spent the budget', async () => {
    let isOut = true;
    const sent: Sent[] = [];
    const handle = async (request: Sent) => {
      sent.push(request);
      return { response: { statusCode: isOut ? 500 : 200, headers: {}, body: Buffer.from('{}') } };
    };
    const { settings } = failing();
    const client = withoutNeedless(new KMSClient({ ...settings, requestHandler: { handle } as never }));
    const atOnce = { setDelayBase() {}, computeNextBackoffDelay: () => 0 };
    Object.assign(await client.config.retryStrategy(), { retryBackoffStrategy: atOnce });
    for (let i = 0; i < 700; i++) await ended(client);
    expect(await ended(client)).toMatchObject({ attempts: 1 });
    isOut = false;
    for (let i = 0; i < 100; i++) await client.send(decrypt());
    isOut = true;
    expect(await ended(client)).toMatchObject({ attempts: MOST });
  });

  it('by a refusal, as a condition of the store often is, leaves later calls as they were', async () => {
    const { sent, settings } = failing([400, 'AccessDeniedException']);
    const client = withoutNeedless(new KMSClient(settings));
    await ended(client);
    await ended(client);
    expect(sent.map(({ headers }) => headers['amz-sdk-request'])).toEqual([undefined, undefined]);
  });
});
