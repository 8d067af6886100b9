/** Resident numbers (GB 11643): six digits of area, eight of birth, three of order, one check character. */
import { parseDay } from './age.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
/** Characters of a number. */
export const LENGTH = 18;
const CHECK_CHARACTERS = '10X98765432';

/**
 * @returns the normal form of 18 characters. Full width, spaces, lower case and the old form of 15 digits
 * (all born 19xx) are normalised. `null` if the text is not such a number. The check character is not
 * verified.
 */
export function normaliseNumber(text: string): string | null {
  const number = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  if (/^\d{17}[\dX]$/.test(number)) return number;
  if (!/^\d{15}$/.test(number)) return null;
  const long = `${number.slice(0, 6)}19${number.slice(6)}`;
  return long + checkCharacter(long);
}

/** Whether birth date and check character are correct. Area codes are not checked: retired ones remain in use. */
export function isResidentNumber(text: string, today: number): boolean {
  const number = normaliseNumber(text);
  if (number === null) return false;
  const born = parseDay(birthIn(number));
  return born !== null && born <= today && checkCharacter(number) === number[17];
}

/** Maximum number of resident numbers that are looked for in one text. */
const MOST = 5;

/**
 * Resident numbers within a longer text, such as a student or certificate number or a list. Each needs a real
 * birth date and the correct check character, so that a long row of digits does not count as many numbers.
 * @param today births after this day are rejected
 * @returns at most five, normalised
 */
export function numbersIn(text: string, today: number): string[] {
  const folded = text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  const found = new Set<string>();
  for (let at = 0; at + 18 <= folded.length && found.size < MOST; at++) {
    const window = folded.slice(at, at + 18);
    if (isResidentNumber(window, today)) found.add(window);
  }
  for (const [old] of folded.matchAll(/(?<!\d)\d{15}(?!\d)/g)) {
    const number = normaliseNumber(old);
    if (number !== null && found.size < MOST && isResidentNumber(number, today)) found.add(number);
  }
  return [...found];
}

/** The birth date in a normalised number, as ISO text; it may not be a real date. */
export function birthIn(number: string): string {
  return `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
}

/** 1 for male numbers, 0 for female ones. */
export function parityIn(number: string): number {
  return Number(number[16]) % 2;
}

/** The check character for the first 17 digits. */
export function checkCharacter(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return CHECK_CHARACTERS[sum % 11] as string;
}
