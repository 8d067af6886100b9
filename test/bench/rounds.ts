/** One thing to measure. */
export interface Case {
  name: string;
  /** Operations a round; about as many as take some ten milliseconds. */
  times: number;
  run(): unknown;
}

/** What was measured of each case, by name. */
export interface Measured {
  /** @returns median CPU time of one operation in microseconds */
  micros(name: string): number;
  /** @returns median of the rounds' ratios, which the machine's load changes less than a ratio of medians */
  ratio(name: string, to: string): number;
}

/**
 * Runs all cases in turn, round after round, so that other work of the machine affects all equally. Every other round is in the
 * opposite order, so that none always follows the same one.
 */
export async function measureRatios(cases: readonly Case[], rounds: number): Promise<Measured> {
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds + WARM_UP; round++) {
    for (const { name, times, run } of round % 2 === 0 ? cases : cases.toReversed()) {
      const start = process.cpuUsage();
      for (let i = 0; i < times; i++) {
        const made = run();
        if (made instanceof Promise) await made;
      }
      const { user, system } = process.cpuUsage(start);
      if (round >= WARM_UP) samples.get(name)?.push((user + system) / times);
    }
  }
  const of = (name: string) => samples.get(name) ?? [];
  return {
    micros: (name) => median(of(name)),
    ratio: (name, to) => median(of(name).map((one, i) => one / (of(to)[i] ?? Number.NaN))),
  };
}

/** @returns median CPU time of one operation in microseconds, by name */
export async function measure(cases: readonly Case[], rounds: number): Promise<Map<string, number>> {
  const { micros } = await measureRatios(cases, rounds);
  return new Map(cases.map(({ name }) => [name, micros(name)]));
}

const WARM_UP = 3;

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
