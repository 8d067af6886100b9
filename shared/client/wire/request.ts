import type { Ask, Line } from '../../contract/api.ts';

/** What goes over the wire for a line of the contract. */
export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}

export function requestOf<L extends Line>(line: L, ask: Ask<L>): Request {
  const [method, pattern] = line.split(' ') as [Request['method'], string];
  const { query, body, ...named } = ask as Pick<Request, 'query' | 'body'> & Record<string, string>;
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name] ?? ''));
  return { method, path, ...(query && { query }), ...(body !== undefined && { body }) };
}
