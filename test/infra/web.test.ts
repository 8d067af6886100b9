/** The substitutes for `Headers`, `Request` and `Response` in the bundles, compared with the originals. */
import { describe, expect, it } from 'vitest';
import * as own from '../../infra/aws/leaner/web.ts';

const both = [own as never as typeof globalThis, globalThis] as const;
/** What each of the two gives, or that it throws. */
function results<T>(use: (web: typeof globalThis) => T): unknown[] {
  return both.map((web) => {
    try {
      return use(web);
    } catch (error) {
      return (error as Error).constructor.name.replace('RangeError', 'TypeError');
    }
  });
}
function same<T>(use: (web: typeof globalThis) => T): void {
  const [ours, theirs] = results(use);
  expect(ours).toEqual(theirs);
}

describe('headers', () => {
  const pairs: [string, string][] = [
    ['X-B', ' two words '],
    ['a', '1'],
    ['A', '2'],
    ['set-cookie', 'x=1'],
    ['Set-Cookie', 'y=2'],
  ];

  it('are the same in any case, joined, sorted and copied', () => {
    same(({ Headers }) => [...new Headers(pairs)]);
    same(({ Headers }) => [...new Headers(new Headers(pairs)).entries()]);
    same(({ Headers }) => new Headers({ One: 'é' }).get('oNE'));
    same(({ Headers }) => new Headers(pairs).getSetCookie());
    same(({ Headers }) => {
      const headers = new Headers(pairs);
      headers.set('A', '3');
      headers.delete('x-b');
      const seen: string[] = [];
      headers.forEach((value, name) => {
        seen.push(`${name}:${value}`);
      });
      return [seen, [...headers.keys()], headers.has('X-b'), headers.get('none')];
    });
  });

  it.each([
    ['', 'x'],
    ['a b', 'x'],
    ['a:', 'x'],
    ['名', 'x'],
    ['a', 'x\ny'],
    ['a', 'x\0'],
    ['a', '名'],
  ])('that are malformed are refused: %j %j', (name, value) => {
    same(({ Headers }) => [...new Headers([[name, value]])]);
  });
});

describe('a request', () => {
  it.each([
    ['POST', 'http://a.example/x?y=%20#z', 'body'],
    ['post', 'http://a.example:80', 'body'],
    ['patch', 'http://a.example', null],
    ['GET', 'http://a.example', 'body'],
    ['TRACE', 'http://a.example', null],
    ['GE T', 'http://a.example', null],
    ['GET', 'no url', null],
  ])('is read the same or refused: %s %s', (method, url, body) => {
    same(({ Request }) => {
      const request = new Request(url, { method, body, headers: { a: '1' } });
      return [request.method, request.url, request.headers.get('a'), request.body === null];
    });
  });

  it('gives its body once', async () => {
    for (const { Request } of both) {
      const request = new Request('http://a.example', { method: 'POST', body: new Uint8Array([1, 2]) });
      const chunks: number[] = [];
      for await (const chunk of request.body as AsyncIterable<Uint8Array>) chunks.push(...chunk);
      expect(chunks).toEqual([1, 2]);
      await expect(request.text()).rejects.toThrow(TypeError);
      const json = new Request('http://a.example', { method: 'POST', body: '{"a":"名"}' });
      expect(await json.json()).toEqual({ a: '名' });
      await expect(json.text()).rejects.toThrow(TypeError);
    }
  });
});

describe('a response', () => {
  it.each([200, 204, 199, 600, 304, 404])('of status %d is the same', (status) => {
    same(({ Response }) => [new Response(null, { status }).status, new Response(null, { status }).ok]);
    same(({ Response }) => new Response('x', { status }).headers.get('content-type'));
  });

  it('has the same body from a text, bytes and a stream', async () => {
    const stream = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('名'));
          controller.close();
        },
      });
    for (const { Response } of both) {
      expect(await new Response('\ud800').text()).toBe('\ufffd');
      expect(await new Response(stream()).text()).toBe('名');
      expect((await new Response(new Uint8Array([7, 8]).subarray(1)).arrayBuffer()).byteLength).toBe(1);
      expect(await new Response(null).text()).toBe('');
    }
  });
});
