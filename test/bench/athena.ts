/**
 * `npm run bench athena`: a million records of KMS and the log with 100 planted faults, as the files that Athena reads, compared
 * by the engine with our join over what it leaves, and by our join alone. Both must find the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { byEngine, bySpans } from '../athena/compared.ts';
import { makeWorld, writeWorld } from '../athena/world.ts';

const HOUR = 3_600_000;

export async function benchAthena(calls = 1_000_000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-athena-'));
  try {
    const from = Date.parse('2026-11-25T00:00:00Z');
    const span = { from, to: from + 8 * HOUR };
    const world = makeWorld({ seed: 33, ...span, calls, people: calls / 25, faults: 100 });
    const records = writeWorld(folder, world);
    console.log(
      `${records.length} records of KMS, ${world.claims.length} entries; load ${loadavg()[0]?.toFixed(1)}`,
    );
    for (const [name, count] of world.planted) console.log(`planted ${count} times: ${name}`);
    const engine = await timed('engine and our join over the rest', () => byEngine(folder, span));
    const own = await timed('our join alone, in spans of ten minutes, records in memory', async () =>
      bySpans(records, world.claims, span),
    );
    const { matched, aborted, repeated, findings } = own;
    console.log(`${matched} matched, ${aborted} aborted, ${repeated} repeated, ${findings.length} findings`);
    console.log(`the engine left ${engine.left} rows`);
    const counts = Map.groupBy(findings, (one) => one.split(' ', 1)[0]);
    for (const [code, some] of counts) console.log(`${code}: ${some.length}`);
    if (!isDeepStrictEqual(engine.found, own)) throw new Error('the two ways do not find the same');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timed<T>(what: string, act: () => Promise<T>): Promise<T> {
  const before = performance.now();
  const result = await act();
  const most = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${what}: ${((performance.now() - before) / 1000).toFixed(1)} s, at most ${most} MB until then`,
  );
  return result;
}
