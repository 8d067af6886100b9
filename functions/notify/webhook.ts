/** One attempt to deliver to a webhook, signed as Standard Webhooks says (https://www.standardwebhooks.com). */

import { createHmac } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { keyOf, type Webhook } from '../../shared/records/gateway/channels.ts';
import { type Reached, Undelivered } from './reach.ts';

/** @param at seconds. @returns the header `webhook-signature`: by the secret, and by the one that it replaces */
function signatureOf({ secret, retiring }: Webhook, id: string, at: number, body: string): string {
  const signed = (one: string) =>
    `v1,${createHmac('sha256', keyOf(one)).update(`${id}.${at}.${body}`).digest('base64')}`;
  return [secret, ...(retiring === undefined ? [] : [retiring])].map(signed).join(' ');
}

/** @param signal until when it is tried. @throws Undelivered */
export function post(
  hook: Webhook,
  to: Reached,
  { id, body, now }: { id: string; body: string; now: number },
  signal: AbortSignal,
): Promise<void> {
  const { url } = hook;
  const at = Math.floor(now / 1000);
  const send = url.startsWith('https:') ? tlsRequest : plainRequest;
  return new Promise((done, fail) => {
    const sent = send(url, {
      ...{ method: 'POST', agent: false, signal },
      headers: {
        ...{ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        ...{ 'user-agent': 'fieldgate', 'webhook-id': id, 'webhook-timestamp': String(at) },
        'webhook-signature': signatureOf(hook, id, at, body),
      },
      lookup: (_host, { all }, answer) =>
        (answer as (...args: unknown[]) => void)(null, ...(all ? [[to]] : [to.address, to.family])),
    });
    sent.on('response', ({ statusCode = 0 }) => {
      // What it says is not read: the status is the answer.
      sent.destroy();
      if (statusCode >= 200 && statusCode < 300) return done();
      if (statusCode === 410) return fail(new Undelivered('gone'));
      fail(new Undelivered(statusCode >= 300 && statusCode < 400 ? 'redirect' : 'refused'));
    });
    sent.on('error', ({ name }) =>
      fail(new Undelivered(name === 'AbortError' || name === 'TimeoutError' ? 'slow' : 'unreachable')),
    );
    // An answer that changes the protocol (101) is no response and no error.
    sent.on('close', () => fail(new Undelivered('refused')));
    sent.end(body);
  });
}
