/** Parents, guardians and carers. */

import { addDays, yearsBefore } from './birth.ts';
import { idNumber } from './id-number.ts';
import type { Random } from './random.ts';
import { makeName, makeRelative, type PersonName, type Sex } from './words.ts';

export interface Adult {
  name: string;
  sex: Sex;
  idNumber: string;
  phone: string;
}

/** An adult of about `age` years. */
export function makeAdult(
  random: Random,
  today: string,
  area: string,
  sex: Sex,
  age: number,
  name: PersonName,
): Adult {
  const birth = addDays(yearsBefore(today, age), -random.whole(1, 364));
  return {
    name: name.full,
    sex,
    idNumber: idNumber(area, birth, random.whole(0, 499), sex),
    phone: makePhone(random),
  };
}

/** Father and mother; the child bears the father's surname. */
export function makeParents(
  random: Random,
  today: string,
  area: string,
  child: PersonName,
  childAge: number,
) {
  const age = childAge + random.whole(21, 38);
  const surname =
    child.surname === '' ? makeName(random, '1', 'dotted') : makeRelative(random, '1', child.surname);
  return {
    father: makeAdult(random, today, area, '1', age + random.whole(-2, 6), surname),
    mother: makeAdult(
      random,
      today,
      area,
      '2',
      age,
      makeName(random, '2', child.surname === '' ? 'dotted' : 'common'),
    ),
  };
}

/** A mobile number in the block 160, from which none is assigned. */
export function makePhone(random: Random): string {
  return `160${random.digits(8)}`;
}

/** A card number that no bank issues (99…), with a valid Luhn digit. */
export function makeCardNumber(random: Random): string {
  const digits = `99${random.digits(16)}`;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const doubled = Number(digits[digits.length - 1 - at]) * (at % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits + ((10 - (sum % 10)) % 10);
}
