/**
 * `npm run bench soak`: releases at a low rate for an hour, on a gateway in another process. Each row ends a tenth of it. `MINUTES`
 * sets the length and `RATE` the releases a second; 60 minutes at 14 a second are 50,000 releases.
 */
import { loadavg } from 'node:os';
import { openLoaded } from './overload-gateway.ts';
import { openLoop } from './overload-loop.ts';

const MINUTES = Number(process.env['MINUTES'] ?? 60);
const RATE = Number(process.env['RATE'] ?? 14);
const ROWS = 10;

export async function benchSoak(): Promise<void> {
  const { school, memory, descriptors, disk, close } = await openLoaded();
  try {
    console.log(
      '| releases | not answered | p50 ms | p99 ms | MB | descriptors | store MB | log MB | load |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    );
    let [good, bad] = [0, 0];
    for (let row = 0; row < ROWS; row++) {
      const seconds = Math.round((MINUTES * 60) / ROWS);
      const { answered, other, told, p50, p99 } = await openLoop(school, RATE, seconds);
      good += answered;
      bad += other + Math.round(told * seconds);
      const sizes = [disk('store'), disk('log')].map((bytes) => (bytes / 1e6).toFixed(1));
      console.log(
        `| ${[good, bad, p50, p99, memory(), descriptors(), ...sizes, loadavg()[0]?.toFixed(0)].join(' | ')} |`,
      );
    }
  } finally {
    await close();
  }
}
