/** The settings in the functions' environment, as the stack would set them, for this machine. */
import { suiteFor } from '../../shared/crypto/suites.ts';
import {
  type Env,
  type EnvName,
  KEY_USES,
  readClassKeyVersions,
  type ServiceKey,
  type VersionedKey,
  WRITERS,
  writeClassKeys,
} from '../../shared/env.ts';
import type { FetchJwks } from '../../shared/identity/agencies/jwks-url.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { externalName } from '../aws/owner-template.ts';
import { SESSION_ROLE } from './aws/kms/key-policies.ts';
import type { KeyStore } from './aws/kms/key-store.ts';
import { type KeyRing, type KeySpec, REGION } from './aws/kms/keys.ts';
import { HOST, roleArn } from './aws/sts.ts';

const KEYS = Object.entries(KEY_USES).map(([name, uses]): [EnvName, string, KeySpec] => {
  const own: Partial<Record<string, KeySpec>> = {
    ...{ log: 'ECC_NIST_EDWARDS25519', national: 'SM2', certificate: 'SM2' },
  };
  const signing = own[name] ?? 'ECC_NIST_P256';
  return [`${name as ServiceKey}Key`, name, 'GenerateMac' in uses ? 'HMAC_256' : signing];
});

/** Keys that the national profile alone has. */
const NATIONAL: readonly EnvName[] = ['nationalKey', 'certificateKey'];

/** The one that tokens for opening data keys need. */
const UNWRAP: readonly EnvName[] = ['unwrapKey'];

/** Name of the log of every local gateway. */
export const LOG_NAME = 'fieldgate.local/log';

/** See `signingKeys` of the stack's settings. */
export type SigningVersions = Readonly<Partial<Record<VersionedKey, readonly number[]>>>;

/** What a gateway may be told. */
export interface Chosen {
  /** The versions in use of the signing keys, the one that signs first. Default: the first version of each. */
  signing?: SigningVersions;
  /** Digest of the code that runs, which the log then names. */
  code?: string;
  /** See `cryptography` of the stack's settings. Default: what the variable `CRYPTOGRAPHY` says. */
  cryptography?: string;
  /** `iam`: only requests that an office's role signed are taken. See `authorization` of the stack's settings. */
  authorization?: 'token' | 'iam';
  /** See `purposes` of the stack's settings. Default: `code`. */
  purposes?: 'code' | 'token';
  /** Departments with the keys of their classes in accounts of their own: the account of each. */
  accounts?: Readonly<Record<string, string>>;
  /** Those of them whose keys are in external key stores. */
  stores?: Readonly<Record<string, KeyStore>>;
  /** In place of the Internet, where agencies publish keys. */
  outside?: { fetchJwks: FetchJwks };
}

/** All settings. Missing keys are created. @param people setting of the issuer of people. */
export function localSettings(
  url: string,
  ring: KeyRing,
  tables: ReadonlyMap<EnvName, string>,
  classes: Iterable<string>,
  people = 'none',
  {
    signing = {},
    accounts = {},
    stores = {},
    authorization = 'token',
    purposes = 'code',
    fields,
    code = 'none',
    cryptography = process.env['CRYPTOGRAPHY'] ?? 'standard',
    tells = false,
  }: Chosen & Partial<Pick<Pack, 'fields'>> & { tells?: boolean } = {},
): Env<EnvName> {
  const settings = new Map<EnvName, string>([
    ['publicUrl', url],
    ['authorization', authorization],
    ['people', people],
    ['cryptography', cryptography],
    ['caseRegister', process.env['CASE_REGISTER'] ?? 'none'],
    ['proofSigner', process.env['PROOF_SIGNER'] ?? 'none'],
    // Independent of this machine's current port, because a log keeps its name.
    ['logName', LOG_NAME],
    ['publicLog', 'yes'],
    ['releaseKey', process.env['RELEASE_KEY'] ?? 'none'],
    ['code', code],
    ...[...NATIONAL, ...UNWRAP].map((name) => [name, 'none'] as const),
    ['tells', tells ? 'yes' : 'no'],
    ['jobLanes', '1'],
    ['checkThreads', '0'],
    ['listLanes', '2'],
    ['sessionRole', roleArn(SESSION_ROLE)],
    ['stsEndpoint', `http://${HOST}/`],
    ['unwrapRoles', [SESSION_ROLE, 'fieldgate-verify', 'fieldgate-maintenance'].join(' ')],
    ...tables,
  ]);
  ring.suite = suiteFor(cryptography);
  const names = [...classes];
  const unused = [...(cryptography === 'national' ? [] : NATIONAL), ...(purposes === 'code' ? UNWRAP : [])];
  const keys = KEYS.filter(([name]) => !unused.includes(name));
  const made = ring.ensureAll([
    ...keys.map(([, alias, spec]) => [`alias/fieldgate/${alias}`, spec] as const),
    ...names.map((name) => [`alias/fieldgate/class/${name}`, 'SYMMETRIC_DEFAULT'] as const),
  ]);
  const arns = made.map((key) => key.arn);
  for (const [index, [name]] of keys.entries()) settings.set(name, arns[index] as string);
  // Of the MAC keys, only these two can get successors without changing agencies' references.
  for (const [index, use] of ['index', 'leak'].entries()) {
    const later = laterVersions(ring, `alias/fieldgate/${use}`);
    settings.set(`${use}Key` as EnvName, [arns[index] as string, ...later].join(' '));
  }
  const versions = (use: VersionedKey, name: string, spec: KeySpec) => {
    const made = ring.ensureAll(
      (signing[use] ?? [1]).map((version) => [
        `alias/fieldgate/${name}${version === 1 ? '' : `/${version}`}`,
        spec,
      ]),
    );
    return made.map(({ arn }) => arn).join(' ');
  };
  for (const use of ['token', 'answer', 'attestation'] as const)
    settings.set(`${use}Key`, versions(use, use, 'ECC_NIST_P256'));
  const writers = WRITERS.map((fn) => [fn, versions('writer', `writer-${fn}`, 'ECC_NIST_EDWARDS25519')]);
  settings.set('writerKeys', writeClassKeys('', Object.fromEntries(writers)));
  const classKeys = names.map((name, index) => {
    const first = arns[keys.length + index] as string;
    return [name, [first, ...laterVersions(ring, `alias/fieldgate/class/${name}`)].join(' ')] as const;
  });
  const own = Object.entries(accounts).map(([owner, account]) => {
    const fieldsOf = [...(fields?.values() ?? [])].filter(({ owners }) => owners.includes(owner));
    const some = [...new Set(fieldsOf.map((field) => field.class))];
    const external = (name: string) =>
      stores[owner] ? externalName({ environment: 'local' }, owner, name) : undefined;
    ring.ensureAll(some.map((name) => [ownAlias(owner, name), 'SYMMETRIC_DEFAULT', account, external(name)]));
    // Versions that the gateway's own key got since do not count: the number of a stored data key's version never changes.
    const before = (name: string) => {
      const since = ring.known(ownAlias(owner, name))?.created ?? 0;
      const versions = classKeys.find(([one]) => one === name)?.[1].split(' ') ?? [];
      return versions.filter((arn) => (ring.known(arn)?.created ?? 0) <= since).length;
    };
    return [owner, { account, ids: Object.fromEntries(some.map((name) => [name, `${before(name)} .`])) }];
  });
  const [head, tail] = [`arn:aws:kms:${REGION}:`, `:${OWN}`];
  settings.set(
    'classKeys',
    writeClassKeys('', Object.fromEntries(classKeys), { head, tail, of: Object.fromEntries(own) }),
  );
  return Object.fromEntries(settings) as Env<EnvName>;
}

/** Name of a department's own key of a class. */
export const ownAlias = (owner: string, name: string) => `${OWN}${owner}/${name}`;
const OWN = 'alias/fieldgate/owner/';

/** Successors of the first key: `alias/…/2`, `alias/…/3` and so on, without a gap. */
function laterVersions(ring: KeyRing, alias: string): string[] {
  const byAlias = new Map(ring.list().map((key) => [key.alias, key.arn]));
  const arns: string[] = [];
  for (let arn = byAlias.get(`${alias}/2`); arn !== undefined; ) {
    arns.push(arn);
    arn = byAlias.get(`${alias}/${arns.length + 2}`);
  }
  return arns;
}

/** Exactly the named settings, as a function's own environment would contain them. */
export function pick<Names extends EnvName>(
  all: Env<EnvName>,
  names: readonly Names[],
  fn: string,
): Env<Names> {
  const own = envOf(all, fn);
  return Object.fromEntries(names.map((name) => [name, own[name]])) as Env<Names>;
}

/** All settings with what differs by function. */
export function envOf<All extends Pick<Env<EnvName>, 'writerKeys'>>(
  all: All,
  fn: string,
): All & Env<'writerKey'> {
  return { ...all, writerKey: writerKeyOf(all, fn) };
}

/** The key that certifies log writers of this function, or `''`. */
export function writerKeyOf({ writerKeys }: Pick<Env<EnvName>, 'writerKeys'>, fn: string): string {
  return (readClassKeyVersions(writerKeys).get(fn) ?? []).join(' ');
}
