/**
 * Clients of AWS without the parts of the SDK's middleware that KMS and DynamoDB do not need. With many calls a request
 * these parts cost more than the gateway's own work.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';

type Client = KMSClient | DynamoDBClient;

/**
 * Of no use here: there is no logger, no user agent that a person reads, and no call that could come back to the
 * function.
 */
const NEEDLESS = ['loggerMiddleware', 'getUserAgentMiddleware', 'recursionDetectionMiddleware'];

/** Resolves the address in each call, although it depends on the client's settings alone. */
const ENDPOINT = 'endpointV2Middleware';

/**
 * Takes away what the calls do not need: the client resolves its address and its handlers once. The services see the
 * same requests without the headers `user-agent`, `x-amz-user-agent` and `x-amzn-trace-id`.
 * @param client with constant settings
 */
export function withoutNeedless<C extends Client>(client: C): C {
  // The two clients' stacks differ in the types of their inputs only.
  const stack = client.middlewareStack as unknown as Stack;
  for (const name of NEEDLESS) stack.remove(name);
  const concat = stack.concat.bind(stack);
  const add = stack.add.bind(stack);
  // Handlers that the client keeps lack a middleware that is added later, such as the one that names faults.
  stack.add = (...middleware) => {
    Reflect.deleteProperty(client, 'handlers');
    add(...middleware);
  };
  let endpoint: Promise<unknown> | undefined;
  const fixed: Middleware = (next, context) => async (args) => {
    endpoint ??= endpointOf(client);
    context['endpointV2'] ??= await endpoint;
    return next(args);
  };
  stack.concat = (ofCommand) => {
    const all = concat(ofCommand);
    if (!all.remove(ENDPOINT)) throw new Error('the SDK resolves addresses in another place');
    const place = { relation: 'before', toMiddleware: 'serializerMiddleware' };
    all.addRelativeTo(fixed, { ...place, name: ENDPOINT });
    return all;
  };
  // Each call copies the settings twice, and no operation of these services reads more of a copy than this.
  for (const name of Object.keys(client.config))
    if (!COPIED.test(name)) Object.defineProperty(client.config, name, { enumerable: false });
  const { signer, urlParser } = client.config;
  let made: ReturnType<typeof signer> | undefined;
  Object.assign(client.config, {
    cacheMiddleware: true,
    urlParser: once(urlParser),
    // It asks the client for credentials each time.
    signer: () => (made ??= signer()),
  });
  return client;
}

/** Settings of which the SDK's serialisation gets copies. The others it reads from the client's own. */
const COPIED = /coder$|Collector$|^(endpoint|logger|protocol|requestHandler)$/;

/** By the SDK's own rules of the service. */
async function endpointOf({ config }: Client): Promise<unknown> {
  const { endpoint, region, useFipsEndpoint, useDualstackEndpoint } = config;
  const [Region, UseFIPS, UseDualStack, custom] = await Promise.all([
    region(),
    useFipsEndpoint(),
    useDualstackEndpoint(),
    endpoint?.() ?? config.serviceConfiguredEndpoint?.(),
  ]);
  const provide = config.endpointProvider as (parameters: object) => unknown;
  return provide({ Region, UseFIPS, UseDualStack, ...(custom && { Endpoint: textOf(custom) }) });
}

function textOf(
  endpoint: string | { protocol: string; hostname: string; port?: number; path: string },
): string {
  if (typeof endpoint === 'string') return endpoint;
  const { protocol, hostname, port, path } = endpoint;
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
}

/** Every call of a client has the same address. */
function once<Parse extends (url: never) => object>(parse: Parse): Parse {
  let [known, parsed]: [string, object | undefined] = ['', undefined];
  const kept = (url: URL) => {
    if (parsed === undefined || known !== url.href) [known, parsed] = [url.href, parse(url as never)];
    // The SDK adds the query of a request to it.
    return { ...parsed };
  };
  return kept as unknown as Parse;
}

type Handler = (args: unknown) => Promise<unknown>;
type Middleware = (next: Handler, context: Record<string, unknown>) => Handler;
interface Stack {
  add(middleware: Middleware, options: object): void;
  addRelativeTo(middleware: Middleware, options: object): void;
  remove(name: string): boolean;
  concat(other: Stack): Stack;
}
