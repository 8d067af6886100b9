/**
 * `npm run bench overload`: releases that come at a rate of their own, whatever the answers, on a gateway in another process; the same
 * with a case and a token for each;
 * then the load of one agency with few requests of another; then connections that send nothing, slowly, or too much.
 * `SECONDS` sets the length of a step.
 */
import { loadavg } from 'node:os';
import { crowd } from './overload-crowd.ts';
import { openLoaded } from './overload-gateway.ts';
import { type Load, openLoop } from './overload-loop.ts';

const SECONDS = Number(process.env['SECONDS'] ?? 15);
const OFFERED = [20, 40, 80, 120, 200, 400];
const NOISE = [20, 60, 150, 400];
export async function benchOverload(): Promise<void> {
  const { url, school, cases, home, memory, close } = await openLoaded();
  try {
    await openLoop(school, 5, 5);
    console.log(`load ${loadavg()[0]?.toFixed(1)} before; ${SECONDS} s a step\n`);
    for (const [what, one] of Object.entries({
      'releases of one case': school,
      'cases, each with its token': cases,
    })) {
      console.log(
        `| ${what}/s | goodput/s | p50 ms | p99 ms | told to wait/s | told after p99 ms | other | MB |\n|---:|---:|---:|---:|---:|---:|---:|---:|`,
      );
      for (const rate of OFFERED)
        console.log(`| ${row(rate, await openLoop(one, rate, SECONDS))} | ${memory()} |`);
      console.log('');
    }
    console.log(
      '\n| noisy agency/s | quiet agency: answers/s | p50 ms | p99 ms | told to wait/s | other |\n|---:|---:|---:|---:|---:|---:|',
    );
    for (const noise of [0, ...NOISE]) {
      const [quiet] = await Promise.all([
        openLoop(home, 4, 2 * SECONDS),
        openLoop(school, noise, 2 * SECONDS),
      ]);
      console.log(
        `| ${noise} | ${quiet.goodput} | ${quiet.p50} | ${quiet.p99} | ${quiet.told} | ${quiet.other} |`,
      );
    }
    console.log(
      '\n| with | quiet agency: answers/s | p50 ms | p99 ms | other | MB |\n|---|---:|---:|---:|---:|---:|',
    );
    for (const [name, begin] of crowd(url)) {
      const end = await begin();
      const quiet = await openLoop(home, 4, SECONDS);
      console.log(
        `| ${name}: ${await end()} | ${quiet.goodput} | ${quiet.p50} | ${quiet.p99} | ${quiet.other} | ${memory()} |`,
      );
    }
    console.log(`\nload ${loadavg()[0]?.toFixed(1)} after`);
  } finally {
    await close();
  }
}

function row(rate: number, { goodput, p50, p99, told, toldAfter, other }: Load): string {
  return [rate, goodput, p50, p99, told, toldAfter, other].join(' | ');
}
