/** Written from docs/formats/envelope.md with nothing but node:crypto, to show that the page is sufficient. */
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';

/** Everything about one data key, as the page names it. */
export interface Use {
  suite: number;
  collection: string;
  subject: string;
  owner: string;
  class: string;
  version: number;
  keyId: string;
  logId: string;
  at: string;
  /** Only where maintenance carried instants over. */
  asOf?: Record<string, string>;
}

const text = (value: string) => {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) throw new Error();
  return Buffer.from(value, 'utf8');
};

export function parts(...list: (string | number | Uint8Array)[]): Buffer {
  const encoded = list.map((part) => {
    let [type, bytes]: [number, Uint8Array] = [2, part as Uint8Array];
    if (typeof part === 'string') [type, bytes] = [1, text(part)];
    if (typeof part === 'number') {
      [type, bytes] = [3, Buffer.alloc(8)];
      (bytes as Buffer).writeBigUInt64BE(BigInt(part));
    }
    const head = Buffer.alloc(5);
    head.writeUInt8(type);
    head.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  });
  return Buffer.concat(encoded);
}

const use = (u: Use) => parts(u.suite, u.collection, u.subject, u.owner, u.class, u.version, u.keyId);

function carried({ asOf }: Use): Buffer {
  if (!asOf) return Buffer.alloc(0);
  const hash = createHash('sha256').update(parts('fieldgate as of v1'));
  for (const [field, instant] of inOrder(asOf)) hash.update(parts(field, instant));
  return parts(hash.digest());
}

export function derive(dataKey: Uint8Array, u: Use) {
  const output = (label: string) => {
    const info = Buffer.concat([parts(label), use(u), parts(u.logId, u.at), carried(u)]);
    return Buffer.from(hkdfSync('sha256', dataKey, new Uint8Array(), info, 32));
  };
  return {
    encryption: output('fieldgate encryption v1'),
    manifest: output('fieldgate manifest v1'),
    commitment: output('fieldgate commitment v1'),
  };
}

const GCM: CipherGCMTypes = 'aes-256-gcm';
const aad = (u: Use, field: string) => Buffer.concat([parts('fieldgate field v1'), use(u), parts(field)]);

function bucket(length: number): number {
  let size = 32;
  while (size <= length) size *= 2;
  return size;
}

export function seal(encryption: Buffer, u: Use, field: string, value: unknown, nonce: Buffer): Buffer {
  const plain = Buffer.from(JSON.stringify(value));
  const size = bucket(plain.length);
  const padded = Buffer.concat([plain, Buffer.of(0x80), Buffer.alloc(size - plain.length - 1)]);
  const cipher = createCipheriv(GCM, encryption, nonce);
  cipher.setAAD(aad(u, field));
  const body = Buffer.concat([cipher.update(padded), cipher.final()]);
  const keyId = Buffer.from(u.keyId, 'base64url');
  return Buffer.concat([Buffer.of(1, u.suite), keyId, nonce, body, cipher.getAuthTag()]);
}

export function open(encryption: Buffer, u: Use, field: string, sealed: Buffer): unknown {
  const [version, suite] = sealed;
  const body = sealed.length - 46;
  if (body < 32 || bucket(body - 1) !== body) throw new Error('not opened');
  const keyId = sealed.subarray(2, 18).toString('base64url');
  if (version !== 1 || suite !== u.suite || keyId !== u.keyId) throw new Error('not opened');
  const decipher = createDecipheriv(GCM, encryption, sealed.subarray(18, 30), { authTagLength: 16 });
  decipher.setAAD(aad(u, field));
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(30, -16)), decipher.final()]);
  const mark = padded.lastIndexOf(0x80);
  const zeros = padded.subarray(mark + 1).every((byte) => byte === 0);
  if (mark < 0 || !zeros || padded.length !== bucket(mark)) throw new Error('not opened');
  return JSON.parse(padded.toString('utf8', 0, mark));
}

type Named<T> = Record<string, T>;
const inOrder = <T>(named: Named<T>): [string, T][] =>
  Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));

export function manifest(key: Buffer, version: number, fields: Named<Buffer>): Buffer {
  const hmac = createHmac('sha256', key);
  hmac.update(parts('fieldgate manifest v1', version, Object.keys(fields).length));
  for (const [field, sealed] of inOrder(fields)) {
    hmac.update(parts(field, sealed.subarray(0, 30), sealed.subarray(-16)));
  }
  return hmac.digest();
}

export function digest(
  sheet: { collection: string; subject: string; owner: string; version: number },
  fields: Named<Buffer>,
  manifests: Named<{ keyId: string; mac: Buffer }>,
): Buffer {
  const { collection, subject, owner, version } = sheet;
  const [n, m] = [Object.keys(fields).length, Object.keys(manifests).length];
  const hash = createHash('sha256');
  hash.update(parts('fieldgate sheet v1', collection, subject, owner, version, n, m));
  for (const [field, sealed] of inOrder(fields)) hash.update(parts(field, sealed));
  for (const [name, { keyId, mac }] of inOrder(manifests)) hash.update(parts(name, keyId, mac));
  return hash.digest();
}

const generateMac = (key: Buffer, message: Buffer) => createHmac('sha256', key).update(message).digest();

/** Index values of versions 1 to n. */
export function indexValues(
  keys: Buffer[],
  key: { collection: string; field: string; scope: string; value: string },
): string[] {
  const encoded = parts('fieldgate index v1', key.collection, key.field, key.scope, key.value);
  let mac = createHash('sha256').update(encoded).digest();
  return keys.map((k, i) => {
    mac = generateMac(k, mac);
    return `${i + 1}.${mac.toString('base64url')}`;
  });
}

const agencyKey = (key: Buffer, version: number, clientId: string) =>
  generateMac(key, parts('fieldgate reference', version, clientId));

export function reference(key: Buffer, version: number, clientId: string, subject: string): string {
  const cipher = createCipheriv('aes-256-ecb', agencyKey(key, version, clientId), null).setAutoPadding(false);
  const block = Buffer.concat([cipher.update(Buffer.from(subject, 'base64url')), cipher.final()]);
  return Buffer.concat([Buffer.of(version), block]).toString('base64url');
}

export function token(firstKey: Buffer, clientId: string, purpose: string, subject: string): string {
  const tokenKey = generateMac(agencyKey(firstKey, 1, clientId), Buffer.from('fieldgate token key v1'));
  const mac = generateMac(tokenKey, parts('fieldgate token v1', purpose, Buffer.from(subject, 'base64url')));
  return mac.subarray(0, 16).toString('base64url');
}

export const equal = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);
