import { type Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { EnvName } from '../../shared/env.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { allowOnKey, allowOnRole, type Conditions, lockedKey } from './locked-key.ts';
import type { Settings } from './settings.ts';

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
  readonly #token: Key;
  readonly #nonce: Key;
  readonly #answer: Key;
  readonly #writer: Key;
  readonly #log: Key;
  readonly #attestation: Key;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const make = (name: string, use: string, kind: { spec: KeySpec; usage: KeyUsage }) =>
      lockedKey(this, name, { description: `Fieldgate ${settings.environment}: ${use}`, kind, settings });
    this.#index = Array.from({ length: settings.indexKeys ?? 1 }, (_, i) =>
      make(i === 0 ? 'Index' : `Index-${i + 1}`, 'blind index of match keys', MAC),
    );
    this.#reference = make('Reference', 'references to a subject, one for each agency', MAC);
    this.#token = make('Token', 'signs access tokens', ES256);
    this.#nonce = make('Nonce', 'server nonces of DPoP proofs for a token', MAC);
    this.#answer = make('Answer', 'signs sealed answers', ES256);
    this.#writer = make('Writer', 'certifies the keys of log writers', ED25519);
    this.#log = make('Log', 'signs checkpoints of the log', ED25519);
    this.#attestation = make('Attestation', 'signs attestations and their status lists', ES256);
  }

  /** May look up a match key. */
  grantIndex(fn: GatewayFunction): void {
    for (const key of this.#index) grant(fn, 'indexKey', key, 'GenerateMac', WITH_HMAC);
    fn.set('indexKey', this.#index.map(({ keyArn }) => keyArn).join(' '));
  }

  /** May turn subject ids into an agency's references and back. */
  grantReferences(fn: GatewayFunction): void {
    grant(fn, 'referenceKey', this.#reference, 'GenerateMac', WITH_HMAC);
  }

  /** May issue access tokens. */
  grantTokenIssue(fn: GatewayFunction): void {
    grant(fn, 'tokenKey', this.#token, 'Sign', WITH_ES256);
    grant(fn, 'nonceKey', this.#nonce, 'GenerateMac', WITH_HMAC);
    this.grantTokenCheck(fn);
  }

  /** May fetch the public key that access tokens are checked with. */
  grantTokenCheck(fn: GatewayFunction): void {
    grant(fn, 'tokenKey', this.#token, 'GetPublicKey');
  }

  /** May sign answers that are sealed to an agency. */
  grantAnswer(fn: GatewayFunction): void {
    grant(fn, 'answerKey', this.#answer, 'Sign', WITH_ES256);
    this.grantAnswerCheck(fn);
  }

  /** May fetch the public key that sealed answers are checked with. */
  grantAnswerCheck(fn: GatewayFunction): void {
    grant(fn, 'answerKey', this.#answer, 'GetPublicKey');
  }

  /** May sign attestations and the lists of revoked ones. */
  grantAttest(fn: GatewayFunction): void {
    grant(fn, 'attestationKey', this.#attestation, 'Sign', WITH_ES256);
    grant(fn, 'attestationKey', this.#attestation, 'GetPublicKey');
  }

  /** May certify a log writer's own key. */
  grantWriter(fn: GatewayFunction): void {
    grant(fn, 'writerKey', this.#writer, 'Sign', WITH_ED25519);
  }

  /** May sign checkpoints, and fetch the key that certifies writers. */
  grantSequence(fn: GatewayFunction): void {
    grant(fn, 'logKey', this.#log, 'Sign', WITH_ED25519);
    grant(fn, 'writerKey', this.#writer, 'GetPublicKey');
    this.grantLogCheck(fn);
  }

  /** May fetch the public key that checkpoints are checked with. */
  grantLogCheck(fn: GatewayFunction): void {
    grant(fn, 'logKey', this.#log, 'GetPublicKey');
  }
}

function grant(fn: GatewayFunction, name: EnvName, key: Key, action: string, conditions?: Conditions): void {
  fn.set(name, key.keyArn);
  allowOnKey(key, fn, [action], conditions);
  allowOnRole(fn, [key], [action], conditions);
}
