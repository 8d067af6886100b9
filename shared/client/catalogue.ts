import type { WithAnyToken } from './ask.ts';
import { call, type Wire } from './wire/call.ts';

/** The catalogue of all fields as text, in the format that `docs/formats/catalogue.md` defines. */
export function exportCatalogue(
  wire: Wire,
  withAnyToken: WithAnyToken,
  format: 'csv' | 'json',
): Promise<string> {
  return withAnyToken(async (grant) => {
    const request = { method: 'GET', path: '/v1/catalogue/export', grant, safety: 'repeatable' } as const;
    const headers = { accept: format === 'csv' ? 'text/csv' : 'application/json' };
    return (await call(wire, { ...request, headers })).text;
  });
}
