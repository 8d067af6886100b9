/** One instance of a function: `node runner.ts <bundle> <recording> <URL of the stub>`, told by messages what to run. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Recording } from './recording.ts';

const [code = '', recording = '', url = ''] = process.argv.slice(2);
const { event, settings, at, answer }: Recording = JSON.parse(readFileSync(recording, 'utf8'));
const service = { AWS_ENDPOINT_URL_KMS: `${url}/`, AWS_ENDPOINT_URL_DYNAMODB: `${url}/` };
Object.assign(process.env, settings, service, { AWS_ENDPOINT_URL_STS: `${url}/`, RECORDED_ANSWER: answer });
// The recorded token holds around the instant of the recording.
const real = Date.now;
const from = real();
Date.now = () => at + Math.floor((real() - from) / 50);

interface Answer {
  statusCode: number;
  body: string;
  isBase64Encoded: boolean;
}
const spent = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const start = spent();
const { handler } = createRequire(import.meta.url)(code) as {
  handler(event: unknown, context: object): Promise<Answer>;
};

async function run(times: number) {
  const before = spent();
  let last: Answer | undefined;
  for (let i = 0; i < times; i++) last = await handler(event, {});
  const after = spent();
  return { last, each: (after - before) / times };
}

process.on('message', async (times: number) => {
  const { last, each } = await run(times).catch((error: Error) => ({
    last: { statusCode: 0, body: String(error.stack), isBase64Encoded: false },
    each: 0,
  }));
  const text = Buffer.from(last?.body ?? '', last?.isBase64Encoded ? 'base64' : 'utf8').toString();
  // Since before the import: an instance begins work of its own before its first request.
  process.send?.({ status: last?.statusCode, text, each, since: spent() - start });
});
process.send?.({ ready: true });
