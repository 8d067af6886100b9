/**
 * Replaces the globals `Headers`, `Request` and `Response` in the bundles. Those of Node load undici when they are first
 * used, some 15 ms of a first request, and cost several times as much in each request. This is the part of the standard
 * that the functions and their framework use; `test/infra/web.test.ts` compares it with the originals.
 */
type Init = Headers | Record<string, string> | Iterable<readonly [string, string]> | null | undefined;

const NAME = /^[!#$%&'*+\-.^`|~\w]+$/;
const NEVER = /[\0\r\n]|[^\0-\xff]/;

export class Headers {
  readonly #values = new Map<string, string[]>();

  constructor(init?: Init) {
    if (!init) return;
    if (init instanceof Headers)
      for (const [name, values] of init.#values) this.#values.set(name, [...values]);
    else
      for (const [name, value] of Symbol.iterator in init ? init : Object.entries(init))
        this.append(name, value);
  }
  append(name: string, value: string): void {
    const key = nameOf(name);
    const known = this.#values.get(key);
    if (known) known.push(textOf(value));
    else this.#values.set(key, [textOf(value)]);
  }
  set(name: string, value: string): void {
    this.#values.set(nameOf(name), [textOf(value)]);
  }
  get(name: string): string | null {
    return this.#values.get(nameOf(name))?.join(', ') ?? null;
  }
  getSetCookie(): string[] {
    return [...(this.#values.get('set-cookie') ?? [])];
  }
  has(name: string): boolean {
    return this.#values.has(nameOf(name));
  }
  delete(name: string): void {
    this.#values.delete(nameOf(name));
  }
  forEach(use: (value: string, name: string, all: Headers) => void): void {
    for (const [name, value] of this) use(value, name, this);
  }
  *[Symbol.iterator](): Generator<[string, string]> {
    for (const name of [...this.#values.keys()].sort()) {
      const values = this.#values.get(name) as string[];
      if (name === 'set-cookie') for (const value of values) yield [name, value];
      else yield [name, values.join(', ')];
    }
  }
  entries(): Generator<[string, string]> {
    return this[Symbol.iterator]();
  }
  *keys(): Generator<string> {
    for (const [name] of this) yield name;
  }
}

function nameOf(name: string): string {
  if (!NAME.test(name)) throw new TypeError('not the name of a header');
  return name.toLowerCase();
}

function textOf(value: string): string {
  const text = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
  if (NEVER.test(text)) throw new TypeError('not the value of a header');
  return text;
}

type Content = string | Uint8Array | ArrayBuffer | ReadableStream | null | undefined;

class Body {
  readonly #content: Exclude<Content, ArrayBuffer | undefined>;
  #used = false;

  constructor(content: Content) {
    this.#content = content instanceof ArrayBuffer ? new Uint8Array(content) : (content ?? null);
  }
  get bodyUsed(): boolean {
    return this.#used;
  }
  get body(): AsyncIterable<Uint8Array> | ReadableStream | null {
    const content = this.#content;
    if (content === null || content instanceof ReadableStream) return content;
    const take = () => this.#bytes();
    return {
      async *[Symbol.asyncIterator]() {
        yield await take();
      },
    };
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = await this.#bytes();
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  }
  async text(): Promise<string> {
    if (typeof this.#content !== 'string') return new TextDecoder().decode(await this.#bytes());
    this.#use();
    return this.#content.toWellFormed();
  }
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  #use(): void {
    if (this.#used) throw new TypeError('the body was read before');
    this.#used = this.#content !== null;
  }
  async #bytes(): Promise<Uint8Array> {
    this.#use();
    const content = this.#content;
    if (!(content instanceof ReadableStream))
      return typeof content === 'string' ? Buffer.from(content) : (content ?? new Uint8Array());
    const chunks: Uint8Array[] = [];
    for await (const chunk of content as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

const FORBIDDEN = /^(connect|trace|track)$/i;
const USUAL = /^(delete|get|head|options|post|put)$/i;

export class Request extends Body {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;

  constructor(
    url: string,
    { method = 'GET', headers, body }: { method?: string; headers?: Init; body?: Content } = {},
  ) {
    super(body);
    if (FORBIDDEN.test(method) || !NAME.test(method)) throw new TypeError('not a method');
    this.url = new URL(url).href;
    this.method = USUAL.test(method) ? method.toUpperCase() : method;
    if (body !== null && body !== undefined && /^(GET|HEAD)$/.test(this.method))
      throw new TypeError('the method has no body');
    this.headers = new Headers(headers);
  }
}

export class Response extends Body {
  readonly status: number;
  readonly headers: Headers;

  constructor(content?: Content, { status = 200, headers }: { status?: number; headers?: Init } = {}) {
    super(content);
    if (!Number.isInteger(status) || status < 200 || status > 599) throw new RangeError('not a status');
    if (content !== null && content !== undefined && [204, 205, 304].includes(status))
      throw new TypeError('the status has no body');
    this.status = status;
    this.headers = new Headers(headers);
    if (typeof content === 'string' && !this.headers.has('content-type'))
      this.headers.set('content-type', 'text/plain;charset=UTF-8');
  }
  get ok(): boolean {
    return this.status < 300;
  }
}
