/** The key ring: key material and states, in memory and in one file. */

import {
  createHash,
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import * as v from 'valibot';
import { type Suite, suiteFor } from '../../../../shared/crypto/suites.ts';
import { defined } from '../../../../shared/defined.ts';
import { writeWhole } from '../../../cli/whole-files.ts';
import { damaged, readIfThere } from '../../files.ts';
import { ACCOUNT } from '../sts.ts';
import { KmsError } from './errors.ts';
import { newSm2Key } from './sm2.ts';

export const REGION = 'local';
const ARN = `arn:aws:kms:${REGION}:`;

/** KMS has SM2 in the China regions alone. */
const SPECS = ['SYMMETRIC_DEFAULT', 'HMAC_256', 'ECC_NIST_P256', 'ECC_NIST_EDWARDS25519', 'SM2'] as const;
export type KeySpec = (typeof SPECS)[number];
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

const IN_ARN = new RegExp(`^${ARN}(\\d{12}):(.+)$`);

const storedKey = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  /** `alias/…`, or empty. */
  alias: v.string(),
  spec: v.picklist(SPECS),
  state: v.picklist(['Enabled', 'Disabled', 'PendingDeletion']),
  /** Epoch milliseconds; `deletion` only while the key is pending deletion. */
  created: v.number(),
  deletion: v.optional(v.number()),
  /** Of a department's own key: its account. */
  account: v.optional(v.string()),
  /** Of a key in an external key store: the name of the key outside. */
  external: v.optional(v.string()),
  /** Base64 of the raw secret, or of the PKCS #8 private key of `ECC_…`. */
  material: v.string(),
});
const storedRing = v.strictObject({ version: v.literal(1), digest: v.string(), keys: v.array(storedKey) });
type StoredKey = v.InferOutput<typeof storedKey>;

export interface Key extends StoredKey {
  arn: string;
  object: KeyObject;
}

/** The administrator's view of the local KMS, in code and not over the protocol. */
export interface KeyRing {
  /** Under which keys wrap now: SM4 as in the China regions, or AES. What the other one wrapped opens as before. */
  suite: Suite;
  /** The key with this alias; created if there is none. */
  ensure(alias: string, spec: KeySpec): Key;
  /** The same for many keys with one write of the file. */
  ensureAll(
    wanted: Iterable<
      readonly [alias: string, spec: KeySpec, account?: string, external?: string | undefined]
    >,
  ): Key[];
  /** @param keyId id, ARN, alias or alias ARN. @throws KmsError NotFoundException */
  find(keyId: string): Key;
  /** The same, without the error. */
  known(keyId: string): Key | undefined;
  setState(keyId: string, state: KeyState): void;
  /** Makes the key's material unrecoverable at once, as the end of a deletion window would. */
  destroy(keyId: string): void;
  list(): Key[];
}

/**
 * @param file of the ring, or `null` to keep it in memory only.
 * @throws StartError if the file is damaged.
 */
export function openKeyRing(file: string | null, now: () => number): KeyRing {
  const keys = new Map<string, Key>();
  for (const stored of file === null ? [] : load(file)) keys.set(stored.id, revive(stored));

  const byName = (keyId: string): Key | undefined => {
    const [, account, name = keyId] = IN_ARN.exec(keyId) ?? [];
    const key = name.startsWith('alias/')
      ? [...keys.values()].find(({ alias }) => alias === name)
      : // An ARN contains `key/<id>`; a bare id has no prefix.
        keys.get(name === keyId ? name : name.startsWith('key/') ? name.slice(4) : '');
    return account === undefined || account === (key?.account ?? ACCOUNT) ? key : undefined;
  };
  const find = (keyId: string): Key => {
    const key = byName(keyId);
    if (!key) throw new KmsError('NotFoundException', 'The key does not exist');
    return key;
  };
  const save = () => {
    if (file !== null) writeWhole(file, serialise([...keys.values()]));
  };

  const ensureAll: KeyRing['ensureAll'] = (wanted) => {
    const size = keys.size;
    const found = [...wanted].map(([alias, spec, account, external]) => {
      const known = byName(alias);
      if (known) return known;
      const material = newMaterial(spec).toString('base64');
      const made = { id: randomUUID(), alias, spec, state: 'Enabled', created: now(), material } as const;
      const key = revive({ ...made, ...defined({ account, external }) });
      keys.set(key.id, key);
      return key;
    });
    if (keys.size > size) save();
    return found;
  };

  return {
    suite: suiteFor('standard'),
    ensure: (alias, spec) => ensureAll([[alias, spec]])[0] as Key,
    ensureAll,
    find,
    known: byName,
    setState(keyId, state) {
      const key = find(keyId);
      key.state = state;
      delete key.deletion;
      if (state === 'PendingDeletion') key.deletion = now() + 7 * 86_400_000;
      save();
    },
    destroy(keyId) {
      keys.delete(find(keyId).id);
      save();
    },
    list: () => [...keys.values()],
  };
}

function newMaterial(spec: KeySpec): Buffer {
  switch (spec) {
    case 'SYMMETRIC_DEFAULT':
    case 'HMAC_256':
      return randomBytes(32);
    case 'ECC_NIST_P256':
      return pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    case 'ECC_NIST_EDWARDS25519':
      return pkcs8(generateKeyPairSync('ed25519').privateKey);
    case 'SM2':
      return newSm2Key();
  }
}

function pkcs8(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'pkcs8' });
}

function revive(stored: StoredKey): Key {
  const material = Buffer.from(stored.material, 'base64');
  const object = stored.spec.startsWith('ECC_')
    ? createPrivateKey({ key: material, format: 'der', type: 'pkcs8' })
    : createSecretKey(material);
  return { ...stored, arn: `${ARN}${stored.account ?? ACCOUNT}:key/${stored.id}`, object };
}

function serialise(keys: Key[]): string {
  // In the order in which it is read again, for the digest.
  const stored = keys.map(({ arn: _arn, object: _object, ...rest }) => v.parse(storedKey, rest));
  return `${JSON.stringify({ version: 1, digest: digestOf(stored), keys: stored }, null, 1)}\n`;
}

/** The digest detects accidents (a bad disk, a truncated copy), not forgery. */
function digestOf(keys: StoredKey[]): string {
  return createHash('sha256').update(JSON.stringify(keys)).digest('hex');
}

function load(file: string): StoredKey[] {
  const text = readIfThere(file);
  if (text === null) return [];
  try {
    const ring = v.parse(storedRing, JSON.parse(text));
    if (ring.digest === digestOf(ring.keys)) return ring.keys;
  } catch {
    // Falls through without the cause: the file holds keys, so its contents must not be repeated.
  }
  throw damaged(file);
}
