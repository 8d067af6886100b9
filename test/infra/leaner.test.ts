/** The substitutes for parts of the SDK in the bundles, compared with the originals. */
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Crc32, Md5, Sha256 } from '../../infra/aws/bundle/leaner/checksum.ts';
import * as client from '../../infra/aws/bundle/leaner/client.ts';
import * as config from '../../infra/aws/bundle/leaner/config.ts';
import { defaultProvider } from '../../infra/aws/bundle/leaner/credentials.ts';

// The SDK's own packages, which no package.json of ours names.
const ofSdk = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-kms'));
const originals = ofSdk('@smithy/core/checksum');
const settings = ofSdk('@smithy/core/config');
const clients = ofSdk('@aws-sdk/core/client');

afterEach(() => vi.unstubAllEnvs());

type Maker = new (
  secret?: string | Uint8Array,
) => {
  update(data: string | Uint8Array): void;
  digest(): Promise<Uint8Array>;
  reset(): void;
};

describe.each([
  ['Sha256', Sha256, 64],
  ['Md5', Md5, 32],
  ['Crc32', Crc32, 8],
])('%s', (name, own, length) => {
  const both = [own, originals[name]] as [Maker, Maker];
  const secrets = name === 'Sha256' ? [undefined, 'a secret', new Uint8Array([0, 255, 7])] : [undefined];

  it.each(secrets)('is the same, at once, in parts and after a reset, with the secret %j', async (secret) => {
    const digests = both.map(async (Made) => {
      const hash = new Made(secret);
      hash.update('lost');
      hash.reset();
      hash.update('甲');
      hash.update(new Uint8Array([0, 1, 254, 255]).subarray(1));
      return Buffer.from(await hash.digest()).toString('hex');
    });
    const [ours, theirs] = await Promise.all(digests);
    expect(ours).toBe(theirs);
    expect(ours).toHaveLength(length);
  });
});

it('HMACs of one secret are those of their own texts, in any order', async () => {
  const macOf = async (secret: string, text: string) => {
    const hash = new Sha256(secret);
    hash.update(text);
    return Buffer.from(await hash.digest()).toString('hex');
  };
  const [one, other, again] = [await macOf('s', 'one'), await macOf('s', 'other'), await macOf('s', 'one')];
  expect([one, other]).toEqual(
    ['one', 'other'].map((text) => createHmac('sha256', 's').update(text).digest('hex')),
  );
  expect(again).toBe(one);
  expect(await macOf('t', 'one')).not.toBe(one);
});

describe('a setting', () => {
  const source = {
    environmentVariableSelector: (env: NodeJS.ProcessEnv) => env['SOME_SETTING'],
    default: 'else',
  };
  const both = [
    config.loadConfig(source),
    settings.loadConfig({ ...source, configFileSelector: () => undefined }),
  ];

  it('is the value of the environment, or the default', async () => {
    expect(await config.loadConfig(source)()).toBe('else');
    vi.stubEnv('SOME_SETTING', 'said');
    expect(await Promise.all(both.map((load) => load()))).toEqual(['said', 'said']);
    const late = config.loadConfig({
      ...source,
      environmentVariableSelector: () => undefined,
      default: async () => 'late',
    });
    expect(await late()).toBe('late');
  });

  it.each([
    ['true', true],
    ['false', false],
    [undefined, undefined],
  ])('that is a flag of %j is %j', (text, value) => {
    expect(config.booleanSelector({ KEY: text }, 'KEY')).toBe(value);
    const env = text === undefined ? {} : { KEY: text };
    expect(settings.booleanSelector(env, 'KEY', 'env')).toBe(value);
  });

  it('that is a flag of another word is refused', () => {
    expect(() => config.booleanSelector({ KEY: 'yes' }, 'KEY')).toThrow();
    expect(() => settings.booleanSelector({ KEY: 'yes' }, 'KEY', 'env')).toThrow();
  });

  it("of the region is Lambda's and read once, and without one nothing is called", async () => {
    vi.stubEnv('AWS_REGION', 'cn-north-1');
    const region = config.loadConfig(config.NODE_REGION_CONFIG_OPTIONS);
    expect(await region()).toBe('cn-north-1');
    vi.stubEnv('AWS_REGION', undefined);
    expect(await region()).toBe('cn-north-1');
    const without = config.loadConfig(config.NODE_REGION_CONFIG_OPTIONS);
    await expect(without()).rejects.toThrow('no region');
  });

  it.each(['cn-north-1', async () => 'cn-north-1'])(
    'of a client may be a value or a function',
    async (region) => {
      for (const { resolveRegionConfig } of [config, settings]) {
        const resolved = resolveRegionConfig({ region, useFipsEndpoint: false });
        expect([await resolved.region(), await resolved.useFipsEndpoint()]).toEqual(['cn-north-1', false]);
      }
    },
  );
});

it('credentials are those of the environment, read at each use, and missing if there are none', async () => {
  const provide = defaultProvider();
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  await expect(provide()).rejects.toThrow('no credentials');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
  expect(await provide()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' });
});

describe('addresses of services', () => {
  it.each([
    ...['eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-7', 'mx-central-1', 'aws-global', 'nowhere'],
    ...['cn-north-1', 'cn-northwest-1', 'us-gov-west-1', 'eusc-de-east-1'],
    ...['us-iso-east-1', 'us-isob-west-1', 'eu-isoe-west-1', 'us-isof-south-1'],
  ])('of %s have the ends of its partition', (region) => {
    expect(clients.partition(region)).toMatchObject(client.partition(region));
  });

  it.each([
    'log-tiles',
    'ab',
    'a',
    '-log',
    'log-',
    'Log',
    'log.tiles',
    'log.t',
    '192.168.100.200',
    'a'.repeat(64),
    '',
  ])('name the bucket %j in the host, or not', (bucket) => {
    const { isVirtualHostableS3Bucket: own } = client.awsEndpointFunctions;
    const { isVirtualHostableS3Bucket: theirs } = clients.awsEndpointFunctions;
    for (const dots of [false, true]) expect(own(bucket, dots)).toBe(theirs(bucket, dots));
  });

  it.each([
    [{ hostname: 'kms.eu-west-1.amazonaws.com', headers: {} }, 'kms.eu-west-1.amazonaws.com'],
    [{ hostname: '127.0.0.1', port: 8080, headers: {} }, '127.0.0.1:8080'],
    [{ hostname: 'one', port: 443, headers: { host: 'other' } }, 'other'],
  ])('stand in the header of the host: %j', async (request, host) => {
    for (const { getHostHeaderPlugin } of [client, clients]) {
      const { HttpRequest } = ofSdk('@smithy/core/protocols');
      const sent = Object.assign(new HttpRequest({}), structuredClone(request));
      let middleware: (next: unknown) => (args: unknown) => Promise<unknown> = () =>
        expect.fail('none added');
      let placed: unknown;
      getHostHeaderPlugin({ requestHandler: {} }).applyToStack({
        add: (added: typeof middleware, place: unknown) => {
          middleware = added;
          placed = place;
        },
      });
      await middleware(async () => undefined)({ request: sent });
      expect(sent.headers.host).toBe(host);
      expect(placed).toEqual(clients.hostHeaderMiddlewareOptions);
    }
  });
});
