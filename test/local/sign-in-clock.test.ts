/** A login while the gateway's clock is wrong, as `CLOCK=720 npm start` rehearses it. */
import { afterAll, expect, it } from 'vitest';
import { testGateway } from '../support/gateway.ts';

const gateway = await testGateway({ people: true, now: () => Date.now() + 12 * 60_000 });
afterAll(() => gateway.close());

it('keeps the cookies of a login that has just begun: a browser measures their end by the date of the answer', async () => {
  const query = new URLSearchParams({
    ...{ client_id: 'fieldgate-console', redirect_uri: `${gateway.url}/console/`, response_type: 'code' },
    ...{ scope: 'openid', code_challenge_method: 'S256', code_challenge: 'A'.repeat(43), state: 's' },
  });
  const answer = await fetch(`${gateway.url}/people/auth?${query}`, { redirect: 'manual' });
  const ends = answer.headers.getSetCookie().flatMap((cookie) => /expires=([^;]+)/i.exec(cookie)?.[1] ?? []);
  expect(ends.length).toBeGreaterThan(0);
  for (const end of ends)
    expect(Date.parse(end)).toBeGreaterThan(Date.parse(answer.headers.get('date') ?? ''));
});
