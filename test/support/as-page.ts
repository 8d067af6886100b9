import { defined } from '../../shared/defined.ts';

/** As far as it is looked at here. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Answered = { json?: any } | null;

export type Rest = [
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string> | undefined,
];

/**
 * An act of two people as a page does it: what waits is shown, and the second person confirms that. A repeat of the call is the
 * same click.
 */
export function seenOnPages() {
  const clicks = new Map<string, string>();
  return async <A extends Answered>(
    who: string,
    send: (rest: Rest) => Promise<A>,
    rest: Rest,
  ): Promise<A> => {
    const [method, path, body = {}, headers] = rest;
    const click = JSON.stringify([who, method, path, body]);
    const confirm = (entry: string) => {
      const { clientId, ...words } = body as { clientId?: string };
      const [, id = clientId] = /^\/v1\/agencies(?:\/([\w-]+))?/.exec(path) ?? [];
      const register = path.startsWith('/v1/agencies') && !path.endsWith('/confirm');
      const { officer, reason } = words as Record<string, string>;
      return register
        ? send(['POST', `/v1/agencies/${id}/confirm`, { ...defined({ officer, reason }), entry }, headers])
        : send([method, path, { ...(body as object), entry }, headers]);
    };
    const known = clicks.get(click);
    if (known !== undefined) {
      const repeated = await confirm(known);
      if (repeated?.json?.code !== 'CONFLICT') return repeated;
      clicks.delete(click);
    }
    const answer = await send(rest);
    const { waits, seen } = answer?.json ?? {};
    if (waits === undefined || seen !== undefined || typeof body !== 'object') return answer;
    clicks.set(click, waits);
    return confirm(waits);
  };
}
