/** The nonce that a proof at the token endpoint has to carry (RFC 9449, 8). */
import { describe, expect, it } from 'vitest';
import { tokenApp } from '../../functions/token/app.ts';
import { dpopNonces, NONCE_WINDOW } from '../../shared/identity/tokens/nonce.ts';
import { fileParts, makeProof, tokenForm, tokenHeaders } from '../support/identity.ts';
import { FORM, postTo } from './post.ts';

const parts = await fileParts();
const app = tokenApp(parts.deps, { knows: () => true });

const post = (body: URLSearchParams, headers: Record<string, string>) => postTo(app, body, headers);

describe('the nonce of a proof', () => {
  const about = { method: 'POST', path: '/oauth/token' };
  const WANTED = { status: 400, error: 'use_dpop_nonce' };
  const nextWindow = (good: string) => {
    const bytes = Buffer.from(good, 'base64url');
    bytes.writeUInt32BE(bytes.readUInt32BE(0) + 1);
    return bytes.toString('base64url');
  };
  const withNonce = (nonce: unknown) =>
    post(tokenForm(parts), { ...FORM, dpop: makeProof(parts, about, { nonce }) });

  it('is requested and given in one answer, which uses up neither assertion nor proof', async () => {
    const form = tokenForm(parts);
    const first = await post(form, { ...FORM, dpop: makeProof(parts, about, { nonce: undefined }) });
    expect(first).toMatchObject(WANTED);
    expect(first.headers.get('cache-control')).toBe('no-store');
    const nonce = first.headers.get('dpop-nonce');
    // RFC 9449, 8.1: NQCHAR alone.
    expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
    const second = await post(form, { ...FORM, dpop: makeProof(parts, about, { nonce }) });
    expect(second).toMatchObject({ status: 200 });
    expect(second.headers.get('dpop-nonce')).toBe(nonce);
  });

  it('of one instance is accepted by every other', async () => {
    const other = tokenApp({ ...parts.deps }, { knows: () => true });
    const response = await other.request('/oauth/token', {
      method: 'POST',
      headers: tokenHeaders(parts),
      body: String(tokenForm(parts)),
    });
    expect(response.status).toBe(200);
  });

  it.each<[string, (good: string) => unknown]>([
    ['empty', () => ''],
    ['no text', () => 7],
    ['made up', () => 'A'.repeat(27)],
    ['padded', (good) => `${good}=`],
    ['cut', (good) => good.slice(0, -1)],
    ['of the next window under the MAC of this', nextWindow],
    ['with another MAC', (good) => good.slice(0, 10) + 'A'.repeat(17)],
  ])('that is %s is not one of ours', async (_, change) => {
    expect(await withNonce(change(parts.nonce))).toMatchObject(WANTED);
  });

  it('is valid in its own window and the next, and for a clock one window ahead', async () => {
    const start = parts.clock.now;
    const at = (offset: number) => {
      parts.clock.now = start + offset * 1000;
      return withNonce(parts.nonce);
    };
    expect(await at(NONCE_WINDOW)).toMatchObject({ status: 200 });
    expect(await at(2 * NONCE_WINDOW)).toMatchObject(WANTED);
    expect(await at(-1)).toMatchObject({ status: 200 });
    expect(await at(-NONCE_WINDOW - 1)).toMatchObject(WANTED);
    parts.clock.now = start;
  });

  it('costs one KMS call per window and instance, and a failed call is not cached', async () => {
    let calls = 0;
    const nonces = dpopNonces({
      mac: async () => {
        if (++calls === 1) throw new Error('out of reach');
        return Buffer.alloc(32, 7);
      },
      now: () => parts.clock.now,
    });
    await expect(nonces.current()).rejects.toThrow('out of reach');
    const many = await Promise.all(Array.from({ length: 20 }, () => nonces.current()));
    expect(new Set(many).size).toBe(1);
    expect(await nonces.accepts(many[0] as string)).toBe(true);
    expect(calls).toBe(2);
  });

  it('is checked last: any other reason for a refusal comes first', async () => {
    const dpop = () => makeProof(parts, about, { nonce: undefined });
    const client = await post(tokenForm(parts, { client_assertion: 'x' }), { ...FORM, dpop: dpop() });
    expect(client).toMatchObject({ error: 'invalid_client' });
    const details = await post(tokenForm(parts, { authorization_details: '[]' }), { ...FORM, dpop: dpop() });
    expect(details).toMatchObject({ error: 'invalid_authorization_details' });
  });
});
