/**
 * Ratios that CI holds: those that do not depend on the machine's load, each with a margin above what it is. A ratio that is over
 * its limit three times in a row fails. No wall time is among them.
 *
 *     node test/bench/limits.ts
 */
import { CHROMIUM } from '../support/browser.ts';
import { benchAttest, IN_BROWSER } from './attest.ts';
import { benchRelease } from './release.ts';

// A short run: `npm run bench attest` and `release` are the exact ones.
const SHORT = { BRIEF: 'yes', ROUNDS: '12', FRESH: '2', WARM: '60', STARTS: '5' };
for (const [name, value] of Object.entries(SHORT)) process.env[name] ??= value;

const LIBRARIES = new Map([
  ['issue an attestation, to @sd-jwt', 0.8],
  ['check one, to @sd-jwt', 0.85],
  ['seal 4 KB, to jose, CryptoKey kept', 0.4],
  ['leaf of an entry, to canonicalize, node:crypto', 0.7],
  // Of wall time, of both in one page in turn.
  ...(CHROMIUM === null ? [] : ([[IN_BROWSER, 1]] as const)),
]);
const OURS = new Map([
  ['release of 20 fields, to the ideal', 1.05],
  ['first release with the code cache, to without', 0.88],
]);

async function release(): Promise<Map<string, number>> {
  const { toIdeal, cached } = await benchRelease();
  return new Map([...OURS.keys()].map((name, i) => [name, [toIdeal, cached][i] ?? Number.NaN]));
}

async function hold(run: () => Promise<Map<string, number>>, limits: ReadonlyMap<string, number>) {
  for (let tries = 3; tries > 0; tries--) {
    const ratios = await run();
    const over = [...limits].filter(([name, most]) => !((ratios.get(name) ?? Number.NaN) <= most));
    if (over.length === 0) return;
    for (const [name, most] of over)
      console.error(`${name}: ${ratios.get(name)?.toFixed(2)}, the limit is ${most}`);
  }
  process.exitCode = 1;
}

await hold(benchAttest, LIBRARIES);
await hold(release, OURS);
