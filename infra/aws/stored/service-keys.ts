import { Stack } from 'aws-cdk-lib';
import { type Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  KEY_USES,
  type ServiceKey,
  type VersionedKey,
  WRITERS,
  writeClassKeys,
} from '../../../shared/env.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import type { Settings } from '../settings.ts';
import { allowOnKey, allowOnRole, type Conditions, lockedKey } from './locked-key.ts';

const MAC = { spec: KeySpec.HMAC_256, usage: KeyUsage.GENERATE_VERIFY_MAC };
const ES256 = { spec: KeySpec.ECC_NIST_P256, usage: KeyUsage.SIGN_VERIFY };
const ED25519 = { spec: KeySpec.ECC_NIST_EDWARDS25519, usage: KeyUsage.SIGN_VERIFY };

const SM2 = { spec: KeySpec.SM2, usage: KeyUsage.SIGN_VERIFY };

const OF_LOG: readonly string[] = ['log', 'writer'];
const OF_NATION: readonly string[] = ['national', 'certificate'];

/** What a statement demands of a call: the one algorithm of the key. */
function algorithmOf(name: string, action: string): Conditions | undefined {
  if (action === 'GenerateMac') return { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } };
  if (action !== 'Sign') return undefined;
  const own = OF_NATION.includes(name) ? 'SM2DSA' : 'ECDSA_SHA_256';
  const algorithm = OF_LOG.includes(name) ? 'ED25519_SHA_512' : own;
  return { StringEquals: { 'kms:SigningAlgorithm': algorithm } };
}

/** The gateway's own keys: they never leave KMS, and none of them opens a field. */
export class ServiceKeys extends Construct {
  /** By use: of those that compute, oldest first; of those that sign, the one that signs first. */
  readonly #keys: Readonly<Record<ServiceKey, readonly Key[]>>;
  /** By function, those that certify its log writers. */
  readonly #writers = new Map<string, readonly Key[]>();

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const make = (name: string, use: string, kind: Kind) =>
      lockedKey(this, name, {
        ...{ description: `Fieldgate ${settings.environment}: ${use}`, alias: name.toLowerCase() },
        ...{ kind, settings },
      });
    // Each version is computed over the previous one, so none is ever removed. One job renews both.
    const chained = (name: string, use: string) =>
      Array.from({ length: settings.indexKeys ?? 1 }, (_, i) =>
        make(i === 0 ? name : `${name}-${i + 1}`, use, MAC),
      );
    const versions = (name: VersionedKey, use: string, kind: Kind, fn = '') =>
      inUse(settings, name).map((version) => {
        const id = `${name[0]?.toUpperCase()}${name.slice(1)}${fn && `-${fn}`}`;
        return make(version === 1 ? id : `${id}-${version}`, use, kind);
      });
    const national = (name: string, use: string) =>
      settings.cryptography === 'national' ? [make(name, use, SM2)] : [];
    this.#keys = {
      index: chained('Index', 'blind index of match keys'),
      leak: chained('Leak', 'tokens of found texts'),
      reference: [make('Reference', 'references to a subject, one for each agency', MAC)],
      token: versions('token', 'signs access tokens', ES256),
      nonce: [make('Nonce', 'server nonces of DPoP proofs for a token', MAC)],
      unwrap:
        settings.purposes === 'code'
          ? []
          : [make('Unwrap', 'hides tokens for opening data keys in those of callers', MAC)],
      answer: versions('answer', 'signs sealed answers', ES256),
      attestation: versions('attestation', 'signs attestations and their status lists', ES256),
      log: [make('Log', 'signs checkpoints of the log', ED25519)],
      national: national('National', 'signs checkpoints of the log by SM2'),
      certificate: national('Certificate', 'certifies log writers by SM2'),
    };
    for (const fn of WRITERS)
      this.#writers.set(fn, versions('writer', `certifies log writers of ${fn}`, ED25519, fn));
  }

  /** The key that names most roles: every function that reads an access token uses it. */
  get first(): Key {
    const [key] = this.#keys.token;
    if (!key) throw new Error('no key signs tokens');
    return key;
  }

  /** Lets the function do what `KEY_USES` says, and certify its own log writers if it writes the log. */
  grantTo(fn: GatewayFunction): void {
    const give = (name: ServiceKey | 'writer', keys: readonly Key[], action: string) => {
      fn.set(`${name}Key`, keys.map(({ keyArn }) => keyArn).join(' ') || 'none');
      allow(fn, name, keys, action);
    };
    for (const [name, uses] of Object.entries(KEY_USES))
      for (const [action, users] of Object.entries(uses))
        if (users.split(' ').includes(fn.node.id))
          give(name as ServiceKey, this.#keys[name as ServiceKey], action);
    const own = this.#writers.get(fn.node.id);
    if (!own) return;
    give('writer', own, 'Sign');
    fn.set('code', fn.code);
  }

  /** Lets the sequencer fetch the keys that certify writers. */
  grantWriters(sequencer: GatewayFunction): void {
    const named = [...this.#writers].map(([name, keys]) => [name, keys.map(({ keyId }) => keyId).join(' ')]);
    const prefix = Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName: '' });
    const setting = writeClassKeys(prefix, Object.fromEntries(named));
    sequencer.set('writerKeys', setting);
    allow(sequencer, 'writer', [...this.#writers.values()].flat(), 'GetPublicKey');
  }
}

type Kind = { spec: KeySpec; usage: KeyUsage };

/** @throws Error for a list that is empty, repeats a version, or names none */
function inUse({ signingKeys }: Settings, name: VersionedKey): readonly number[] {
  const versions = signingKeys?.[name] ?? [1];
  const good = versions.every((one) => Number.isInteger(one) && one > 0);
  if (!good || versions.length === 0 || new Set(versions).size < versions.length)
    throw new Error(`signingKeys.${name} lists versions, each once and the one that signs first`);
  return versions;
}

/** A version that only verifies may sign too, because instances of before a deployment still do. */
function allow(fn: GatewayFunction, name: ServiceKey | 'writer', keys: readonly Key[], action: string): void {
  const conditions = algorithmOf(name, action);
  for (const key of keys) allowOnKey(key, fn, [action], conditions);
  if (keys.length > 0) allowOnRole(fn, keys, [action], conditions);
}
