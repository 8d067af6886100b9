/** Several apps on one origin, as API Gateway routes to several functions. */

import { METHOD_NAME_ALL } from 'hono/router';
import { createApp } from '../../functions/http/app.ts';

/** The part of a Hono app needed for mounting it, whatever its context variables. */
export interface MountedApp {
  routes: { path: string; method: string }[];
  fetch(request: Request, env?: object): Response | Promise<Response>;
}

/**
 * Each route leads to the app that declares it, which runs alone: one app's middleware never sees another's
 * requests. A route that no app declares gets the 404 or 405 that every app would give.
 * @param base base URL of the gateway, under which the codes of problems are explained
 * @throws Error if two apps declare one route.
 */
export function compose(apps: readonly MountedApp[], base = ''): MountedApp {
  const origin = createApp(base);
  const taken = new Map<string, MountedApp>();
  for (const app of apps) {
    for (const { method, path } of app.routes) {
      if (method === METHOD_NAME_ALL) continue;
      const route = `${method} ${path}`;
      const owner = taken.get(route);
      if (owner === app) continue;
      if (owner) throw new Error(`two apps declare ${route}`);
      taken.set(route, app);
      // A page whose address was typed with a slash at its end.
      if (method === 'GET' && path.startsWith('/docs'))
        origin.get(`${path}/`, (c) => c.redirect(c.req.path.slice(0, -1), 308));
      // Passes the request id in the same way as API Gateway, and who signed.
      origin.on(method, path, (c) => {
        const { requestContext, ...env } = (c.env ?? {}) as { requestContext?: object };
        const own = { ...requestContext, requestId: c.get('requestId') };
        return app.fetch(c.req.raw, { ...env, requestContext: own });
      });
    }
  }
  return origin;
}
