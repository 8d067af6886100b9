/** The one refusal that depends on the requested person, as every app answers it. */
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { STEP } from '../../functions/http/deadline.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { Problem } from '../../shared/errors.ts';

const app = createApp<SessionVariables>();
app.get('/refused/:ms', async (c) => {
  await setTimeout(Number(c.req.param('ms')));
  throw new Problem('REFUSED');
});
app.get('/conflict', () => {
  throw new Problem('CONFLICT');
});
const outer = createApp<SessionVariables>();
outer.route('/', app as never);

async function timed(path: string, by = app) {
  const start = performance.now();
  const response = await by.request(path);
  return { ms: performance.now() - start, code: ((await response.json()) as { code: string }).code };
}

it('leaves at a step, however long it took to find out', async () => {
  const answers = await Promise.all(['/refused/0', '/refused/90'].map((path) => timed(path)));
  for (const { ms, code } of answers) {
    expect(code).toBe('REFUSED');
    expect(ms).toBeGreaterThanOrEqual(399);
  }
  expect((await timed('/refused/401')).ms).toBeGreaterThanOrEqual(799);
});

it('leaves after 400 ms in a deployment, whatever tests of other matters wait', () => {
  expect(STEP.ms).toBe(400);
});

it('leaves at a step of a mounted app as well', async () => {
  expect((await timed('/refused/0', outer)).ms).toBeGreaterThanOrEqual(399);
});

it('makes no other problem wait', async () => {
  const times = [];
  for (let i = 0; i < 5; i++) times.push((await timed('/conflict')).ms);
  expect(Math.min(...times)).toBeLessThan(399);
});
