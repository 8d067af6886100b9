/**
 * The paths of each function, as the contract names them. A test holds them equal to the routes of the
 * function's own app, so that a path can't be reachable here and not there, or the other way round.
 */
export const ROUTES = {
  token: [
    '/oauth/token',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource',
    '/.well-known/jwks.json',
  ],
  intake: ['/v1/intake'],
  release: ['/v1/releases', '/v1/inquiries'],
  verify: [
    '/v1/verifications',
    '/v1/programmes',
    '/v1/check-codes',
    '/v1/status/{list}',
    '/.well-known/jwt-vc-issuer',
    '/attestations/check',
  ],
  insight: ['/v1/leak-checks', '/v1/statistics'],
  casework: [
    '/v1/tasks',
    '/v1/tasks/{id}/complete',
    '/v1/requests',
    '/v1/requests/{id}',
    '/v1/requests/{id}/approve',
    '/v1/requests/{id}/refuse',
    '/v1/requests/{id}/withdraw',
    '/v1/consents',
    '/v1/consents/{id}/withdraw',
    '/v1/conflicts',
    '/v1/freezes',
    '/v1/freezes/{id}',
  ],
  audit: [
    '/v1/log/entries',
    '/v1/log/entries/{id}',
    '/v1/log/entries/{id}/reviews',
    '/v1/log/stats',
    '/v1/log/reconciliations',
    '/v1/alerts',
    '/v1/alerts/{id}/acknowledge',
    '/v1/decoys',
    '/v1/log/proofs/inclusion',
    '/v1/log/proofs/consistency',
    '/log/checkpoint',
    '/log/key',
    '/log/writer-key',
    '/log/tile/{path+}',
    '/log/signatures/{path+}',
    '/v1/usage',
  ],
  steward: [
    '/v1/whoami',
    '/v1/catalogue',
    '/v1/policy',
    '/v1/policy/simulate',
    '/v1/policy/versions',
    '/v1/policy/versions/{a}/diff/{b}',
    '/openapi.json',
    '/healthz',
    '/readyz',
    '/v1/agencies',
    '/v1/agencies/self/jwks',
    '/v1/agencies/{id}',
    '/v1/agencies/{id}/jwks',
    '/v1/agencies/{id}/suspend',
    '/v1/agencies/{id}/unsuspend',
  ],
  maintenance: [
    '/v1/subjects/{ref}/erase',
    '/v1/subjects/{ref}/merge',
    '/v1/keys/rewrap',
    '/v1/keys/rekey',
    '/v1/keys/reindex',
    '/v1/keys/compact',
    '/v1/keys/sweep',
    '/v1/keys/cohorts',
    '/v1/jobs/{id}',
  ],
} as const satisfies Record<string, readonly string[]>;

export type FunctionName = keyof typeof ROUTES;

/** Functions that no path leads to: they run by the clock. */
export const SCHEDULED = ['sequencer', 'watch'] as const;
