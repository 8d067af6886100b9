import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, ageOn, yearsBefore } from '../../../infra/local/sample/birth.ts';
import { type Child, childrenOf } from '../../../infra/local/sample/child.ts';
import { checkCharacter, idNumber } from '../../../infra/local/sample/id-number.ts';

const TODAY = '2026-11-25';
const children = [...childrenOf({ today: TODAY })];
const ofCase = (name: string) => children.filter((child) => child.case === name);
const first = (name: string) => ofCase(name)[0] as Child;

/** An independent check of GB 11643: the weighted sum of all 18 characters is 1 modulo 11. */
function isValid(number: string): boolean {
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
  const sum = weights.reduce(
    (total, weight, at) => total + weight * (number[at] === 'X' ? 10 : Number(number[at])),
    0,
  );
  return sum % 11 === 1;
}

describe('ID numbers', () => {
  test('are valid, of the made-up counties, and no two are alike', () => {
    const numbers = [...childrenOf({ today: TODAY, people: 3000 })].flatMap(({ idNumber }) => idNumber ?? []);
    for (const number of numbers) expect(number).toSatisfy(isValid);
    for (const number of numbers) expect(number).toMatch(/^99000[12]/);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('the check refuses a number with one digit changed', () => {
    const number = first('no-phone').idNumber as string;
    const changed = number.replace(/^(.{9})(.)/, (_, before, digit) => before + ((Number(digit) + 1) % 10));
    expect([isValid(number), isValid(changed)]).toEqual([true, false]);
  });

  test('the 17th digit gives the sex, unless a mismatch is wanted', () => {
    const digitSays = ({ idNumber }: Child) => (Number(idNumber?.[16]) % 2 === 1 ? '1' : '2');
    const wrong = children.filter((child) => child.idNumber !== null && digitSays(child) !== child.sex);
    expect(wrong.map((child) => child.case)).toEqual(['sex-digit-mismatch', 'sex-digit-mismatch']);
  });

  test('hold the birth date, except where a mismatch is wanted', () => {
    const holds = ({ idNumber, birth }: Child) => idNumber?.slice(6, 14) === birth.replaceAll('-', '');
    const wrong = children.filter((child) => child.idNumber !== null && !holds(child));
    expect(wrong.map((child) => child.case)).toEqual(['birth-date-mismatch']);
  });

  test('end in X where one is wanted', () => {
    expect(first('check-character-x').idNumber).toMatch(/X$/);
  });

  const vectors = join(process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors', 'cn/gb11643-vectors.json');
  test.skipIf(!existsSync(vectors))('agree with the vectors of GB 11643 (skipped without them)', () => {
    const { vectors: list } = JSON.parse(readFileSync(vectors, 'utf8'));
    const valid = list.filter(
      ({ id, want }: { id: string; want: string }) => want === 'valid' && /^\d{17}[\dX]$/.test(id),
    );
    expect(valid.length).toBeGreaterThan(0);
    for (const { id } of valid) expect(checkCharacter(id.slice(0, 17))).toBe(id[17]);
  });

  test('hold for any day, serial and sex', () => {
    const day = fc.date({ min: new Date('1930-01-01'), max: new Date('2026-11-25'), noInvalidDate: true });
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 499 }),
        fc.constantFrom('1' as const, '2' as const),
        (date, serial, sex) => {
          const number = idNumber('990001', date.toISOString().slice(0, 10), serial, sex);
          return isValid(number) && Number(number[16]) % 2 === Number(sex) % 2;
        },
      ),
    );
  });
});

describe('the same options', () => {
  test('give the same children', () => {
    expect([...childrenOf({ today: TODAY })].map(plain)).toEqual(children.map(plain));
  });

  test('but another seed gives others', () => {
    expect([...childrenOf({ today: TODAY, seed: 'another' })].map(plain)).not.toEqual(children.map(plain));
  });

  test('and more of them leave the first ones as they are', () => {
    const more = [...childrenOf({ today: TODAY, people: 250 })].slice(0, 100);
    expect(more.map(plain)).toEqual(children.map(plain));
  });
});

describe('ages', () => {
  test.each([
    ['turns-14-tomorrow', 13, '2012-11-26'],
    ['turns-14-today', 14, '2012-11-25'],
    ['turned-14-yesterday', 14, '2012-11-24'],
    ['turns-18-tomorrow', 17, '2008-11-26'],
    ['turns-18-today', 18, '2008-11-25'],
    ['turned-18-yesterday', 18, '2008-11-24'],
  ])('%s is %i years old, born on %s', (name, age, birth) => {
    expect(first(name)).toMatchObject({ age, birth });
  });

  test('are from 0 to 17 except for the children at the boundary of 18, and no birth is in the future', () => {
    const grown = children.filter(({ age }) => age > 17).map((child) => child.case);
    expect(grown).toEqual(['turns-18-today', 'turned-18-yesterday']);
    for (const { birth } of children) expect(birth <= TODAY).toBe(true);
  });

  test('one child was born on 29 February', () => {
    expect(first('leap-day').birth).toMatch(/-02-29$/);
  });

  test.each([
    ['2012-02-29', '2026-02-28', 13],
    ['2012-02-29', '2026-03-01', 14],
    ['2012-11-25', '2026-11-24', 13],
  ])('a child born on %s is on %s %i years old', (birth, day, age) => {
    expect(ageOn(birth, day)).toBe(age);
  });

  test('reckoning back from a leap day stays on a real day', () => {
    expect(yearsBefore('2028-02-29', 14)).toBe('2014-03-01');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });
});

describe('among a hundred children', () => {
  test('every special case is there', () => {
    const counts = new Map<string, number>();
    for (const child of children) if (child.case) counts.set(child.case, (counts.get(child.case) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toMatchObject({
      foundling: 2,
      'foundling-disabled': 1,
      'foundling-near-14': 1,
      'guardian-conflict': 2,
      'guardian-conflict-teen': 1,
      'guardianship-revoked': 2,
      hiv: 2,
      harm: 1,
      neighbour: 3,
    });
    expect(counts.size).toBe(36);
  });

  test('foundlings have neither number nor parents, all others have both', () => {
    const without = children.filter(({ idNumber, parents }) => idNumber === null && parents === null);
    expect(without.every((child) => child.case?.startsWith('foundling'))).toBe(true);
    expect(children.filter(({ idNumber, parents }) => (idNumber === null) !== (parents === null))).toEqual(
      [],
    );
  });

  test('names are compound, dotted and of one character where they should be', () => {
    expect(first('compound-surname').name).toMatch(/^(欧阳|司马|诸葛|上官|皇甫|令狐|尉迟|慕容|夏侯|东方)/);
    expect(first('dotted-name').name).toMatch(/^\p{Script=Han}+·\p{Script=Han}+$/u);
    expect([...first('one-character-name').name]).toHaveLength(2);
    for (const { name } of children) expect(name).toMatch(/^[\p{Script=Han}·]{2,50}$/u);
  });

  test('the ordinary ones differ in hardship, age and sex', () => {
    const ordinary = children.filter((child) => child.case === null);
    expect(new Set(ordinary.flatMap(({ story }) => story.hardship)).size).toBeGreaterThanOrEqual(5);
    expect(new Set(ordinary.map(({ age }) => age)).size).toBeGreaterThanOrEqual(14);
    expect(new Set(ordinary.map(({ sex }) => sex)).size).toBe(2);
  });
});

/** A child without its generator. */
function plain({ random, ...child }: Child): object {
  return child;
}

describe('the pupils of the documents', () => {
  const on = (today: string) =>
    [...childrenOf({ today, people: 30 })].filter((_, at) => at === 0 || at === 29);

  test.each(['2026-01-01', '2026-11-26', '2027-03-01', '2028-02-29', '2030-04-30'])(
    'have the same numbers on %s, and are in primary school',
    (day) => {
      const pupils = on(day);
      expect(pupils.map(({ idNumber }) => idNumber)).toEqual(['990001201806250110', '990001201805282313']);
      expect(pupils[0]?.parents?.mother.idNumber).toBe('990001199409306088');
      for (const { age } of pupils) expect([age >= 7, age < 12]).toEqual([true, true]);
    },
  );

  test('move with the day once they would be too old', () => {
    const [first] = on('2031-01-01');
    expect(first).toMatchObject({ age: 8 });
    expect(first?.idNumber).not.toBe('990001201806250110');
  });
});
