/** Counts by cohort: the publication, and that nothing smaller follows from it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CohortCell, fitsEnough, pathOf, programmeDigest } from '../../shared/policy/count/cohort.ts';
import {
  countedFields,
  countsFor,
  type Person,
  placesOf,
  publishable,
  type Tally,
} from '../../shared/policy/count/count.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Json } from '../../shared/policy/types.ts';
import { RUNS } from '../support/runs.ts';
import { children, NOW } from './support.ts';

const person = (values: Record<string, Json>, division = '990001001'): Person => ({
  division,
  values: new Map(Object.entries(values)),
  now: NOW,
});

function tallyOf(pack: Pack, people: readonly Person[]): Tally {
  const tally: Tally = new Map();
  for (const one of people) for (const key of placesOf(pack, one)) tally.set(key, (tally.get(key) ?? 0) + 1);
  return tally;
}
/** As few more as possible, and no difference. */
const plainly = (what: string): number => (what.startsWith('["shows') ? 0.5 : 0);
const published = (people: readonly Person[], before = new Map<string, CohortCell[]>(), draw = plainly) =>
  publishable(children, '990001', tallyOf(children, people), before, draw);
const many = (count: number, values: Record<string, Json>) =>
  Array.from({ length: count }, () => person(values));
const show = (cells: readonly CohortCell[] = []) =>
  Object.fromEntries(cells.map(({ values, count }) => [values.join(' / '), count]));

describe('a person counts', () => {
  test('once in each dimension, by the words of the pack', () => {
    const places = placesOf(
      children,
      person({ birth_date: '2013-05-06', sex: '1', hardship_category: ['orphan', 'poor-family'] }),
    );
    expect(places).toHaveLength(1 + (children.cohorts?.dimensions.size ?? 0));
    expect(places).toContain('["990001","sex","12-13","1"]');
    expect(places).toContain('["990001","hardship","guardianship+poverty"]');
    expect(places).toContain('["990001","health","unknown"]');
  });
  test('nowhere without a county', () => {
    expect(placesOf(children, person({ sex: '1' }, '99'))).toEqual([]);
  });
  test('by fields that statistics may count, and opens no other', () => {
    const cells = children.purposes.get('A1')?.cells;
    expect([...countedFields(children, [])].filter((field) => !cells?.has(field))).toEqual([]);
  });
});

describe('a publication', () => {
  const boy = { birth_date: '2013-05-06', sex: '1' };
  const girl = { birth_date: '2013-05-06', sex: '2' };
  const small = { birth_date: '2023-05-06', sex: '2' };

  test('contains no count below ten', () => {
    expect(published(many(9, boy)).size).toBe(0);
    expect(show(published(many(10, boy)).get(''))).toEqual({ '': 10 });
  });
  test('is rounded to five', () => {
    expect(show(published(many(13, boy)).get(''))).toEqual({ '': 15 });
    expect(show(published(many(12, boy)).get(''))).toEqual({ '': 10 });
  });
  test('hides a complement of a small count', () => {
    // 20 and 4: the 20 would reveal the 4. With 30 more, only the smaller of the two is hidden.
    expect(published([...many(20, boy), ...many(4, girl)]).get('sex')).toBeUndefined();
    const others = many(40, small);
    const three = [...others, ...many(30, boy), ...many(20, girl), ...many(4, { ...boy, sex: '9' })];
    expect(show(published(three).get('sex'))).toEqual({ '12-13 / 1': 30 });
    // Enough that are small hide one another.
    const enough = [...others, ...many(30, boy), ...many(6, girl), ...many(4, { ...boy, sex: '9' })];
    expect(show(published(enough).get('sex'))).toEqual({ '12-13 / 1': 30 });
  });
  test('does not reveal a value that all people share', () => {
    expect(published(many(30, boy)).get('age')).toBeUndefined();
    const two = published([...many(30, boy), ...many(30, small)]);
    expect(show(two.get('age'))).toEqual({ '12-13': 30, '0-2': 30 });
    expect(two.get('sex')).toBeUndefined();
  });
  test('contains nothing below a hidden count', () => {
    const hidden = published([...many(40, boy), ...many(15, girl), ...many(8, small)]);
    expect(hidden.get('age')).toBeUndefined();
    expect(hidden.get('sex')).toBeUndefined();
  });
  test('moves between runs by ten or not at all', () => {
    const before = published(many(13, boy));
    expect(show(published(many(22, boy), before).get(''))).toEqual({ '': 15 });
    expect(show(published(many(25, boy), before).get(''))).toEqual({ '': 25 });
    expect(published(many(9, boy), before).size).toBe(0);
  });
  test('does not reveal by an appearance that one person came', () => {
    // Hidden at the last count, with nine people at most.
    const hidden = new Map<string, CohortCell[]>([['', []]]);
    for (const count of [10, 19]) expect(published(many(count, boy), hidden).size).toBe(0);
    expect(show(published(many(20, boy), hidden).get(''))).toEqual({ '': 20 });
    const shown = published([...many(30, boy), ...many(30, small)]);
    const more = [...many(30, boy), ...many(30, small), ...many(12, { birth_date: '2017-05-06', sex: '1' })];
    expect(show(published(more, shown).get('age'))).toEqual({ '12-13': 30, '0-2': 30 });
    expect(Object.values(show(published(more).get('age'))).sort()).toEqual([10, 30, 30]);
  });
  test('does not tell a hidden count to an owner who adds made-up people one by one', () => {
    const [whole = ''] = tallyOf(children, many(1, boy)).keys();
    /** What such an owner sees for a hidden count and both draws: how many it added, and what is shown, now and later. */
    const read = (hidden: number, from: number, off: number): string => {
      const draw = (what: string) => (what.startsWith('["shows') ? off : from) / 10;
      let before = new Map<string, CohortCell[]>([['', []]]);
      const seen: number[] = [];
      for (let added = 0; added < 45; added++) {
        const tally = new Map([[whole, hidden + added]]);
        const next = publishable(children, '990001', tally, before, draw);
        const [cell] = next.get('') ?? [];
        const last = before.get('')?.[0];
        if (cell && cell.count !== last?.count) seen.push(added, cell.count);
        before = cell ? next : before;
      }
      return seen.join();
    };
    const by = new Map<string, number[]>();
    for (let hidden = 1; hidden < 10; hidden++)
      for (let from = 0; from < 10; from++)
        for (let off = 0; off < 10; off++) {
          const seen = read(hidden, from, off);
          by.set(seen, [...(by.get(seen) ?? []), hidden]);
        }
    // The best guess after each sight, of nine counts that are as likely and a hundred draws.
    const most = (all: number[]) =>
      Math.max(...[...Map.groupBy(all, (one) => one).values()].map(({ length }) => length));
    const right = [...by.values()].reduce((sum, all) => sum + most(all), 0) / 900;
    expect(right).toBeLessThan(0.4);
    // And the same run shows the same.
    expect(read(7, 3, 8)).toBe(read(7, 3, 8));
  });
  test('counts twenty members exactly', () => {
    expect(published(many(19, boy)).get('')?.[0]?.fits).toBe(false);
    expect(published(many(20, boy)).get('')?.[0]?.fits).toBe(true);
  });
});

describe('no count of one to nine follows from a publication', () => {
  /** Two branches under the county, one of them two deep: all that a tree can be. */
  const tree: Pack = {
    ...children,
    cohorts: {
      rule: 'A3.2',
      smallest: 10,
      round: 5,
      dimensions: new Map(
        [
          ['a', undefined],
          ['b', 'a'],
          ['c', 'a'],
          ['d', undefined],
        ].map(([name, under]) => [
          name as string,
          { label: {}, field: name as string, ...(under !== undefined && { under }) },
        ]),
      ),
    },
  };
  const words = ['x', 'y', 'z'] as const;
  const word = fc.constantFrom(...words);
  /** Every kind of person there could be: who looks at the counts does not know which of them there are. */
  const ALL = words.flatMap((a) =>
    words.flatMap((b) => words.flatMap((c) => words.map((d) => ({ a, b, c, d })))),
  );
  const kind = fc.record({ a: word, b: word, c: word, d: word, count: fc.integer({ min: 1, max: 25 }) });

  test('by any sum and difference (linear algebra over all kinds of people)', () => {
    fc.assert(
      fc.property(fc.array(kind, { minLength: 1, maxLength: 12 }), (kinds) => {
        const people = kinds.flatMap(({ count, ...values }) =>
          Array.from({ length: count }, () => person(values)),
        );
        const tally = tallyOf(tree, people);
        const cells = publishable(tree, '990001', tally, new Map(), plainly);
        const indicator = (dimension: string, values: readonly string[]) =>
          ALL.map((one) =>
            Number(
              pathOf(tree.cohorts as never, dimension).every((name, i) => one[name as 'a'] === values[i]),
            ),
          );
        const known = echelon(
          [...cells].flatMap(([dimension, list]) => list.map(({ values }) => indicator(dimension, values))),
        );
        for (const [key, count] of tally) {
          const [, dimension = '', ...values] = JSON.parse(key) as string[];
          const follows = isSpanned(known, indicator(dimension, values));
          expect(follows && count < 10 && cells.size > 0, key).toBe(false);
        }
        // Nor of the people who are alike in everything.
        for (const [index, one] of ALL.entries()) {
          const alike = ALL.map((_, i) => Number(i === index));
          const count = kinds.reduce(
            (sum, kind) =>
              sum +
              (['a', 'b', 'c', 'd'].every((name) => kind[name as 'a'] === one[name as 'a']) ? kind.count : 0),
            0,
          );
          expect(isSpanned(known, alike) && count < 10).toBe(false);
        }
      }),
      RUNS,
    );
  });
});

describe('a cohort fits', () => {
  const cell = (count: number, fits: boolean): CohortCell => ({ values: ['12-13'], count, fits });
  test('when one county has enough, or several together surely have', () => {
    expect(fitsEnough(children, ['12-13'], [cell(20, true)])).toBe(true);
    expect(fitsEnough(children, ['12-13'], [cell(20, false)])).toBe(false);
    expect(fitsEnough(children, ['12-13'], [cell(15, false), cell(10, false)])).toBe(true);
    expect(fitsEnough(children, ['14-15'], [cell(20, true)])).toBe(false);
    expect(fitsEnough(children, ['12-13'], [])).toBe(false);
  });
});

describe('a programme counts', () => {
  const programme = children.programmes.get('warm-home') ?? expect.fail();
  const eligible = { birth_date: '2013-05-06', hardship_category: ['orphan'], benefits: [] };
  test('people who fit its question in its areas', () => {
    expect(countsFor(children, programme, person(eligible))).toBe(true);
    expect(countsFor(children, programme, person(eligible, '990002001'))).toBe(false);
    expect(countsFor(children, programme, person({ ...eligible, benefits: [{ scheme: 'x' }] }))).toBe(false);
  });
  test('as the same while neither question nor areas change', () => {
    const digest = programmeDigest(children, programme);
    expect(programmeDigest(children, { ...programme, label: { en: 'other' }, until: '2030-01-01' })).toBe(
      digest,
    );
    expect(programmeDigest(children, { ...programme, areas: ['99'] })).not.toBe(digest);
    const milder = new Map([...children.predicates, ['age_under_18', { any: [] } as never]]);
    expect(programmeDigest({ ...children, predicates: milder }, programme)).not.toBe(digest);
  });
});

/** Rows without leading zeros in common; numbers stay small, so floating point is exact enough. */
function echelon(rows: readonly number[][]): number[][] {
  const found: number[][] = [];
  for (const row of rows) {
    const rest = reduce(found, row);
    if (rest.some(isNonzero)) found.push(rest);
  }
  return found;
}
function isSpanned(known: readonly number[][], row: readonly number[]): boolean {
  return !reduce(known, row).some(isNonzero);
}
function reduce(known: readonly number[][], row: readonly number[]): number[] {
  let rest = [...row];
  for (const one of known) {
    const at = one.findIndex(isNonzero);
    const factor = (rest[at] ?? 0) / (one[at] as number);
    if (isNonzero(factor)) rest = rest.map((value, i) => value - factor * (one[i] ?? 0));
  }
  return rest;
}
function isNonzero(value: number): boolean {
  return Math.abs(value) > 1e-9;
}
