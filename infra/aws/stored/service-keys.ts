import { type Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { EnvName, VersionedKey } from '../../../shared/env.ts';
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
  readonly #reference: Key;
  readonly #nonce: Key;
  readonly #log: Key;
  /** By use, the one that signs first. */
  readonly #signing: Readonly<Record<VersionedKey, readonly Key[]>>;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const make = (name: string, use: string, kind: Kind) =>
      lockedKey(this, name, {
        ...{ description: `Fieldgate ${settings.environment}: ${use}`, alias: name.toLowerCase() },
        ...{ kind, settings },
      });
    this.#index = Array.from({ length: settings.indexKeys ?? 1 }, (_, i) =>
      make(i === 0 ? 'Index' : `Index-${i + 1}`, 'blind index of match keys', MAC),
    );
    this.#reference = make('Reference', 'references to a subject, one for each agency', MAC);
    const versions = (name: VersionedKey, use: string, kind: Kind) =>
      inUse(settings, name).map((version) => {
        const id = `${name[0]?.toUpperCase()}${name.slice(1)}`;
        return make(version === 1 ? id : `${id}-${version}`, use, kind);
      });
    const token = versions('token', 'signs access tokens', ES256);
    this.#nonce = make('Nonce', 'server nonces of DPoP proofs for a token', MAC);
    const answer = versions('answer', 'signs sealed answers', ES256);
    const writer = versions('writer', 'certifies the keys of log writers', ED25519);
    this.#log = make('Log', 'signs checkpoints of the log', ED25519);
    const attestation = versions('attestation', 'signs attestations and their status lists', ES256);
    this.#signing = { token, answer, writer, attestation };
  }

  /** The key that names most roles: every function that writes the log uses it. */
  get first(): Key {
    const [key] = this.#signing.writer;
    if (!key) throw new Error('no key certifies writers');
    return key;
  }

  /** May look up a match key. */
  grantIndex(fn: GatewayFunction): void {
    grant(fn, 'indexKey', this.#index, 'GenerateMac', WITH_HMAC);
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

  /** May certify a log writer's own key. */
  grantWriter(fn: GatewayFunction): void {
    grant(fn, 'writerKey', this.#signing.writer, 'Sign', WITH_ED25519);
  }

  /** May sign checkpoints, and fetch the key that certifies writers. */
  grantSequence(fn: GatewayFunction): void {
    grant(fn, 'logKey', [this.#log], 'Sign', WITH_ED25519);
    grant(fn, 'writerKey', this.#signing.writer, 'GetPublicKey');
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
): void {
  fn.set(name, keys.map(({ keyArn }) => keyArn).join(' '));
  for (const key of keys) allowOnKey(key, fn, [action], conditions);
  allowOnRole(fn, keys, [action], conditions);
}
