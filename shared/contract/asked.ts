/** How a sealed answer names the request that it answers: the text whose SHA-256 is its `asked`. */

/**
 * The query in one form, because a gateway in front may write it in another: sorted by name, then by value, each
 * percent-encoded but for letters, digits and `-._~`.
 * @param body as it was sent; `''` for none
 */
export function askedText(method: string, path: string, query: URLSearchParams, body: string): string {
  const pairs = [...query].map((pair) => pair.map(encoded).join('='));
  const search = pairs.length > 0 ? `?${pairs.sort().join('&')}` : '';
  return `${method} ${path}${search}\n${body}`;
}

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
