/** `npm run bench [name …]`: one benchmark after the other; without a name, all. */
const BENCHES = new Map<string, () => Promise<void>>([
  ['crypto', async () => (await import('./crypto.ts')).benchCrypto()],
  ['gateway', async () => (await import('./gateway.ts')).benchGateway()],
  ['list', async () => (await import('./list.ts')).benchList()],
  ['verify', async () => (await import('./verify.ts')).benchVerify()],
]);

const names = process.argv.slice(2);
const unknown = names.filter((name) => !BENCHES.has(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${[...BENCHES.keys()].join(', ')}`);
  process.exit(1);
}
for (const name of names.length > 0 ? names : BENCHES.keys()) {
  console.log(`\n# ${name} (Node ${process.versions.node}, ${process.platform} ${process.arch})\n`);
  await BENCHES.get(name)?.();
}
