/**
 * `npm run bench [name …]`: one benchmark after the other; without a name, all but the soak.
 * `npm run bench log <entries> <folder>`: see `log-scale.ts`. `npm run bench lag <releases a second>`: see `log-lag.ts`.
 */
const BENCHES = new Map<string, () => Promise<unknown>>([
  ['crypto', async () => (await import('./crypto.ts')).benchCrypto()],
  ['files', async () => (await import('./files.ts')).benchFiles()],
  ['gateway', async () => (await import('./gateway.ts')).benchGateway()],
  ['start', async () => (await import('./start.ts')).benchStart()],
  ['flat', async () => (await import('./flat.ts')).benchFlat()],
  ['flat-lists', async () => (await import('./flat-lists.ts')).benchFlatLists()],
  ['attest', async () => (await import('./attest.ts')).benchAttest()],
  ['list', async () => (await import('./list.ts')).benchList()],
  ['lag', async () => (await import('./log-lag.ts')).benchLag()],
  ['checks', async () => (await import('./log-checks.ts')).benchChecks()],
  ['log', async () => (await import('./log-scale.ts')).benchLog()],
  ['verify', async () => (await import('./verify.ts')).benchVerify()],
  ['release', async () => (await import('./release.ts')).benchRelease()],
  ['kinds', async () => (await import('./kinds.ts')).benchKinds()],
  ['trips', async () => (await import('./trips.ts')).benchTrips()],
  ['policy', async () => (await import('./policy.ts')).benchPolicy()],
  ['overload', async () => (await import('./overload.ts')).benchOverload()],
  ['soak', async () => (await import('./soak.ts')).benchSoak()],
  ['console', async () => (await import('./console.ts')).benchConsole()],
  ['neutral', async () => (await import('./verify.ts')).benchNeutral()],
  ['witnesses', async () => (await import('./witnesses.ts')).benchWitnesses()],
  ['writers', async () => (await import('./log-writers.ts')).benchWriters()],
  ['sync', async () => (await import('./sync.ts')).benchSync()],
  ['trees', async () => (await import('./two-trees.ts')).benchTrees()],
  ['athena', async () => (await import('./athena.ts')).benchAthena()],
]);

const [first, entries, folder] = process.argv.slice(2);
if (first === 'log' && entries !== undefined) {
  await (await import('./log-scale.ts')).benchLog(Number(entries), folder);
  process.exit();
}
if (first === 'lag' && entries !== undefined) {
  await (await import('./log-lag.ts')).benchLag(Number(entries));
  process.exit();
}
const names = process.argv.slice(2);
const unknown = names.filter((name) => !BENCHES.has(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${[...BENCHES.keys()].join(', ')}`);
  process.exit(1);
}
for (const name of names.length > 0 ? names : [...BENCHES.keys()].filter((one) => one !== 'soak')) {
  console.log(`\n# ${name} (Node ${process.versions.node}, ${process.platform} ${process.arch})\n`);
  await BENCHES.get(name)?.();
}
