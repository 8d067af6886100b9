/** What takes the place of parts of the SDK that the functions have no use for. */
const LEANER = `${import.meta.dirname}/leaner`;

/**
 * How each function becomes one file, for the stack and for the tests that measure and run the bundles.
 *
 * CommonJS, because an ES module that imports `node:http` loads undici at cold start and pays some 30 ms for
 * it. Packages are read by their ES module entry all the same, since only that can be shaken; together with what
 * takes the place of parts of the SDK, that more than halves a bundle. The SDK is bundled: what runs is what was
 * tested.
 */
export const BUNDLE = {
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourcesContent: false,
  charset: 'utf8',
  alias: {
    '@aws-sdk/credential-provider-node': `${LEANER}/credentials.ts`,
    '@aws-sdk/middleware-endpoint-discovery': `${LEANER}/endpoint-discovery.ts`,
    '@aws/lambda-invoke-store': `${LEANER}/invoke-store.ts`,
    '@smithy/core/checksum': `${LEANER}/checksum.ts`,
    '@smithy/core/config': `${LEANER}/config.ts`,
    '@smithy/core/event-streams': `${LEANER}/event-streams.ts`,
  },
} as const;
