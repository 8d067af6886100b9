/** The cursor of the next page, in `link: <…?cursor=…>; rel="next"`; `undefined` after the last one. */
export function nextCursor(headers: Headers): string | undefined {
  const url = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
  return url === undefined ? undefined : (new URL(url).searchParams.get('cursor') ?? undefined);
}
