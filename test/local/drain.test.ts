import { Agent, get } from 'node:http';
import { expect, it, vi } from 'vitest';
import { NO_LIMITS } from '../../infra/local/admission/admission.ts';
import { serve } from '../../infra/local/serve.ts';

interface Answer {
  body: string;
  status: number;
  /** Whether the connection ends with it. */
  ends: boolean;
}

/** One request. @returns `null` if the connection was cut or refused */
function ask(url: string, agent: Agent): Promise<Answer | null> {
  return new Promise((done) => {
    const request = get(url, { agent }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      answer.on('end', () =>
        done({ body, status: answer.statusCode ?? 0, ends: answer.headers.connection === 'close' }),
      );
    });
    request.on('error', () => done(null));
  });
}

it('a stop answers what is at work, and says that its connection ends', async () => {
  const held: (() => void)[] = [];
  const app = async () => {
    if (held.length === 3) return new Response('done');
    await new Promise<void>((done) => held.push(done));
    return new Response('held');
  };
  const { url, stop } = await serve({
    now: Date.now,
    ...{ port: 0, limits: NO_LIMITS, app, people: () => null },
    ...{ held: 'test:held', bodyLimit: 1000, callerOf: (name) => name || null },
  });
  const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const answers: Answer[] = [];
  const callers = agents.map(async (agent) => {
    for (let one = await ask(url, agent); one; one = await ask(url, agent)) answers.push(one);
  });
  await vi.waitUntil(() => held.length === 3);
  const stopped = stop();
  for (const go of held) go();
  await Promise.all([stopped, ...callers]);
  for (const agent of agents) agent.destroy();
  // Others may have sent a request on a connection that was idle, and so was closed.
  const atWork = answers.filter(({ body }) => body === 'held');
  expect(atWork).toEqual(Array(3).fill({ body: 'held', status: 200, ends: true }));
});
