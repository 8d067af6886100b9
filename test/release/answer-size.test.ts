/** The size of an answer, as Lambda counts it. */
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { MOST_BYTES, sendAnswer } from '../../functions/release/seal-answer.ts';
import type { Session } from '../../functions/session/session.ts';
import { agencyWith, fileParts } from '../support/identity.ts';

/** Bytes of the response of a function: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA = 6 * 1024 * 1024;
/** Status and headers, which count too. */
const REST = 4096;

const { deps, sig } = await fileParts();
const session = { agency: agencyWith(sig) } as Session;

function answerOf(text: string, restricted: boolean) {
  const app = new Hono();
  app.get('/', (c) => sendAnswer(deps, c, session, { text, restricted, entry: 'e-1-0' as never }));
  app.onError((error, c) => c.text(String((error as { code?: string }).code), 400));
  return app.request('/');
}

it('the largest answer passes through Lambda sealed, and one byte more is refused', async () => {
  const sealed = await (await answerOf('x'.repeat(MOST_BYTES), true)).text();
  expect(sealed.split('.').length).toBe(5);
  expect(sealed.length + REST).toBeLessThan(LAMBDA);
  expect(await (await answerOf('x'.repeat(MOST_BYTES + 1), true)).text()).toBe('TOO_LARGE');
});

it('the largest answer passes in clear, where each quote takes two bytes', async () => {
  const fields = JSON.stringify(Array.from({ length: 30_000 }, () => ({ field: 'value', of: 'n' })));
  const text = fields.repeat(Math.floor(MOST_BYTES / fields.length));
  const body = await (await answerOf(text, false)).text();
  expect(JSON.stringify({ statusCode: 200, body }).length + REST).toBeLessThan(LAMBDA);
});
