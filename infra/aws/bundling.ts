/**
 * How each function becomes one file, for the stack and for the tests that measure and run the bundles.
 *
 * CommonJS, because an ES module that imports `node:http` loads undici at cold start and pays some 30 ms for
 * it. Packages are read by their ES module entry all the same, since only that can be shaken: together with
 * the credentials below it makes a bundle of less than half the size. The SDK is bundled: what runs is what
 * was tested.
 */
export const BUNDLE = {
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourcesContent: false,
  alias: { '@aws-sdk/credential-provider-node': `${import.meta.dirname}/lambda-credentials.ts` },
} as const;
