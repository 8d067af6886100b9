/**
 * Rows of a table of growth: processor microseconds of an operation at each size, the exponent that fits them, and the control: of
 * all sizes the largest and the smallest ratio of every other round to the rest.
 */
import { loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from './rounds.ts';

/** An operation, by the size that it is measured at. */
interface Row {
  sizes: number[];
  costs: number[];
  controls: number[];
}

export function growthTable() {
  const rows = new Map<string, Row>();
  return {
    /** @param rounds of so many calls each, after as many as `warm` */
    async take(
      name: string,
      size: number,
      work: () => Promise<unknown>,
      { warm = 30, rounds = 10, calls = 10 } = {},
    ): Promise<void> {
      const row = rows.get(name) ?? { sizes: [], costs: [], controls: [] };
      rows.set(name, row);
      row.sizes.push(size);
      const { micros, control } = await cost(work, { warm, rounds, calls });
      row.costs.push(micros);
      row.controls.push(control);
      console.log(
        `${name}: ${size}: ${Math.round(row.costs.at(-1) ?? 0)} µs (load ${loadavg()[0]?.toFixed(0)})`,
      );
    },
    print(): void {
      console.table(
        [...rows].map(([row, { sizes, costs, controls }]) => ({
          row,
          sizes: sizes.join(', '),
          'CPU µs': costs.map(Math.round).join(', '),
          exponent: exponent(sizes, costs).toFixed(2),
          control: `${Math.min(...controls).toFixed(2)} to ${Math.max(...controls).toFixed(2)}`,
        })),
      );
    },
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** The median of rounds, in processor microseconds. */
async function cost(
  work: () => Promise<unknown>,
  { warm, rounds: length, calls }: { warm: number; rounds: number; calls: number },
): Promise<{ micros: number; control: number }> {
  for (let i = 0; i < warm; i++) await work();
  // Garbage of what was measured or filled before would be collected at the cost of this.
  collectGarbage();
  const rounds: number[] = [];
  for (let round = 0; round < length; round++) {
    const start = process.cpuUsage();
    for (let i = 0; i < calls; i++) await work();
    const { user, system } = process.cpuUsage(start);
    rounds.push((user + system) / calls);
  }
  const half = (odd: number) => median(rounds.filter((_, i) => i % 2 === odd));
  return { micros: median(rounds), control: half(1) / half(0) };
}

/** The slope of a line through the logarithms, by least squares. */
function exponent(sizes: readonly number[], costs: readonly number[]): number {
  const [x, y] = [sizes.map(Math.log), costs.map(Math.log)];
  const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const [mx, my] = [mean(x), mean(y)];
  const over = mean(x.map((one, i) => (one - mx) * ((y[i] ?? 0) - my)));
  return over / mean(x.map((one) => (one - mx) ** 2));
}
