import { configDefaults, defineConfig } from 'vitest/config';

/**
 * `npm test` runs everything that needs nothing but this repository. `.ci/run` adds what needs an AWS
 * emulator (`test/infra/aws`) or a browser (`test/e2e`), each by naming its folder with `FIELDGATE_SUITE`.
 */
const suite = process.env['FIELDGATE_SUITE'];

export default defineConfig({
  test: {
    include: suite ? [`test/${suite}/**/*.test.ts`] : ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(suite ? [] : ['test/infra/aws/**', 'test/e2e/**'])],
    // Both cores of the machine that CI has; the default leaves one idle.
    maxWorkers: '100%',
    // A browser starts and signs in within a test of `e2e`.
    testTimeout: suite === undefined ? 20_000 : 60_000,
    hookTimeout: 60_000,
  },
});
