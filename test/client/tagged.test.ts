/** What seldom changes is sent once: the client names what it has, and the gateway answers that it still holds. */
import { describe, expect, it } from 'vitest';
import { connect } from '../../shared/client/connect.ts';
import { fileGateway } from '../support/gateway.ts';

const gateway = await fileGateway();
const answers: { path: string; status: number; bytes: number; tag: string | null; asked: string | null }[] =
  [];

const { sig } = gateway.agency('audit-office');
const gate = await connect({
  ...{ issuer: gateway.url, clientId: 'audit-office', key: sig },
  async fetch(input: Parameters<typeof fetch>[0], init?: RequestInit) {
    const answer = await fetch(input, init);
    const bytes = (await answer.clone().arrayBuffer()).byteLength;
    const asked = new Headers(init?.headers).get('if-none-match');
    const { status, headers } = answer;
    answers.push({ path: new URL(String(input)).pathname, status, bytes, tag: headers.get('etag'), asked });
    return answer;
  },
});
const of = (path: string) => answers.filter((one) => one.path === path && one.status < 400);

describe.each([
  ['/v1/policy', () => gate.policy()],
  ['/v1/directory', () => gate.directory()],
])('%s', (path, read) => {
  it('is sent once and then named by its digest, and each caller gets an object of its own', async () => {
    const first = await read();
    const second = await read();
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
    const [sent, again] = of(path);
    expect(sent).toMatchObject({ status: 200, tag: expect.stringMatching(/^"[0-9a-f]{64}"$/), asked: null });
    expect(again).toEqual({ path, status: 304, bytes: 0, tag: sent?.tag, asked: sent?.tag });
  });

  it('is sent again to a caller that has something else', async () => {
    const tag = of(path)[0]?.tag;
    const status = async (known: string) => {
      const headers = { 'if-none-match': known };
      return (await gateway.call('audit-office', { actions: ['audit'] }, 'GET', path, undefined, headers))
        .status;
    };
    expect(await status('"other"')).toBe(200);
    expect(await status(`"other", W/${tag}`)).toBe(304);
  });
});
