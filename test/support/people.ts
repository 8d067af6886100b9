/** Synthetic people for tests: valid resident numbers of the area code 990001, which is not assigned. */

/** @param serial three digits; odd for boys */
export function residentNumber(birth: string, serial: number, area = '990001'): string {
  const digits = area + birth.replaceAll('-', '') + String(serial).padStart(3, '0');
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
  return digits + '10X98765432'[sum % 11];
}

/** The birthday with which a person reaches this age in the current year, so that a test holds in every year. */
export const turning = (age: number, day = '05-06') => `${new Date().getUTCFullYear() - age}-${day}`;
/** A day so far ahead, as an ISO date. */
export const ahead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** Of a child. */
export const BORN = turning(13);

let made = 0;

/** Begins again with the first fresh number, for a test file with worlds of its own. */
export function restartNumbers(): void {
  made = 0;
}

/** Odd serials of one birthday. */
const BOYS = 499;

/**
 * A resident number that no other test of this file uses.
 * @param birth of the first 499; after those the birthday moves on, a day for each 499
 */
export function freshNumber(birth = BORN, area?: string): string {
  made++;
  const days = Math.floor(made / BOYS);
  const moved = new Date(Date.parse(`${birth}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  return residentNumber(moved, 1 + 2 * (made % BOYS), area);
}

/** Of a body outside the departments, in force at any time of a test. */
export const CONTRACTS = [
  {
    ...{ reference: 'C-1', document: 'a'.repeat(64), from: '2020-01-01', until: '2099-12-31' },
    ...{ processors: [], supervisor: 'MCA' },
  },
];
