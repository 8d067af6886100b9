/** A seeded generator, so that the same seed, count and day give the same children, byte for byte. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  pick<Item>(list: readonly Item[]): Item;
  /** True about once in `1 / share` times. */
  chance(share: number): boolean;
  /** `count` decimal digits. */
  digits(count: number): string;
  /** One that goes on with the same numbers. */
  copy(): Random;
}

/** Mulberry32 from a text seed. Sufficient for varied data, not for secrets. */
export function randomOf(seed: string): Random {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return randomFrom(state);
}

function randomFrom(start: number): Random {
  let state = start;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    pick: <Item>(list: readonly Item[]) => list[whole(0, list.length - 1)] as Item,
    chance: (share) => next() < share,
    digits: (count) => Array.from({ length: count }, () => whole(0, 9)).join(''),
    copy: () => randomFrom(state),
  };
}
