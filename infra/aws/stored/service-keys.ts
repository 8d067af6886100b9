import { Stack } from 'aws-cdk-lib';
import { type Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type EnvName, type VersionedKey, WRITERS, writeClassKeys } from '../../../shared/env.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import type { Settings } from '../settings.ts';
import { allowOnKey, allowOnRole, type Conditions, lockedKey } from './locked-key.ts';

const MAC = { spec: KeySpec.HMAC_256, usage: KeyUsage.GENERATE_VERIFY_MAC };
const ES256 = { spec: KeySpec.ECC_NIST_P256, usage: KeyUsage.SIGN_VERIFY };
const ED25519 = { spec: KeySpec.ECC_NIST_EDWARDS25519, usage: KeyUsage.SIGN_VERIFY };

const WITH_HMAC: Conditions = { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } };
const WITH_ES256: Conditions = { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } };
const WITH_ED25519: Conditions = { StringEquals: { 'kms:SigningAlgorithm': 'ED25519_SHA_512' } };

/** The gateway's own keys: they never leave KMS, and none of them opens a field. */
export class ServiceKeys extends Construct {
  /** Oldest first. Each version is computed over the previous one, so none is ever removed. */
  readonly #index: readonly Key[];
  /** As many as of the index: one job renews both. */
  readonly #leak: readonly Key[];
  readonly #reference: Key;
  readonly #nonce: Key;
  readonly #log: Key;
  /** By use, the one that signs first. */
  readonly #signing: Readonly<Record<Exclude<VersionedKey, 'writer'>, readonly Key[]>>;
  /** By function, those that certify its log writers. */
  readonly #writers = new Map<string, readonly Key[]>();

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const make = (name: string, use: string, kind: Kind) =>
      lockedKey(this, name, {
        ...{ description: `Fieldgate ${settings.environment}: ${use}`, alias: name.toLowerCase() },
        ...{ kind, settings },
      });
    const chained = (name: string, use: string) =>
      Array.from({ length: settings.indexKeys ?? 1 }, (_, i) =>
        make(i === 0 ? name : `${name}-${i + 1}`, use, MAC),
      );
    this.#index = chained('Index', 'blind index of match keys');
    this.#leak = chained('Leak', 'tokens of found texts');
    this.#reference = make('Reference', 'references to a subject, one for each agency', MAC);
    const versions = (name: VersionedKey, use: string, kind: Kind, fn = '') =>
      inUse(settings, name).map((version) => {
        const id = `${name[0]?.toUpperCase()}${name.slice(1)}${fn && `-${fn}`}`;
        return make(version === 1 ? id : `${id}-${version}`, use, kind);
      });
    const token = versions('token', 'signs access tokens', ES256);
    this.#nonce = make('Nonce', 'server nonces of DPoP proofs for a token', MAC);
    const answer = versions('answer', 'signs sealed answers', ES256);
    for (const fn of WRITERS)
      this.#writers.set(fn, versions('writer', `certifies log writers of ${fn}`, ED25519, fn));
    this.#log = make('Log', 'signs checkpoints of the log', ED25519);
    const attestation = versions('attestation', 'signs attestations and their status lists', ES256);
    this.#signing = { token, answer, attestation };
  }

  /** The key that names most roles: every function that reads an access token uses it. */
  get first(): Key {
    const [key] = this.#signing.token;
    if (!key) throw new Error('no key signs tokens');
    return key;
  }

  /** May look up a match key. */
  grantIndex(fn: GatewayFunction): void {
    grant(fn, 'indexKey', this.#index, 'GenerateMac', WITH_HMAC);
  }

  /** May compute the token of a text by which it is found again. */
  grantLeaks(fn: GatewayFunction): void {
    grant(fn, 'leakKey', this.#leak, 'GenerateMac', WITH_HMAC);
  }

  /** May turn subject ids into an agency's references and back. */
  grantReferences(fn: GatewayFunction): void {
    grant(fn, 'referenceKey', [this.#reference], 'GenerateMac', WITH_HMAC);
  }

  /** May issue access tokens. */
  grantTokenIssue(fn: GatewayFunction): void {
    grant(fn, 'tokenKey', this.#signing.token, 'Sign', WITH_ES256);
    grant(fn, 'nonceKey', [this.#nonce], 'GenerateMac', WITH_HMAC);
    this.grantTokenCheck(fn);
  }

  /** May fetch the public key that access tokens are checked with. */
  grantTokenCheck(fn: GatewayFunction): void {
    grant(fn, 'tokenKey', this.#signing.token, 'GetPublicKey');
  }

  /** May sign answers that are sealed to an agency. */
  grantAnswer(fn: GatewayFunction): void {
    grant(fn, 'answerKey', this.#signing.answer, 'Sign', WITH_ES256);
    this.grantAnswerCheck(fn);
  }

  /** May fetch the public key that sealed answers are checked with. */
  grantAnswerCheck(fn: GatewayFunction): void {
    grant(fn, 'answerKey', this.#signing.answer, 'GetPublicKey');
  }

  /** May sign attestations and the lists of revoked ones. */
  grantAttest(fn: GatewayFunction): void {
    grant(fn, 'attestationKey', this.#signing.attestation, 'Sign', WITH_ES256);
    grant(fn, 'attestationKey', this.#signing.attestation, 'GetPublicKey');
  }

  /** May certify its own log writers, and no other function's. */
  grantWriter(fn: GatewayFunction): void {
    const own = this.#writers.get(fn.node.id);
    if (!own) throw new Error(`${fn.node.id} is none of the functions that write the log`);
    grant(fn, 'writerKey', own, 'Sign', WITH_ED25519);
  }

  /** May sign checkpoints, and fetch the keys that certify writers. */
  grantSequence(fn: GatewayFunction): void {
    grant(fn, 'logKey', [this.#log], 'Sign', WITH_ED25519);
    const named = [...this.#writers].map(([name, keys]) => [name, keys.map(({ keyId }) => keyId).join(' ')]);
    const prefix = Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName: '' });
    const setting = writeClassKeys(prefix, Object.fromEntries(named));
    grant(fn, 'writerKeys', [...this.#writers.values()].flat(), 'GetPublicKey', undefined, setting);
    this.grantLogCheck(fn);
  }

  /** May fetch the public key that checkpoints are checked with. */
  grantLogCheck(fn: GatewayFunction): void {
    grant(fn, 'logKey', [this.#log], 'GetPublicKey');
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
function grant(
  fn: GatewayFunction,
  name: EnvName,
  keys: readonly Key[],
  action: string,
  conditions?: Conditions,
  setting = keys.map(({ keyArn }) => keyArn).join(' '),
): void {
  fn.set(name, setting);
  for (const key of keys) allowOnKey(key, fn, [action], conditions);
  allowOnRole(fn, keys, [action], conditions);
}
