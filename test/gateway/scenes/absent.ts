/** Routes of what the loaded pack does not have: their acts are refused to every caller, whatever they are about. */
import { pack } from '../../../functions/session/policy.ts';

const served = new Set([...pack.purposes.values()].map(({ route }) => route));

const LISTS = [
  ...['PUT /v1/lists/:id/rows/:part', 'POST /v1/lists/:id', 'GET /v1/lists/:id'],
  ...['GET /v1/lists/:id/results/:part', 'DELETE /v1/lists/:id'],
];

const FILES = ['POST /v1/files', 'POST /v1/files/:id/parts', 'POST /v1/files/:id/complete'];

export const ABSENT: ReadonlySet<string> = new Set([
  ...(pack.programmes.size === 0 ? ['POST /v1/check-codes', 'POST /v1/verifications', ...LISTS] : []),
  ...(served.has('story-cards') ? [] : ['POST /v1/story-cards', 'POST /v1/story-texts']),
  ...(served.has('leak-checks') ? [] : ['POST /v1/leak-checks']),
  ...([...pack.fields.values()].some(({ files }) => files) ? [] : FILES),
  ...(pack.casework?.harm ? [] : ['POST /v1/harm-reports', 'POST /v1/harm-reports/:id/open']),
]);
