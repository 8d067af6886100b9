/** The faults of one stage of the compiler after another, without those that only follow from earlier ones. */

import type { Report } from '../schema/schema.ts';
import type { Path } from '../schema/source.ts';

/** Stands for a name that is missing or none. */
export const UNKNOWN = 'zz-unknown';

export class Stages {
  readonly #report: Report;
  /** What earlier stages found at fault, and names that are not defined because of it. */
  #places: Path[] = [];
  #names = new Set<string>();
  readonly #said = new Set<string>();
  #unsaid: Path[] = [];
  /** Of this stage, which are looked at together when it ends. */
  #found: [Path, string][] = [];
  /** Where items of lists were taken out, by the path of the list. */
  readonly #gaps = new Map<string, number[]>();
  #wereBroken: boolean;

  constructor(report: Report, areBroken: boolean) {
    this.#report = report;
    this.#wereBroken = areBroken;
  }

  get areBroken(): boolean {
    return this.#wereBroken || this.#found.length > 0;
  }

  readonly report: Report = (now, message, lacks = []) => {
    const path = this.#original(now);
    const said = JSON.stringify([path, message]);
    if (this.#said.has(said)) return;
    this.#said.add(said);
    if (this.areBroken && this.#follows(path, message, lacks)) {
      // What it would have added is missing for the next stages.
      this.#unsaid.push(path);
      return;
    }
    this.#found.push([path, message]);
    this.#report(path, message);
  };

  /** Ends a stage: what it found is at fault for the next ones. */
  next(): void {
    for (const [path, message] of this.#found) {
      this.#places.push(path);
      const [, name] = /^there is no [^"]*"([^"]+)"/.exec(message) ?? [];
      if (name) this.#names.add(name);
    }
    this.#places.push(...this.#unsaid);
    this.#unsaid = [];
    this.#wereBroken = this.areBroken;
    this.#found = [];
  }

  /** A place that is at fault, whatever else is said of it. */
  place(now: Path): Path {
    const path = this.#original(now);
    this.#places.push(path);
    return path;
  }

  /** What is left out for the next stages. */
  lose(now: Path): void {
    const path = this.place(now);
    const [top, entry] = path;
    if (path.length === 2 || top !== 'purposes') this.#names.add(String(entry ?? top));
    this.#names.add(String(path.at(-1)));
  }

  /** Items of lists were taken out at these paths, so that those behind them stand elsewhere. */
  shift(paths: readonly Path[]): void {
    for (const now of paths) {
      const at = now.at(-1);
      if (typeof at !== 'number') continue;
      const path = this.#original(now);
      const list = JSON.stringify(path.slice(0, -1));
      this.#gaps.set(
        list,
        [...(this.#gaps.get(list) ?? []), Number(path.at(-1))].sort((a, b) => a - b),
      );
    }
  }

  /** In a pack that lacks parts a check may find nothing to look at: then it has nothing to say. */
  run<T>(check: () => T): T | null {
    try {
      return check();
    } catch (error) {
      if (this.areBroken) return null;
      throw error;
    }
  }

  #follows(path: Path, message: string, lacks: readonly string[]): boolean {
    // One of the two leads into the other.
    const isNear = (place: Path) => place.every((key, at) => at >= path.length || key === path[at]);
    if (this.#places.some(isNear)) return true;
    if (message.includes(UNKNOWN)) return true;
    if (this.#places.some(([top]) => lacks.includes(String(top)))) return true;
    const named = message.match(/(?<=["`])[^"`:]+/g) ?? [];
    return [...named, message.split(' ', 1)[0] ?? ''].some((name) => this.#names.has(name));
  }

  /** The path in the YAML itself. */
  #original(now: Path): Path {
    const path: (string | number)[] = [];
    for (const key of now) {
      const gaps = typeof key === 'number' ? (this.#gaps.get(JSON.stringify(path)) ?? []) : [];
      path.push(gaps.reduce<string | number>((at, gap) => (gap <= Number(at) ? Number(at) + 1 : at), key));
    }
    return path;
  }
}
