/** The policies of the local KMS, compared with those of the synthesised template: every key, role and action. */
import { expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { keyPolicies, SESSION_ROLE, sessionTrust } from '../../infra/local/aws/kms/key-policies.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localSettings, writerKeyOf } from '../../infra/local/settings.ts';
import { type EnvName, readClassKeys, WRITERS } from '../../shared/env.ts';
import { keyGrants, SESSION } from '../infra/grants.ts';
import { CHINA, PACK, synthesise } from '../infra/synthesise.ts';

const ACTIONS = ['Decrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];
const SERVICE_ACTIONS = [...ACTIONS, 'GenerateMac', 'Sign', 'GetPublicKey', 'DescribeKey'];
const FUNCTIONS = [...Object.keys(ROUTES), ...SCHEDULED];
const PURPOSES = [...pack.purposes.keys(), ''];

const mayUse = keyPolicies(pack);
/** Under the setting, of which the stack in China has the national value. */
const under = (cryptography: 'standard' | 'national') => {
  const ring = openKeyRing(null, Date.now);
  const chosen = { cryptography };
  const env = localSettings('http://gate.example', ring, new Map(), pack.classes.keys(), 'none', chosen);
  const template = synthesise('dev', cryptography === 'national' ? CHINA : {});
  const granted = keyGrants(template).filter(({ fn }) => fn !== 'account');
  const services = (Object.keys(env) as EnvName[])
    // The key of releases is none of KMS.
    .filter((name) => /Key$/.test(name) && name !== 'releaseKey' && env[name] !== 'none')
    .map(
      (name) => [ring.find(env[name]), `ServiceKeys${name.replace(/^./, (c) => c.toUpperCase())}`] as const,
    );
  const writers = WRITERS.map((fn) => [ring.find(writerKeyOf(env, fn)), `ServiceKeysWriter${fn}`] as const);
  return { ring, env, granted, services, writers };
};
const { ring, env, granted } = under('standard');

/** Local key to what its counterpart is called in the template. */
const classes = [...readClassKeys(env.classKeys)].map(
  ([name, arn]) => [ring.find(arn), `ClassKeys${PACK.keyOf.get(name)?.replaceAll('-', '')}`, name] as const,
);

const principal = (fn: string, purpose?: string) => ({
  role: fn === SESSION ? SESSION_ROLE : `fieldgate-${fn}`,
  session: 'test',
  tags: new Map(purpose === undefined ? [] : [['purpose', purpose]]),
});

it('are those of the class keys: role, action and purpose', () => {
  let allowed = 0;
  for (const [key, id, name] of classes) {
    // Several classes share a key; a statement names those that it is about.
    const grants = granted.filter(
      ({ resource, conditions }) =>
        new RegExp(`^${id}[0-9A-F]{8}$`).test(resource) &&
        conditions['StringEquals']?.['kms:EncryptionContext:class']?.includes(name),
    );
    const context = new Map([
      ['collection', pack.collection],
      ['class', name],
    ]);
    for (const action of ACTIONS) {
      const of = (fn: string) => grants.find((grant) => grant.fn === fn && grant.action === `kms:${action}`);
      const upload = of('intake')?.conditions['StringEquals']?.['kms:EncryptionContext:subject'];
      const asked = new Map([...context, ...(upload ? [['subject', String(upload)] as const] : [])]);
      const here = FUNCTIONS.filter((fn) => mayUse(principal(fn), action, key, asked));
      expect([name, action, here]).toEqual([name, action, FUNCTIONS.filter(of)]);
      if (upload) expect(mayUse(principal('intake'), action, key, context)).toBe(false);
      const purposes = PURPOSES.filter((one) => mayUse(principal(SESSION, one), action, key, context));
      const listed = [of(SESSION)?.conditions['StringEquals']?.['aws:PrincipalTag/purpose'] ?? []].flat();
      expect([name, action, purposes.toSorted()]).toEqual([name, action, listed.toSorted()]);
      allowed += here.length + purposes.length;
    }
    for (const other of [new Map([['class', name]]), new Map(context).set('class', 'another')])
      expect(mayUse(principal('intake'), 'GenerateDataKey', key, other)).toBe(false);
  }
  expect(allowed).toBeGreaterThan(5 * PACK.classes.length);
});

it.each([
  ['standard', 8],
  ['national', 10],
] as const)("are those of the gateway's own keys under the setting %s", (cryptography, count) => {
  const { granted, services, writers } = under(cryptography);
  expect(services).toHaveLength(count);
  for (const [key, id] of [...services, ...writers]) {
    const grants = granted.filter(({ resource }) =>
      new RegExp(`^${id.replace(/Key$/, '')}[0-9A-F]{8}$`).test(resource),
    );
    expect(grants.length).toBeGreaterThan(0);
    for (const action of SERVICE_ACTIONS) {
      const there = FUNCTIONS.filter((fn) => grants.some((g) => g.fn === fn && g.action === `kms:${action}`));
      const here = FUNCTIONS.filter((fn) => mayUse(principal(fn), action, key, new Map()));
      expect([id, action, here]).toEqual([id, action, there]);
      expect(mayUse(principal(SESSION, 'S1'), action, key, new Map())).toBe(false);
    }
  }
});

it('trust the session to the purposes that release serves', () => {
  expect([...sessionTrust(pack).purposes].toSorted()).toEqual(PACK.purposes.toSorted());
});
