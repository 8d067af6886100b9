/**
 * Makes this process repeatable: time, timers and chance come from the simulation, and what Node computes on other
 * threads is answered in the order in which it was asked. Imported before anything that the simulation runs.
 */
import crypto, { type webcrypto } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { p256 as curve } from '@noble/curves/nist.js';
import { after, cancel, clock, type Event, running, START } from './clock.ts';
import { type Random, randomFrom } from './random.ts';

let random: Random = randomFrom(0);

/** Chance begins again. */
export function reseed(seed: number): void {
  random = randomFrom(seed);
}

const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [clock.now] : given, newTarget),
  get: (target, name, receiver) => (name === 'now' ? () => clock.now : Reflect.get(target, name, receiver)),
});
export const realNow = () => RealDate.now();
Object.defineProperty(performance, 'now', { value: () => clock.now - START + 1_000 });
Math.random = () => random.below(2 ** 32) / 2 ** 32;

/* Timers */

class Timer {
  event: Event | null = null;
  readonly #ms: number;
  readonly #act: () => void;
  readonly #again: boolean;
  constructor(act: () => void, ms: number, again: boolean) {
    this.#act = act;
    this.#ms = Math.max(1, ms || 0);
    this.#again = again;
    this.refresh();
  }
  refresh(): this {
    this.close();
    const context = running.getStore();
    const run = () => {
      this.event = null;
      if (this.#again) this.refresh();
      if (context) running.run(context, this.#act);
      else this.#act();
    };
    this.event = after(this.#ms, run, context?.instance ?? null);
    return this;
  }
  close(): void {
    if (this.event) cancel(this.event);
    this.event = null;
  }
  ref = () => this;
  unref = () => this;
  hasRef = () => true;
  [Symbol.dispose] = () => this.close();
}

type Act = (...given: unknown[]) => void;
const setTimer =
  (again: boolean) =>
  (act: Act, ms?: number, ...given: unknown[]) =>
    new Timer(() => act(...given), ms ?? 0, again);
const clear = (timer: unknown) => {
  if (timer instanceof Timer) timer.close();
};
const realImmediate = setImmediate;
let immediates = 0;
const immediate = (act: Act, ...given: unknown[]) => {
  immediates++;
  return realImmediate(() => {
    immediates--;
    act(...given);
  });
};
const simulated = {
  setTimeout: setTimer(false),
  setInterval: setTimer(true),
  clearTimeout: clear,
  clearInterval: clear,
  setImmediate: immediate,
};
Object.assign(globalThis, simulated);
Object.assign(timers, simulated);
Object.assign(timersPromises, {
  setTimeout: (ms: number, value?: unknown) => new Promise((go) => simulated.setTimeout(() => go(value), ms)),
  setImmediate: (value?: unknown) => new Promise((go) => immediate(() => go(value))),
});

/* Chance */

const uuid = () => {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] as number) & 15) | 64;
  bytes[8] = ((bytes[8] as number) & 63) | 128;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};
const fill = <Bytes extends NodeJS.ArrayBufferView>(into: Bytes): Bytes => {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  bytes.set(random.bytes(bytes.length));
  return into;
};
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** A private key on P-256 as a JWK. */
const p256 = () => {
  const pair = crypto.createECDH('prime256v1');
  pair.setPrivateKey(Buffer.concat([Buffer.of(1), random.bytes(31)]));
  const point = pair.getPublicKey();
  const text = (bytes: Buffer) => bytes.toString('base64url');
  const [x, y] = [text(point.subarray(1, 33)), text(point.subarray(33))];
  return { kty: 'EC', crv: 'P-256', x, y, d: text(pair.getPrivateKey()) };
};
const pairOf = (privateKey: crypto.KeyObject) => ({
  privateKey,
  publicKey: crypto.createPublicKey(privateKey),
});
Object.assign(crypto, {
  randomBytes: (size: number) => random.bytes(size),
  randomUUID: uuid,
  randomFillSync: fill,
  randomInt: (bound: number) => random.below(bound),
  generateKeyPairSync(kind: string, options?: { namedCurve?: string }) {
    if (kind === 'ed25519') {
      const key = Buffer.concat([ED25519, random.bytes(32)]);
      return pairOf(crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
    }
    if (kind !== 'ec' || options?.namedCurve !== 'P-256') throw new Error(`no simulated key of kind ${kind}`);
    return pairOf(crypto.createPrivateKey({ key: p256(), format: 'jwk' }));
  },
});
Object.assign(Object.getPrototypeOf(globalThis.crypto), { getRandomValues: fill, randomUUID: uuid });

/* Signatures of the kind that take chance are made by RFC 6979. */

function signOnP256(message: Uint8Array, key: crypto.KeyObject, format: 'der' | 'compact'): Buffer {
  const secret = Buffer.from(key.export({ format: 'jwk' }).d as string, 'base64url');
  return Buffer.from(curve.sign(message, secret, { prehash: true, lowS: false, format }));
}
type Told<Result> = (error: null, result: Result) => void;
/** At once, and told as from another thread. */
const told = <Result>(result: Result, then?: Told<Result>) => {
  if (then) process.nextTick(then, null, result);
  return then ? undefined : result;
};
const { sign: realSign, verify: realVerify } = crypto;
type Signing = crypto.KeyObject & { key?: crypto.KeyObject; dsaEncoding?: string };
Object.assign(crypto, {
  sign(algorithm: string | null, data: Uint8Array, key: Signing, then?: Told<Buffer>) {
    const object = key.key ?? key;
    const format = key.dsaEncoding === 'ieee-p1363' ? 'compact' : 'der';
    const ec = object.asymmetricKeyType === 'ec';
    return told(ec ? signOnP256(data, object, format) : realSign(algorithm, data, key), then);
  },
  verify: (...[algorithm, data, key, signature, then]: [...Parameters<typeof realVerify>, Told<boolean>?]) =>
    told(realVerify(algorithm, data, key, signature), then),
});

/* Threads */

interface Task {
  settle: (() => void) | null;
}
const tasks: Task[] = [];

/** Holds a result of another thread until all that were asked for are there. */
function held<T>(work: Promise<T>): Promise<T> {
  const task: Task = { settle: null };
  tasks.push(task);
  return new Promise<T>((resolve, reject) => {
    work.then(
      (value) => {
        task.settle = () => resolve(value);
      },
      (error) => {
        task.settle = () => reject(error);
      },
    );
  });
}

const subtle = Object.getPrototypeOf(globalThis.crypto.subtle);
const METHODS = ['sign', 'verify', 'digest', 'importKey', 'exportKey', 'encrypt', 'decrypt', 'deriveBits'];
for (const name of METHODS) {
  const real = subtle[name];
  subtle[name] = function (this: webcrypto.SubtleCrypto, ...given: unknown[]) {
    return held(Reflect.apply(real, this, given) as Promise<unknown>);
  };
}
const threadSign = subtle.sign;
subtle.sign = function (
  this: webcrypto.SubtleCrypto,
  how: { name?: string },
  key: webcrypto.CryptoKey,
  data: Uint8Array,
) {
  if (how.name !== 'ECDSA') return Reflect.apply(threadSign, this, [how, key, data]);
  return Promise.resolve(signOnP256(new Uint8Array(data), crypto.KeyObject.from(key), 'compact'));
};
subtle.generateKey = async function (
  this: webcrypto.SubtleCrypto,
  { name, namedCurve }: webcrypto.EcKeyGenParams,
  extractable: boolean,
  usages: webcrypto.KeyUsage[],
) {
  if (namedCurve !== 'P-256') throw new Error(`no simulated key of kind ${name}`);
  const { d, ...point } = p256();
  const [privately, publicly] = name === 'ECDH' ? [usages, []] : [['sign' as const], ['verify' as const]];
  const kind = { name, namedCurve };
  return {
    privateKey: await this.importKey('jwk', { ...point, d }, kind, extractable, privately),
    publicKey: await this.importKey('jwk', point, kind, true, publicly),
  };
};
syncBuiltinESMExports();

/** Turns of the event loop without anything new, after which all continuations wait for the schedule. */
const CALM = 3;

/** Resolves when nothing in this process can go on without an event of the schedule. */
export async function quiet(): Promise<void> {
  for (let calm = 0; calm < CALM; calm++) {
    await new Promise<void>((go) => realImmediate(go));
    // The first use of a module may read its file.
    if (immediates > 0 || process.getActiveResourcesInfo().some((one) => one.startsWith('FSReq'))) calm = -1;
    else if (tasks.length > 0) {
      calm = -1;
      if (tasks.every(({ settle }) => settle)) for (const { settle } of tasks.splice(0)) settle?.();
    }
  }
}
