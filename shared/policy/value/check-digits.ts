/** Numbers whose last character follows from the others. */

export function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return /^\d+$/.test(digits) && sum % 10 === 0;
}

/**
 * The weighted sum of the digits plus the check digit is a multiple of eleven (NHS numbers, ISBN-10).
 * @param ten the last character for a remainder of ten. Absent: no number has it
 */
export function passesMod11(text: string, weights: readonly number[], ten?: string): boolean {
  const characters = [...text];
  if (characters.length !== weights.length + 1) return false;
  const last = characters.pop() ?? '';
  if (!characters.every((one) => /^\d$/.test(one))) return false;
  const sum = weights.reduce((total, weight, index) => total + weight * Number(characters[index]), 0);
  const rest = (11 - (sum % 11)) % 11;
  return last === (rest === 10 ? ten : String(rest));
}

/** A number as it is compared: without width, spaces and dashes. */
export function foldNumber(text: string): string {
  return text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
}
