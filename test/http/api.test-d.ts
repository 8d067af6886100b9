import { call } from '../../shared/contract/api.ts';
export async function typed() {
  const { case: one, receipt } = await call('POST /v1/cases/:id/confirm', {
    id: 'x',
    body: { officer: 'a', reason: 'b' },
  });
  const state: 'waiting' | 'open' | 'ended' | 'closed' = one.state;
  // @ts-expect-error no such route
  await call('POST /v1/cases/:id/confirmed', { id: 'x', body: {} });
  // @ts-expect-error a misspelt member
  await call('POST /v1/cases/:id/confirm', { id: 'x', body: { oficer: 'a' } });
  // @ts-expect-error without the id
  await call('POST /v1/cases/:id/confirm', { body: { officer: 'a' } });
  return [state, receipt?.entry];
}
