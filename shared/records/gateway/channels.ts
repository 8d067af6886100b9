/** The channels by which people are told, from the operator's settings. They hold secrets, so no error repeats what they say. */

import * as v from 'valibot';
import { TOLD_OF, type ToldOf } from './to-tell.ts';

interface Common {
  name: string;
  /** What is told there; absent: all. */
  of?: readonly ToldOf[] | undefined;
  /** The offices of which it is told; absent: all, and what has no office. */
  offices?: readonly string[] | undefined;
}
export interface Webhook extends Common {
  kind: 'webhook';
  url: string;
  secret: string;
  /** The secret before it, which signs as well until the receiver knows the new one. */
  retiring?: string | undefined;
}
export interface Mail extends Common {
  kind: 'mail';
  host: string;
  port: number;
  login?: { user: string; password: string } | undefined;
  from: string;
  to: readonly string[];
}
export type Channel = Webhook | Mail;

export interface Channels {
  /** Address of the console, to which each message leads. */
  console: string;
  channels: readonly Channel[];
}

export class ChannelsError extends Error {
  // In a bundle classes lose their names.
  override readonly name = 'ChannelsError';
}

const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;
const name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
const of = v.optional(v.pipe(v.array(v.picklist(TOLD_OF)), v.minLength(1)));
const offices = v.optional(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[\w:-]{1,64}$/))), v.minLength(1)));
/** One address without a display name, and no character that could begin another header or recipient. */
const address = v.pipe(v.string(), v.maxLength(254), v.regex(/^[^\s<>",;:@()]+@[^\s<>",;:@()]+$/));
const hidden = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));

/** @param open addresses of this machine and without TLS are allowed, for tests and `npm start` */
const schemaOf = (open: boolean) => {
  const url = v.pipe(
    v.string(),
    v.maxLength(512),
    v.check((text) => isAddress(text, open)),
  );
  const secret = v.pipe(v.string(), v.regex(SECRET), v.check(isLong));
  const webhook = v.strictObject({
    kind: v.literal('webhook'),
    name,
    of,
    offices,
    url,
    secret,
    retiring: v.optional(secret),
  });
  const mail = v.strictObject({
    kind: v.literal('mail'),
    name,
    of,
    offices,
    from: address,
    host: v.pipe(v.string(), v.regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i)),
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
    login: v.optional(v.strictObject({ user: hidden, password: hidden })),
    to: v.pipe(v.array(address), v.minLength(1), v.maxLength(20)),
  });
  return v.strictObject({
    console: url,
    channels: v.pipe(
      v.array(v.variant('kind', [webhook, mail])),
      v.minLength(1),
      v.maxLength(10),
      v.check((all) => new Set(all.map((one) => one.name)).size === all.length),
    ),
  });
};

/** Standard Webhooks asks for 24 to 64 bytes. */
function isLong(secret: string): boolean {
  const { length } = keyOf(secret);
  return length >= 24 && length <= 64;
}

/** The bytes of a secret `whsec_…`. */
export const keyOf = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64');

function isAddress(text: string, open: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  const plain = username === '' && password === '' && hash === '';
  return plain && (protocol === 'https:' || (open && protocol === 'http:'));
}

/** @throws ChannelsError that names the place of the first fault */
export function readChannels(text: string, open = false): Channels {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ChannelsError('not JSON');
  }
  const read = v.safeParse(schemaOf(open), value);
  if (read.success) return read.output;
  throw new ChannelsError(v.getDotPath(read.issues[0]) ?? 'the document');
}
