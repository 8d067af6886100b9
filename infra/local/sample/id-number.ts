/** Resident ID numbers of made-up people: the area codes 99xxxx were never assigned. */

/** The MOD 11-2 check character (GB 11643) of the first 17 digits. */
export function checkCharacter(first17: string): string {
  let sum = 0;
  for (let at = 0; at < 17; at++) sum += Number(first17[at]) * (2 ** (17 - at) % 11);
  return '10X98765432'[sum % 11] as string;
}

/**
 * @param birth ISO date.
 * @param serial 0 to 499; distinguishes people of one area, day and sex.
 * @param sex `1` male, `2` female: the 17th digit is odd or even.
 */
export function idNumber(area: string, birth: string, serial: number, sex: '1' | '2'): string {
  const sequence = String(serial * 2 + (sex === '1' ? 1 : 0)).padStart(3, '0');
  const first17 = area + birth.replaceAll('-', '') + sequence;
  return first17 + checkCharacter(first17);
}
