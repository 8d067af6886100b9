/** Synthetic people for tests: valid resident numbers of the area code 990001, which is not assigned. */

/** @param serial three digits; odd for boys */
export function residentNumber(birth: string, serial: number, area = '990001'): string {
  const digits = area + birth.replaceAll('-', '') + String(serial).padStart(3, '0');
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
  return digits + '10X98765432'[sum % 11];
}

let serial = 1;

/** A resident number that no other test of this process uses. */
export function freshNumber(birth = '2013-05-06', area?: string): string {
  serial += 2;
  return residentNumber(birth, serial, area);
}
