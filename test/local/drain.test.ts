import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { NO_LIMITS } from '../../infra/local/admission/admission.ts';
import { serve } from '../../infra/local/serve.ts';

/** One request. @returns the status and whether the connection ends with it, or the error's code */
function ask(url: string, agent: Agent): Promise<{ status: number; ends: boolean } | string> {
  return new Promise((done) => {
    const request = get(url, { agent }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        done({ status: answer.statusCode ?? 0, ends: answer.headers.connection === 'close' }),
      );
    });
    request.on('error', ({ code }: NodeJS.ErrnoException) => done(code ?? 'unknown'));
  });
}

it('a stop answers what is at work, says that each connection ends, and cuts none', async () => {
  const closing: (() => void)[] = [];
  const app = async () => {
    if (closing.length < 3) await new Promise<void>((done) => closing.push(done));
    await sleep(5);
    return new Response('done');
  };
  const { url, stop } = await serve({
    ...{ port: 0, limits: NO_LIMITS, app, people: () => null },
    ...{ held: 'test:held', bodyLimit: 1000, callerOf: (name) => name || null },
  });
  const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  let stopping = false;
  const callers = agents.map(async (agent) => {
    for (let last: Awaited<ReturnType<typeof ask>> = ''; ; ) {
      const end = await ask(url, agent);
      // Why this caller could not go on, and its last answer.
      if (typeof end === 'string') return { end, last };
      if (stopping) last = end;
    }
  });
  await vi.waitUntil(() => closing.length === 3);
  await sleep(100);
  stopping = true;
  const stopped = stop();
  for (const go of closing) go();
  await stopped;
  const ends = await Promise.all(callers);
  for (const agent of agents) agent.destroy();
  // One whose connection was idle may have sent a request that was on its way.
  const cut = ends.filter(({ end }) => end !== 'ECONNREFUSED');
  expect(cut.length).toBeLessThan(2);
  const whole = ends.filter((one) => !cut.includes(one));
  expect(whole.map(({ last }) => last)).toEqual(whole.map(() => ({ status: 200, ends: true })));
});
