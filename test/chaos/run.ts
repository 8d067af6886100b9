/**
 * `npm run chaos [-- kill N | pause | clock | disk | cut | witness N …]`: what a machine does to a gateway, on this machine alone. Without a
 * name, all with 10 kills. It ends with a list of violations, which is empty.
 */
import { loadavg } from 'node:os';
import { SCENARIOS } from './scenarios.ts';

const asked = process.argv.slice(2);
const kills = Number(asked.find((word) => /^\d+$/.test(word)) ?? 10);
const names = asked.filter((word) => !/^\d+$/.test(word));
const unknown = names.filter((name) => !SCENARIOS.has(name));
if (unknown.length > 0) {
  console.error(`no such fault: ${unknown.join(', ')}; there are ${[...SCENARIOS.keys()].join(', ')}`);
  process.exit(2);
}
let bad = 0;
for (const name of names.length > 0 ? names : SCENARIOS.keys()) {
  const started = performance.now();
  const { did, journal, violations } = await (
    SCENARIOS.get(name) as NonNullable<ReturnType<typeof SCENARIOS.get>>
  )(kills);
  const written = [...journal.writes.values()].reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const seconds = Math.round((performance.now() - started) / 1000);
  const answers = [...journal.answers].sort(([a], [b]) => a - b).map(([status, n]) => `${n} × ${status}`);
  console.log(
    `${name}: ${did}; ${written} writes and ${journal.receipts.length} receipts acknowledged, answers ${answers.join(', ')}; ${seconds} s, load ${loadavg()[0]?.toFixed(0)}`,
  );
  for (const line of violations) console.log(`  VIOLATED ${line}`);
  bad += violations.length;
}
console.log(bad === 0 ? 'nothing acknowledged was lost' : `${bad} violations`);
process.exit(bad === 0 ? 0 : 1);
