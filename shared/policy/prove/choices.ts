/**
 * All runs of a function that chooses. What a run does not ask for is not varied, so each run stands for every case that
 * differs only in what was not asked.
 */
export class Choices {
  /** Number of the present run. */
  run = 1;
  readonly #path: { at: number; of: number }[] = [];
  /** By the list of options: each list is of one thing. */
  readonly #chosen = new Map<readonly unknown[], number>();

  /** @returns an option of the present run, the same each time */
  pick<Option>(options: readonly Option[]): Option {
    let at = this.#chosen.get(options);
    if (at === undefined) {
      const step = this.#chosen.size;
      at = this.#path[step]?.at ?? 0;
      if (step === this.#path.length) this.#path.push({ at, of: options.length });
      this.#chosen.set(options, at);
    }
    return options[at] as Option;
  }

  /** Whether the present run chose it. */
  has(options: readonly unknown[]): boolean {
    return this.#chosen.has(options);
  }

  /** What the present run chose so far. */
  get path(): string {
    return this.#path
      .slice(0, this.#chosen.size)
      .map(({ at }) => at)
      .join();
  }

  /** @returns whether there is another run */
  next(): boolean {
    this.#path.length = this.#chosen.size;
    for (let last = this.#path.at(-1); last && last.at === last.of - 1; last = this.#path.at(-1))
      this.#path.pop();
    const last = this.#path.at(-1);
    this.#chosen.clear();
    this.run++;
    if (last) last.at++;
    return last !== undefined;
  }
}

/** What else varies of a case, with the ordinary value first. */
export const FLAGS = {
  local: [true, false],
  frozen: [false, true],
  disputed: [false, true],
  ended: [false, true],
  lifted: [false, true],
  assigned: [true, false],
  approved: [true, false],
  conflict: [false, true],
} as const;
export type Flag = keyof typeof FLAGS;
