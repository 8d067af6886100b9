import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

// Commands that tests run speak English, whatever the locale of the machine.
process.env['FIELDGATE_LANG'] = 'en';
// They find no keys and no login of the user who runs the tests, and leave none there.
process.env['XDG_CONFIG_HOME'] = resolve('node_modules/.cache/no-config');

// Two thirds of what a test pays for a command or a gateway in its own process is the compilation of its modules.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/compile');

// What tests and their commands leave in the temporary folder goes with the run.
const temporary = mkdtempSync(join(tmpdir(), 'fieldgate-'));
process.env['TMPDIR'] = temporary;
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

/**
 * `npm test` runs what needs nothing but this repository and is over within minutes. `.ci/run` adds these folders, each by naming it with
 * `FIELDGATE_SUITE`: they need an AWS emulator, a database or a browser, synthesise stacks, search protocols for long, make every act as every kind of
 * caller, play all commands, kill processes and lose tables at each place, or hold another pack to what the shipped one is held to.
 */
const TRANSFORMED = [
  'infra/aws',
  'e2e',
  'model',
  'simulation',
  'gateway/packs',
  'gateway/silence',
  'cli/surface',
];
const SHARED = ['cli/sync', 'faults', 'gateway/acts', 'infra'];
const suite = process.env['FIELDGATE_SUITE'];
// An emulator or a browser keeps the day of the machine; then this process must, too.
if (suite !== 'infra/aws' && suite !== 'e2e') {
  const pinned = pathToFileURL(resolve('test/support/pinned-day.ts'));
  // With its address, because a process that a test starts with an environment of its own has no other way to know it.
  pinned.search = `day=${process.env['FIELDGATE_TEST_DAY'] ?? '2026-11-26'}`;
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import ${pinned}`;
}
// The store answers in parts wherever it may: see there.
const unkind = process.env['FIELDGATE_UNKIND'];
if (unkind !== undefined) {
  const loaded = pathToFileURL(resolve('test/support/unkind.ts'));
  loaded.search = `seed=${unkind}`;
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import ${loaded}`;
}
/** Whether its files share a process. */
const shared = suite === undefined || SHARED.includes(suite);
const include = suite ? [`test/${suite}/**/*.test.ts`] : ['test/**/*.test.ts'];

/**
 * A test file that changes a module, the pack or the clock of its process, closes the gateway of one, or holds back or counts
 * every call of its process, and so has a process of its own: gateways of other files may still be at work in one that is shared. Limits come back by
 * themselves after a file, see `each-file.ts`.
 */
const CHANGES_MODULES =
  /\bvi\.(?:mock|useFakeTimers)\(|\bgateCalls\(|bench\/(?:archive|at-rest|cost|steps)\.ts|\/(?:twins|every-call|office)\.ts|Object\.assign\((?:pack\.(?!misses|casework\?\.harm)|(?!OPEN_BUDGET)[A-Z_]{3,},)/;
const alone = globSync('test/**/*.test.ts').filter((file) =>
  CHANGES_MODULES.test(readFileSync(file, 'utf8')),
);
const inSuite = (files: string[]) => files.filter((file) => file.startsWith(`test/${within}`));
const within = suite === undefined ? '' : `${suite}/`;
const others = [...TRANSFORMED, ...SHARED].filter((one) => one.startsWith(within));
const exclude = [...configDefaults.exclude, ...others.map((one) => `test/${one}/**`)];

export default defineConfig({
  test: {
    // One more than the machine has cores: tests wait for processes, for time that passes, and for refusals that are held back.
    maxWorkers: availableParallelism() + 1,
    // A test that hangs ends here. No test is about speed, and the machine may be busy.
    testTimeout: unkind === undefined ? 60_000 : 300_000,
    hookTimeout: unkind === undefined ? 60_000 : 300_000,
    // The same for what a test waits for. The default is one second.
    expect: { poll: { timeout: 20_000 } },
    sequence: { sequencer: LongestFirst },
    // Node runs the source itself. Vite would transform it first, and have each use of an import go through a getter.
    ...(shared ? { experimental: { viteModuleRunner: false, nodeLoader: false } } : {}),
    projects: [
      { extends: true, test: { name: 'alone', include: shared ? inSuite(alone) : include, exclude } },
      // Loading and compiling the gateway again for each file took half of the processor time.
      ...(shared
        ? [
            {
              extends: true as const,
              test: {
                name: 'shared',
                include,
                exclude: [...exclude, ...alone],
                isolate: false,
                sequence: { groupOrder: 1 },
                setupFiles: ['test/support/each-file.ts'],
              },
            },
          ]
        : []),
    ],
  },
});
