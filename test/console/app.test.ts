import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { consoleApp } from '../../functions/console/app.ts';
import { builtConsole } from '../../infra/package/console.ts';
import { readFiles } from '../../shared/served.ts';

const files = readFiles(await builtConsole());
const ask = (path: string, headers: Record<string, string> = {}) =>
  consoleApp({ folder: builtConsole }).request(path, { headers });
const named = (start: string) => [...files.keys()].find((name) => name.startsWith(start)) as string;

describe('the console', () => {
  it('leads from its name to its page, under whatever path a stage has', async () => {
    const answer = await ask('/console');
    expect([answer.status, answer.headers.get('location')]).toEqual([308, 'console/']);
  });

  it('sends the page with its policy, and without caching', async () => {
    const answer = await ask('/console/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types fieldgate-worker");
    expect(policy).not.toContain('unsafe');
    expect(await answer.text()).toContain(named('main-'));
  });

  it('answers 304 to a browser with the current page', async () => {
    const etag = (await ask('/console/')).headers.get('etag') as string;
    const again = await ask('/console/', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('sends files whose name holds their hash for a year, compressed in a form that the browser accepts', async () => {
    const script = named('main-');
    const plain = await ask(`/console/${script}`);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-encoding')).toBeNull();
    const text = await plain.text();
    const small = await ask(`/console/${script}`, { 'accept-encoding': 'gzip, deflate, br' });
    expect(small.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(Buffer.from(await small.arrayBuffer())).toString()).toBe(text);
    const zipped = await ask(`/console/${script}`, { 'accept-encoding': 'br;q=0, gzip' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
  });

  it('gives the worker a policy that only lets it read', async () => {
    const answer = await ask(`/console/${named('worker-')}`);
    // A browser without Ed25519 reads one more script there.
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'self'",
    );
  });

  it.each(['/console/nothing.js', '/console/../app.ts', '/console/%2e%2e/app.ts', '/console/main-.js'])(
    'has nothing at %s',
    async (path) => expect((await ask(path)).status).toBe(404),
  );
});
