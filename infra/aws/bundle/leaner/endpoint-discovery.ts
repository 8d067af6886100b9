/**
 * Replaces `@aws-sdk/middleware-endpoint-discovery` in the bundles. DynamoDB's client imports it with a cache of
 * endpoints. It is off by default, and the functions call the endpoint of their region.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};
export const resolveEndpointDiscoveryConfig = <T>(config: T) => config;
