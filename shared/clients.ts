/**
 * Clients of AWS without the parts of the SDK's middleware that KMS and DynamoDB do not need. With many calls a request
 * these parts cost more than the gateway's own work.
 */
import type { Readable } from 'node:stream';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { attemptedOnce, type Middleware, RETRY, type Stack } from './first-attempt.ts';

type Client = KMSClient | DynamoDBClient;

/**
 * Of no use here: there is no logger, no user agent that a person reads, and no call that could come back to the
 * function. Node counts the bytes of a body, and both services know one way to sign.
 */
const NEEDLESS = [
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
  'contentLengthMiddleware',
  'httpAuthSchemeMiddleware',
];

/** Resolves the address in each call, although it depends on the client's settings alone. */
const ENDPOINT = 'endpointV2Middleware';

/**
 * Takes away what the calls do not need: the client resolves its address, its way to sign and its handlers once. The
 * services see the same requests without the headers `user-agent`, `x-amz-user-agent` and `x-amzn-trace-id`; a first
 * attempt does not say that it is one.
 * @param client with constant settings
 */
export function withoutNeedless<C extends Client>(client: C): C {
  // The two clients' stacks differ in the types of their inputs only.
  const stack = client.middlewareStack as unknown as Stack;
  for (const name of NEEDLESS) stack.remove(name);
  const retry = { name: RETRY, step: 'finalizeRequest', priority: 'high', override: true };
  stack.add(attemptedOnce(stack), retry);
  const concat = stack.concat.bind(stack);
  const add = stack.add.bind(stack);
  // Handlers that the client keeps lack a middleware that is added later, such as the one that names faults.
  stack.add = (...middleware) => {
    Reflect.deleteProperty(client, 'handlers');
    add(...middleware);
  };
  const { config } = client;
  // Of the one way to sign.
  const ofScheme = config.httpAuthSchemes[0]?.signer;
  let endpoint: Promise<unknown> | undefined;
  const fixed: Middleware = (next, context) => {
    const httpAuthOption = { signingProperties: { config, context } };
    const selectedHttpAuthScheme = { httpAuthOption, signer: ofScheme };
    Object.assign(context['__smithy_context'] as object, { selectedHttpAuthScheme });
    return async (args) => {
      endpoint ??= endpointOf(client);
      context['endpointV2'] ??= await endpoint;
      return next(args);
    };
  };
  stack.concat = (ofCommand) => {
    const all = concat(ofCommand);
    all.remove(ENDPOINT);
    all.addRelativeTo(fixed, { relation: 'before', toMiddleware: 'serializerMiddleware', name: ENDPOINT });
    return all;
  };
  const { signer } = config;
  let made: ReturnType<typeof signer> | undefined;
  // It asks the client for credentials each time.
  const kept = () => (made ??= signer());
  const read = { streamCollector: collected, base64Decoder: decoded };
  Object.assign(config, { cacheMiddleware: true, signer: kept, ...read });
  inherit(config);
  return client;
}

/**
 * Leaves few settings the object's own, and lets it inherit the others: each call copies its own ones twice, and no
 * operation of these services reads more of a copy.
 */
function inherit(config: object): void {
  const whole = Object.defineProperties({}, Object.getOwnPropertyDescriptors(config));
  for (const name of Object.keys(config)) if (!COPIED.test(name)) Reflect.deleteProperty(config, name);
  Object.setPrototypeOf(config, whole);
}

const COPIED = /coder$|Collector$|^(endpoint|logger|protocol|requestHandler)$/;

/** The bytes of an answer. The SDK pipes them through a stream of its own. */
function collected(answer: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    answer.on('end', () => resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)));
    answer.on('error', reject);
  });
}

/** The SDK tests an answer with an expression, which takes 25 times as long for 4 KB, and accepts bits that no byte takes. */
function decoded(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new TypeError('an answer holds bytes that are not base64');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** One that is given, or else by the SDK's own rules of the service, in the parts that its serialisation reads. */
async function endpointOf({ config }: Client): Promise<unknown> {
  const Endpoint = await (config.endpoint?.() ?? config.serviceConfiguredEndpoint?.());
  if (typeof Endpoint === 'object') return Endpoint;
  const { region, useFipsEndpoint, useDualstackEndpoint } = config;
  const [Region, UseFIPS, UseDualStack] = await Promise.all([
    region(),
    useFipsEndpoint(),
    useDualstackEndpoint(),
  ]);
  const provide = config.endpointProvider as (parameters: object) => { url: URL };
  return config.urlParser(provide({ Region, UseFIPS, UseDualStack, Endpoint }).url);
}
