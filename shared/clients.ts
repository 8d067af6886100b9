/**
 * Clients of AWS without the parts of the SDK's middleware that KMS and DynamoDB do not need. With many calls a request
 * these parts cost more than the gateway's own work.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import { defined } from './defined.ts';
import { attemptedOnce, RETRY, type Stack } from './first-attempt.ts';
import * as json from './json-calls.ts';

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

/** Resolves the address in each call, although it depends on the client's settings alone. `json.serializer` does it once. */
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
  const { config } = client;
  const protocol = config.protocol as unknown as json.Protocol;
  const written = json.serializer(stack, protocol, { config, addressOf: () => addressOf(client) });
  const read = json.deserializer(stack, protocol);
  stack.add(written, { name: json.SERIALIZER, step: 'serialize', override: true });
  stack.add(read, { name: json.DESERIALIZER, step: 'deserialize', override: true });
  const retry = { name: RETRY, step: 'finalizeRequest', priority: 'high', override: true };
  stack.add(attemptedOnce(stack), retry);
  const concat = stack.concat.bind(stack);
  const add = stack.add.bind(stack);
  // Handlers that the client keeps lack a middleware that is added later, such as the one that names faults.
  stack.add = (...middleware) => {
    Reflect.deleteProperty(client, 'handlers');
    add(...middleware);
  };
  stack.concat = (ofCommand) => {
    const all = concat(ofCommand);
    all.remove(ENDPOINT);
    return all;
  };
  const { signer } = config;
  let made: ReturnType<typeof signer> | undefined;
  // It asks the client for credentials each time.
  const kept = () => (made ??= signer());
  const answers = { streamCollector: json.collected, base64Decoder: json.decoded };
  Object.assign(config, { cacheMiddleware: true, signer: kept, ...answers });
  return client;
}

/** One that is given, or else by the SDK's own rules of the service. The path of a call ends with a slash. */
async function addressOf({ config }: Client): Promise<json.Address> {
  const given = await (config.endpoint?.() ?? config.serviceConfiguredEndpoint?.());
  const { protocol, hostname, port, path } =
    typeof given === 'object' ? (given as json.Address) : await ruledAddress(config, given);
  return { protocol, hostname, ...defined({ port }), path: path.endsWith('/') ? path : `${path}/` };
}

async function ruledAddress(config: Client['config'], Endpoint: string | undefined): Promise<json.Address> {
  const { region, useFipsEndpoint, useDualstackEndpoint } = config;
  const [Region, UseFIPS, UseDualStack] = await Promise.all([
    region(),
    useFipsEndpoint(),
    useDualstackEndpoint(),
  ]);
  const provide = config.endpointProvider as (parameters: object) => { url: URL };
  return config.urlParser(provide({ Region, UseFIPS, UseDualStack, Endpoint }).url) as json.Address;
}
