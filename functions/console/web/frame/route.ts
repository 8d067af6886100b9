/** Addresses are in the fragment, which is not sent to servers and not logged. */
import { signal } from '@preact/signals';

export interface Route {
  page: string;
  query: URLSearchParams;
}

export const route = signal<Route>(parse(location.hash));

addEventListener('hashchange', () => {
  route.value = parse(location.hash);
});

function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { page: /^[a-z]*$/.test(path) ? path : '', query: new URLSearchParams(query) };
}

type Query = Record<string, string | number | undefined>;

/** Empty values are omitted, so that each view has one address. */
export function hashOf(page: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return `#/${page}${text ? `?${text}` : ''}`;
}

export function go(page: string, query: Query = {}): void {
  location.hash = hashOf(page, query);
}

/** Changes the query of this page. @param keep replaces the current address, so that "back" skips it. */
export function setQuery(changes: Query, keep = true): void {
  const { page, query } = route.value;
  const hash = hashOf(page, { ...Object.fromEntries(query), ...changes });
  if (hash === location.hash) return;
  if (!keep) location.hash = hash;
  else {
    history.replaceState(null, '', hash);
    route.value = parse(hash);
  }
}
