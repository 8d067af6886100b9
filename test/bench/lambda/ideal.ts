/**
 * A release of 20 plain fields for this one purpose, written by hand: the same calls in the same order on the plain
 * SDK, the same values and the same form of log entry. It has no policy, no schema and no framework, and answers only
 * this request. It is what the gateway is compared with, not something to run.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { type AttributeValue, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GenerateMacCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { type EnvName, readClassKeyVersions } from '../../../shared/env.ts';
import { dynamo, env, get, put, query } from './plain-dynamo.ts';

const own = new KMSClient();
const session = new KMSClient({
  requestHandler: own.config.requestHandler,
  credentials: { accessKeyId: 'A', secretAccessKey: 'none', sessionToken: 'session' },
});
const classKeys = readClassKeyVersions(env('classKeys'));
const { privateKey } = generateKeyPairSync('ed25519');

/** The encoding of `shared/encoding.ts` for ASCII, as a Latin-1 string. */
const part = (text: string) => `\x01${length(text.length)}${text}`;
const number = (n: number) => `\x03${length(8)}\0\0\0\0${length(n)}`;
const bytes = (text: string) => `\x02${length(text.length)}${text}`;
const length = (n: number) =>
  String.fromCharCode((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);

const inner = Buffer.alloc(8192);
const outer = Buffer.alloc(96);
function hmac(key: Buffer, message: string): Buffer {
  for (let i = 0; i < 64; i++) {
    const byte = key[i] ?? 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  const size = 64 + inner.write(message, 64, 'latin1');
  outer.write(hash('sha256', inner.subarray(0, size), 'binary'), 64, 'latin1');
  return hash('sha256', outer, 'buffer');
}
const ZEROS = Buffer.alloc(32);

/**
 * Whether an owner's data keys come by one Decrypt, as a blob a purpose would have it (decision 004). The others are
 * learned in the warm-up, which costs less than to take a blob apart.
 */
const BLOBS = process.env['BLOBS'] === 'yes';
const learned = new Map<string, string>();

let ready: Promise<{ token: KeyObject; reference: KeyObject }> | undefined;
async function prepare() {
  const [referenceKey = ''] = env('referenceKey').split(' ');
  const name = `${part('fieldgate reference')}${number(1)}${part('mca-county')}`;
  const [token, mac] = await Promise.all([
    own.send(new GetPublicKeyCommand({ KeyId: env('tokenKey') })),
    own.send(
      new GenerateMacCommand({
        KeyId: referenceKey,
        MacAlgorithm: 'HMAC_SHA_256',
        Message: Buffer.from(name, 'latin1'),
      }),
    ),
  ]);
  return {
    token: createPublicKey({ key: Buffer.from(token.PublicKey as Uint8Array), format: 'der', type: 'spki' }),
    reference: createSecretKey(mac.Mac as Uint8Array),
  };
}

interface Event {
  headers: Record<string, string>;
  body: string;
}

const es256 = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' }) as const;
function jws(text: string, key: KeyObject | null) {
  const [head = '', payload = '', signature = ''] = text.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString('latin1'));
  const signed = Buffer.from(`${head}.${payload}`, 'latin1');
  const used = key ?? createPublicKey({ key: header.jwk, format: 'jwk' });
  if (!verify('sha256', signed, es256(used), Buffer.from(signature, 'base64url')))
    throw new Error('signature');
  return { header, claims: JSON.parse(Buffer.from(payload, 'base64url').toString()) };
}

const count = (table: EnvName, key: string, name: string) =>
  dynamo.send(
    new UpdateItemCommand({
      TableName: env(table),
      Key: { [key]: { S: name } },
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    }),
  );
const secret = randomBytes(32);
let seq = 0;
/** The sealed form of the gateway's log: a salted commitment to each of 33 members, and two sealed halves. */
async function log(actor: string[], person: string[]) {
  seq += 1;
  const committed: Buffer[] = [];
  const halves = [actor, person].map((texts, half) => {
    const own = hash('sha256', `${half} ${seq} ${secret.toString('latin1')}`, 'buffer');
    const made = Buffer.from(hkdfSync('sha256', own, '', 'half', 32 + 16 * texts.length));
    for (const [i, text] of texts.entries()) {
      const salt = made.toString('latin1', 32 + 16 * i, 48 + 16 * i);
      committed.push(hash('sha256', Buffer.from(`member${salt}${i}${text}`, 'latin1'), 'buffer'));
    }
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', createSecretKey(made.subarray(0, 32)), nonce);
    return Buffer.concat([nonce, cipher.update(texts.join('\n')), cipher.final(), cipher.getAuthTag()]);
  });
  const text = `{"committed":"${Buffer.concat(committed).toString('base64')}","id":"ideal-${seq}-0","leaf":0,"previous":"${previous}","seq":${seq},"time":"${new Date().toISOString()}","v":2,"writer":"ideal"}`;
  const leaf = hash('sha256', text, 'buffer');
  previous = leaf.toString('base64');
  const signature = sign(null, leaf, privateKey);
  await put('logTable', {
    writer: { S: 'ideal' },
    seq: { N: String(seq) },
    leaves: { L: [{ S: text }] },
    hash: { B: leaf },
    signatures: { L: [{ B: signature }] },
    actors: { L: [{ B: halves[0] as Buffer }] },
    persons: { L: [{ B: halves[1] as Buffer }] },
  });
  return { seq, leafHash: previous, signature: signature.toString('base64') };
}
let previous = '';
const empty = (n: number) => new Array<string>(n).fill('');

/** Fields of each class, by owner, in the order of their names. */
type Stored = Record<string, AttributeValue>;
interface Opened {
  encryption: KeyObject;
  aad: string;
}

export async function handler({ headers, body }: Event) {
  ready ??= prepare();
  const { token, reference } = await ready;
  const text = (headers['authorization'] as string).slice(5);
  const { claims } = jws(text, token);
  const proof = jws(headers['dpop'] as string, null);
  const { crv, kty, x, y } = proof.header.jwk;
  const jkt = hash('sha256', `{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`, 'base64url');
  const now = Date.now() / 1000;
  if (claims.exp < now || jkt !== claims.cnf.jkt || Math.abs(proof.claims.iat - now) > 60)
    throw new Error('token');
  if (proof.claims.ath !== hash('sha256', text, 'base64url') || proof.claims.htm !== 'POST')
    throw new Error('proof');
  const asked = JSON.parse(Buffer.from(body, 'base64').toString()) as {
    subjects: [{ ref: string }];
    fields: string[];
  };
  const decipher = createDecipheriv('aes-256-ecb', reference, null).setAutoPadding(false);
  const subject = decipher
    .update(Buffer.from(asked.subjects[0].ref, 'base64url').subarray(1))
    .toString('base64url');
  const [item, stored, , , , agency] = await Promise.all([
    get('keysTable', { subject: { S: subject } }),
    query('sheetsTable', subject),
    query('caseworkTable', subject),
    query('caseworkTable', 'case'),
    put('claimsTable', { claim: { S: proof.claims.jti } }),
    get('agenciesTable', { clientId: { S: claims.client_id } }),
    log([...empty(12), 'attempt', 'use', claims.client_id, 'W1'], [...empty(16), subject]),
  ]);
  if (JSON.parse(agency.Item?.['record']?.S ?? '{}').suspended) throw new Error('suspended');
  const keys = item.Item as Stored;
  const logId = keys['logId']?.S as string;
  const sheets = new Map(stored.Items?.map((one) => [one['sheet']?.S?.split('#')[0], one]));

  const unwrapping = new Map<string, Promise<void>>();
  const open = async (id: string): Promise<Opened> => {
    const key = keys[`key.${id}`]?.M as Stored;
    const [name, owner] = [key['class']?.S as string, key['owner']?.S as string];
    const KeyId = classKeys.get(name)?.[0] as string;
    const EncryptionContext = { collection: 'children', class: name, owner, subject, keyId: id };
    const decrypt = async () => {
      const CiphertextBlob = key['wrapped']?.B as Uint8Array;
      const { Plaintext } = await session.send(
        new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext }),
      );
      learned.set(id, Buffer.from(Plaintext as Uint8Array).toString('latin1'));
    };
    const first = unwrapping.get(owner);
    if (!BLOBS || !first) unwrapping.set(owner, decrypt());
    await unwrapping.get(owner);
    if (!learned.has(id)) await decrypt();
    const secret = hmac(ZEROS, learned.get(id) as string);
    const place = `${number(1)}${part('children')}${part(subject)}${part(owner)}${part(name)}`;
    const use = `${place}${number(Number(key['version']?.N))}${part(id)}`;
    const after = `${use}${part(logId)}${part(key['at']?.S as string)}\x01`;
    const commitment = hmac(secret, part('fieldgate commitment v1') + after);
    if (!timingSafeEqual(commitment, key['commitment']?.B as Uint8Array)) throw new Error('commitment');
    const sheet = sheets.get(owner) as Stored;
    const fields = sheet['fields']?.M as Stored;
    const manifests = sheet['manifests']?.M as Record<string, { M: Stored }>;
    const manifest = manifests[name]?.M as Stored;
    const members: string[] = [];
    for (const [field, value] of Object.entries(fields)) {
      const sealed = value.B as Buffer;
      if (Buffer.from(sealed.buffer, sealed.byteOffset + 2, 16).toString('base64url') === id)
        members.push(field);
    }
    let said = `${part('fieldgate manifest v1')}${number(Number(key['version']?.N))}${number(members.length)}`;
    for (const field of members.sort()) {
      const raw = fields[field]?.B as Uint8Array;
      const all = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
      said += part(field) + bytes(all.slice(0, 30)) + bytes(all.slice(-16));
    }
    const right = hmac(hmac(secret, part('fieldgate manifest v1') + after), said);
    if (!timingSafeEqual(right, manifest['mac']?.B as Uint8Array)) throw new Error('manifest');
    const encryption = createSecretKey(hmac(secret, part('fieldgate encryption v1') + after));
    return { encryption, aad: part('fieldgate field v1') + use };
  };

  const held = new Map<string, { owner: string; sealed: Buffer; id: string }>();
  const ids = new Set<string>();
  for (const [owner = '', sheet] of sheets) {
    for (const [field, value] of Object.entries(sheet['fields']?.M ?? {})) {
      const raw = value.B as Uint8Array;
      const sealed = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
      held.set(field, { owner, sealed, id: sealed.toString('base64url', 2, 18) });
    }
  }
  for (const field of asked.fields) ids.add(held.get(field)?.id as string);
  const opened = new Map<string, Opened>();
  const openAll = (some: string[]) =>
    Promise.all(some.map(async (id) => void opened.set(id, await open(id))));
  const facts = [held.get('birth_date')?.id as string, held.get('division_code')?.id as string];
  await openAll(facts);
  unwrapping.clear();
  const read = (field: string) => {
    const { sealed, id, owner } = held.get(field) as { owner: string; sealed: Buffer; id: string };
    const { encryption, aad } = opened.get(id) as Opened;
    const decipher = createDecipheriv('aes-256-gcm', encryption, sealed.subarray(18, 30), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(aad + part(field), 'latin1'));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = decipher.update(sealed.subarray(30, -16));
    decipher.final();
    const value = plain.toString('utf8', 0, plain.lastIndexOf(0x80));
    return `"${field}":{"form":"plain","value":${value},"owner":"${owner}","asOf":"${keys[`key.${id}`]?.M?.['at']?.S}"}`;
  };
  if (!read('birth_date').includes('2013')) throw new Error('age');
  const about = [JSON.stringify([...ids]), JSON.stringify(asked.fields), logId, subject];
  const [receipt] = await Promise.all([
    log([...empty(12), 'decision', 'provide', claims.client_id, 'W1'], [...empty(13), ...about]),
    count('budgetsTable', 'budget', 'day'),
    count('claimsTable', 'claim', 'misses'),
    openAll([...ids].filter((id) => !facts.includes(id))),
  ]);
  const answer = `{"release":"${randomUUID()}","purpose":"W1","results":[{"ref":"${asked.subjects[0].ref}","fields":{${asked.fields.map(read).join(',')}},"receipt":${JSON.stringify(receipt)}}]}`;
  return {
    statusCode: 200,
    multiValueHeaders: { 'content-type': ['application/json'], 'cache-control': ['no-store'] },
    body: answer,
    isBase64Encoded: false,
  };
}
