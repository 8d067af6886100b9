/** Requests to the token endpoint as text, for tests of its answers. */
import type { tokenApp } from '../../functions/token/app.ts';

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export async function postTo(
  app: ReturnType<typeof tokenApp>,
  body: string | URLSearchParams,
  headers: Record<string, string>,
  path = '/oauth/token',
) {
  const response = await app.request(path, { method: 'POST', headers, body: String(body) });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, error: json['error'], json, headers: response.headers };
}
