/**
 * The paths of each function, as the contract names them. A test holds them equal to the routes of the
 * function's own app, so that a path can't be reachable here and not there, or the other way round.
 */
export const ROUTES = {
  token: ['/oauth/token', '/.well-known/oauth-authorization-server', '/.well-known/jwks.json'],
  intake: ['/v1/intake'],
  release: ['/v1/releases'],
  audit: ['/v1/log/entries', '/v1/log/entries/{id}', '/v1/usage'],
  steward: [
    '/v1/whoami',
    '/v1/catalogue',
    '/v1/policy',
    '/v1/policy/simulate',
    '/openapi.json',
    '/healthz',
    '/readyz',
  ],
} as const satisfies Record<string, readonly string[]>;

export type FunctionName = keyof typeof ROUTES;
