import { expect, test } from 'vitest';
import { requestOf } from '../../shared/client/wire/request.ts';

test('a line of the contract becomes a request', () => {
  expect(requestOf('POST /v1/cases/:id/confirm', { id: 'a/b?c', body: { reason: 'r' } })).toEqual({
    method: 'POST',
    path: '/v1/cases/a%2Fb%3Fc/confirm',
    body: { reason: 'r' },
  });
  expect(requestOf('GET /v1/policy/versions/:a/diff/:b', { a: '1', b: '$&' })).toEqual({
    method: 'GET',
    path: '/v1/policy/versions/1/diff/%24%26',
  });
  expect(requestOf('GET /v1/log/entries', { query: { limit: 3 } })).toEqual({
    method: 'GET',
    path: '/v1/log/entries',
    query: { limit: 3 },
  });
});
