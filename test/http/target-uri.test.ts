/** The URL that a signature of a request covers is the same over HTTP and behind API Gateway, whose map has no order. */
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { targetUriOf } from '../../functions/http/headers.ts';
import { handle } from '../../functions/http/rest-event.ts';

const app = new Hono().all('*', (c) => c.text(targetUriOf(c, 'https://gate.example')));
const event = {
  ...{ httpMethod: 'GET', path: '/v1/log/entries', headers: null, body: null, isBase64Encoded: false },
  ...{ queryStringParameters: null, requestContext: {} },
};

it.each([
  ['b=2&a=1&a=0', { b: ['2'], a: ['1', '0'] }, '?a=1&a=0&b=2'],
  [
    'to=2026-11-27T08%3A00&from=x%20y',
    { to: ['2026-11-27T08:00'], from: ['x y'] },
    '?from=x%20y&to=2026-11-27T08%3A00',
  ],
  ['', {}, ''],
])('of the query %s', async (query, multiValueQueryStringParameters, shown) => {
  const expected = `https://gate.example/v1/log/entries${shown}`;
  const sent = await app.request(`http://localhost/v1/log/entries?${query}`);
  expect(await sent.text()).toBe(expected);
  const orders = [
    multiValueQueryStringParameters,
    Object.fromEntries(Object.entries(multiValueQueryStringParameters).reverse()),
  ];
  for (const one of orders) {
    const { body } = await handle(app)({ ...event, multiValueQueryStringParameters: one });
    expect(body).toBe(expected);
  }
});
