/**
 * What a page of another site may not do through a browser on this machine: by a name of its own that it lets lead here (DNS
 * rebinding), or by a form, a frame or a script. Programs send neither `Origin` nor `Sec-Fetch-Site`.
 */

import type { IncomingMessage } from 'node:http';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * @param names other host names by which the gateway is called, without a port
 * @returns whether it is called by a name that is none of its own; a request without one is no browser's
 */
export function isByForeignName({ headers: { host } }: IncomingMessage, names: ReadonlySet<string>): boolean {
  if (host === undefined) return false;
  const name = nameIn(host.toLowerCase()).replace(/\.$/, '');
  return !LOOPBACK.has(name) && !names.has(name);
}

const nameIn = (host: string) => host.replace(/:\d*$/, '');

/** Whether a page of another site would change something, or would make a login that the person does not see. */
export function isByForeignPage(
  { headers, method = '', url = '' }: IncomingMessage,
  names: ReadonlySet<string>,
): boolean {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-dest': dest, 'sec-fetch-mode': mode } = headers;
  const from = origin?.replace(/^https?:\/\//, '').toLowerCase();
  const isOwn = from === undefined || from === host?.toLowerCase() || names.has(nameIn(from));
  const isOther = !isOwn || (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (!isOther) return false;
  if (!READS.has(method)) return true;
  // Another site may send its people to the login, in a window that shows the address.
  const isShown = mode === 'navigate' && dest === 'document';
  return /^\/people\/(?!\.well-known\/|jwks)/.test(url) && !isShown;
}
