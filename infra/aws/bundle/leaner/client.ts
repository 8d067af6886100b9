/**
 * Replaces `@aws-sdk/core/client` in the bundles. Its middleware for logs, user agents and loops is taken from every client anyway
 * (`shared/clients.ts`), and its table of regions is here what the addresses of services need of it.
 */

const none = () => undefined;
const same = <T>(config: T) => config;
const withoutMiddleware = () => ({ applyToStack: none });

export {
  none as emitWarningIfUnsupportedVersion,
  none as getDefaultSocketTimeout,
  none as setFeature,
  same as resolveHostHeaderConfig,
  same as resolveUserAgentConfig,
  same as setCredentialFeature,
  withoutMiddleware as getLoggerPlugin,
  withoutMiddleware as getRecursionDetectionPlugin,
  withoutMiddleware as getUserAgentPlugin,
};

export const createDefaultUserAgentProvider = () => none;
export const NODE_APP_ID_CONFIG_OPTIONS = { environmentVariableSelector: none, default: undefined };

interface Request {
  headers: Record<string, string>;
  hostname: string;
  port?: number;
}

/** HTTP/1.1 alone, which is what the clients speak. */
const hostHeader =
  () =>
  (next: (args: { request: Request }) => unknown) =>
  async (args: { request: Request }): Promise<unknown> => {
    const { headers, hostname, port } = args.request;
    headers['host'] ??= port === undefined || port === null ? hostname : `${hostname}:${port}`;
    return next(args);
  };
const PLACE = {
  name: 'hostHeaderMiddleware',
  step: 'build',
  priority: 'low',
  tags: ['HOST'],
  override: true,
};

export const getHostHeaderPlugin = () => ({
  applyToStack: (stack: { add(middleware: unknown, place: object): void }) => stack.add(hostHeader(), PLACE),
});

export const getAwsRegionExtensionConfiguration = (config: { region: unknown }) => ({
  setRegion(region: unknown) {
    config.region = region;
  },
  region: () => config.region,
});
export const resolveAwsRegionExtensionConfiguration = (of: { region(): unknown }) => ({
  region: of.region(),
});

/** By the beginnings of their regions' names: partition, and suffixes of its addresses without and with IPv6. */
const PARTITIONS: [string, string, string, string][] = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['eusc-', 'aws-eusc', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-iso-', 'aws-iso', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['eu-isoe-', 'aws-iso-e', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['us-isof-', 'aws-iso-f', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com', 'api.aws'],
  ['', 'aws', 'amazonaws.com', 'api.aws'],
];

export function partition(region: string) {
  const [, name, dnsSuffix, dualStackDnsSuffix] =
    PARTITIONS.find(([begin]) => region.startsWith(begin)) ?? [];
  return { name, dnsSuffix, dualStackDnsSuffix, supportsDualStack: true, supportsFIPS: true };
}

const LABEL = /^(?!-)[a-z0-9-]{3,63}(?<!-)$/;

export const awsEndpointFunctions = {
  partition,
  isVirtualHostableS3Bucket: (bucket: string, dots = false) =>
    (dots ? bucket.split('.') : [bucket]).every((label) => LABEL.test(label)),
  // The gateway's buckets are names.
  parseArn: () => null,
};
