/** Chinese has no spaces between words: each two neighbouring characters are a term of the search. */

/** @param {string} text. It runs in the browser too, and so stands alone. */
export function tokenize(text) {
  const words = text.toLowerCase().split(/[\n\r\p{Z}\p{P}\p{S}]+/u);
  return words.flatMap((word) => {
    const parts = word.split(/([\p{Script=Han}]+)/u).filter((part) => part !== '');
    return parts.flatMap((part) => {
      if (!/\p{Script=Han}/u.test(part) || part.length === 1) return [part];
      return Array.from({ length: part.length - 1 }, (_, at) => part.slice(at, at + 2));
    });
  });
}
