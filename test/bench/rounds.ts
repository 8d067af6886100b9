/** One thing to measure. */
export interface Case {
  name: string;
  /** Operations a round; about as many as take some ten milliseconds. */
  times: number;
  run(): unknown;
}

/**
 * Runs all cases in turn, round after round, so that other work of the machine affects all equally.
 * @returns median CPU time of one operation in microseconds, by name
 */
export async function measure(cases: readonly Case[], rounds: number): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds + WARM_UP; round++) {
    for (const { name, times, run } of cases) {
      const start = process.cpuUsage();
      for (let i = 0; i < times; i++) {
        const made = run();
        if (made instanceof Promise) await made;
      }
      const { user, system } = process.cpuUsage(start);
      if (round >= WARM_UP) samples.get(name)?.push((user + system) / times);
    }
  }
  return new Map([...samples].map(([name, all]) => [name, median(all)]));
}

const WARM_UP = 3;

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
