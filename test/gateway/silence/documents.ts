/** Rows of the routes whose paths name a document. */
import { pack } from '../../../functions/session/policy.ts';
import { SCENE } from '../scenes/scene.ts';
import type { Call, Row } from './row.ts';

const { stranger } = SCENE.silence;

/**
 * Acts on what others filed: a stranger can't distinguish a used id from an unused one, by the calls to KMS and store
 * either.
 */
export function onDocuments(details: Call['details']): Row[] {
  const routes: [route: string, kind: string, body?: object][] = [
    ['GET /v1/requests/:id', 'request'],
    ['POST /v1/requests/:id/approve', 'request', {}],
    ['POST /v1/requests/:id/refuse', 'request', SCENE.request.refusal],
    ['POST /v1/requests/:id/withdraw', 'request', {}],
    ['GET /v1/cases/:id', 'case'],
    ['POST /v1/cases/:id/confirm', 'case', {}],
    ['POST /v1/cases/:id/assign', 'case', { officers: ['han.mei'] }],
    ['POST /v1/cases/:id/close', 'case', {}],
    ['POST /v1/requests/:id/ask-material', 'request', { missing: ['scope'] }],
    ['POST /v1/requests/:id/supply', 'request', { statement: 'for the hearing' }],
    ['POST /v1/requests/:id/dispute', 'request', {}],
    ['POST /v1/consents/:id/confirm', 'consent', {}],
    ['POST /v1/consents/:id/codes', 'consent', {}],
    ['POST /v1/consents/:id/withdraw', 'consent', {}],
    ['GET /v1/freezes/:id', 'freeze'],
    ['DELETE /v1/freezes/:id', 'freeze', {}],
    ['POST /v1/holds/:id/confirm', 'hold', {}],
    ['DELETE /v1/holds/:id', 'hold', {}],
    ['GET /v1/incidents/:id', 'incident'],
    ['POST /v1/incidents/:id/reports', 'incident', { kind: 'first', evidence: 'a'.repeat(64) }],
    ['POST /v1/incidents/:id/close', 'incident', { outcome: 'confirmed' }],
    ['GET /v1/objections/:id', 'objection'],
    ['POST /v1/objections/:id/resolve', 'objection', { outcome: 'upheld' }],
    ['GET /v1/tasks/:id/letter', 'task'],
    ['POST /v1/tasks/:id/complete', 'task', {}],
    ['POST /v1/tasks/:id/take', 'task', {}],
    ['POST /v1/tasks/:id/give-back', 'task', {}],
  ];
  if (pack.casework?.harm) routes.push(['POST /v1/harm-reports/:id/open', 'report', {}]);
  return routes.map(([route, kind, body]) => ({
    route,
    call: (child) => ({
      agency: stranger.agency,
      // Another purpose and body than those that open reports.
      details: kind === 'report' ? { ...details, ...stranger.opens } : details,
      path: (route.split(' ')[1] ?? '').replace(':id', child.document(kind)),
      ...(body && { body }),
    }),
    alike: [['nowhere', 'plain']],
  }));
}
