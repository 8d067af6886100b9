/** A number and its English noun, in the form that the number needs. @param n also as a formatted text, such as `1,204` */
export function many(n: number | string, one: string, more = `${one}s`): string {
  return `${n} ${String(n) === '1' ? one : more}`;
}
