/** Keys in a department's account: what its template and the gateway's own roles allow together, by a simulator that others wrote. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { ownerTemplate } from '../../infra/aws/owner-template.ts';
import { openOwners } from '../../infra/local/aws/kms/owners.ts';
import { ACCOUNT } from '../../infra/local/aws/sts.ts';
import { keysOfClass, readClassKeyVersions } from '../../shared/env.ts';
import { deployed } from './deployed.ts';
import {
  ANOTHER,
  functionOf,
  GATEWAY,
  keyFor,
  keysOf,
  nameOf,
  ORGANISATION,
  OWNERS,
  owners,
  placeOf,
  session,
  THEIRS,
} from './owner-keys.ts';
import { ADMINISTRATOR, allows, type Context, type Principal } from './simulate.ts';
import { ofType, PACK, synthesise, VPC } from './synthesise.ts';

const ACTIONS = ['Decrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo', 'Encrypt', 'CreateGrant'];
it('the local KMS decides as the template does: department, class, purpose or function, action', () => {
  const differ: string[] = [];
  const accounts = Object.fromEntries(OWNERS.map((owner) => [owner, THEIRS]));
  const local = openOwners(null, accounts, pack);
  for (const owner of OWNERS) {
    const keys = keysOf(owner);
    for (const [name, key] of PACK.ownKeyOf.get(owner) ?? []) {
      const target = keys.get(`Key${key.replace(/\W/g, '')}`) ?? expect.fail(key);
      const place = { collection: PACK.collection, owner, class: name };
      const compare = (who: Principal, user: string, action: string, purpose?: string) => {
        const context = placeOf(owner, name, { 'aws:PrincipalArn': nameOf(`${user}Role`) });
        const tags = new Map(purpose === undefined ? [] : [['purpose', purpose]]);
        const here = local
          .get(owner)
          ?.allows({ user, action, tags, context: new Map(Object.entries(place)) });
        const there = allows(who, `kms:${action}`, target, context);
        if (here !== there) differ.push(`${owner} ${name} ${user} ${purpose} ${action}: ${here}, ${there}`);
      };
      for (const action of ACTIONS) {
        for (const purpose of PACK.purposes) compare(session(purpose), 'Session', action, purpose);
        for (const fn of ['intake', 'verify', 'casework', 'maintenance']) compare(functionOf(fn), fn, action);
      }
    }
  }
  expect(differ).toEqual([]);
});

it('every class of every department opens for its purposes, by the session of release alone', () => {
  const differ: string[] = [];
  let asked = 0;
  for (const owner of OWNERS) {
    const keys = keysOf(owner);
    for (const [name, key] of PACK.ownKeyOf.get(owner) ?? []) {
      const target = keys.get(`Key${key.replace(/\W/g, '')}`) ?? expect.fail(key);
      const opens = PACK.openedBy.get(name) ?? [];
      for (const purpose of PACK.purposes) {
        const context = placeOf(owner, name, { 'aws:PrincipalArn': nameOf('SessionRole') });
        const got = allows(session(purpose), 'kms:Decrypt', target, context);
        if (got !== opens.includes(purpose)) differ.push(`${owner} ${name} ${purpose}: ${got}`);
        asked += 1;
      }
      const uses = {
        intake: 'GenerateDataKey',
        verify: 'Decrypt',
        casework: 'GenerateDataKey',
        maintenance: 'Decrypt',
      };
      for (const [role, action] of Object.entries(uses)) {
        const may = {
          ...{ intake: PACK.written.includes(name), verify: PACK.verified.includes(name) },
          ...{ casework: PACK.reports.includes(name), maintenance: true },
        }[role];
        const context = placeOf(owner, name, { 'aws:PrincipalArn': nameOf(`${role}Role`) });
        const got = allows(functionOf(role), `kms:${action}`, target, context);
        if (got !== may) differ.push(`${owner} ${name} ${role}: ${got}`);
      }
    }
  }
  expect(differ).toEqual([]);
  expect(asked).toBeGreaterThan(700);
});

// A class of more than one department, which some purposes open and another one does not.
const holders = (name: string) => OWNERS.filter((one) => PACK.ownKeyOf.get(one)?.has(name));
const of =
  PACK.classes.find((name) => {
    const count = PACK.openedBy.get(name)?.length ?? 0;
    return count > 1 && count < PACK.purposes.length && holders(name).length > 1;
  }) ?? expect.fail('no such class');
const [owner = '', other = ''] = holders(of);
const opens = PACK.openedBy.get(of) ?? [];
const [purpose = '', second = ''] = opens;
const closed = PACK.purposes.find((one) => !opens.includes(one)) ?? expect.fail('every purpose opens it');
const elsewhere =
  [...(PACK.ownKeyOf.get(owner) ?? [])].find(([, key]) => key !== PACK.ownKeyOf.get(owner)?.get(of))?.[0] ??
  expect.fail(owner);
const all = ADMINISTRATOR.policies;
const by = (role: string, account?: string): Context => ({ 'aws:PrincipalArn': nameOf(role, account) });
const tagged = (one: string): Context => ({ 'aws:PrincipalTag/purpose': one });
const strange = (account: string, name: string): Principal => ({
  arn: `arn:aws:sts::${account}:assumed-role/${name}/someone`,
  policies: all,
});

interface Case {
  who?: Principal;
  action?: string;
  context?: Context;
  held?: Record<string, string[]>;
  key?: [string, string];
}

it.each<[string, boolean, Case]>([
  ['a session of an allowed purpose', true, {}],
  ['… of another purpose', false, { who: session(closed) }],
  ['… without a purpose', false, { who: { ...session(purpose), tags: {} } }],
  ['another owner in the context', false, { context: { 'kms:EncryptionContext:owner': other } }],
  ['a class of another key', false, { context: { 'kms:EncryptionContext:class': elsewhere } }],
  ['another collection', false, { context: { 'kms:EncryptionContext:collection': 'another' } }],
  ['a caller outside the organisation', false, { context: { 'aws:PrincipalOrgID': 'o-another' } }],
  [
    'the administrator of the gateway, with the tag',
    false,
    { who: strange(GATEWAY, 'Admin'), context: { ...by('Admin'), ...tagged(purpose) } },
  ],
  [
    'release itself, without the session',
    false,
    { who: { ...functionOf('release'), policies: all }, context: by('releaseRole') },
  ],
  [
    'a role of the same name in a third account',
    false,
    { who: strange(ANOTHER, 'SessionRole'), context: { ...by('SessionRole', ANOTHER), ...tagged(purpose) } },
  ],
  ['a session role without a policy of its own', false, { who: { ...session(purpose), policies: [] } }],
  ['a purpose that the owner holds', false, { held: { HeldPurposes: [purpose] } }],
  ['… and another one meanwhile', true, { held: { HeldPurposes: [purpose] }, who: session(second) }],
  ['a class that the owner holds', false, { held: { HeldClasses: [of] } }],
  ['… and another class of the key meanwhile', true, { held: { HeldClasses: [elsewhere] } }],
  [
    'intake that makes a data key',
    true,
    { who: functionOf('intake'), action: 'GenerateDataKey', context: by('intakeRole') },
  ],
  [
    'intake that opens one',
    false,
    { who: { ...functionOf('intake'), policies: all }, context: by('intakeRole') },
  ],
  [
    "the owner's administrator, by rights of its own",
    false,
    { who: strange(THEIRS, 'Admin'), context: by('Admin', THEIRS) },
  ],
  [
    "the owner's administrator, who disables the key",
    true,
    { who: strange(THEIRS, 'Admin'), action: 'DisableKey', context: by('Admin', THEIRS) },
  ],
  [
    "the gateway's administrator, who disables it",
    false,
    { who: strange(GATEWAY, 'Admin'), action: 'DisableKey', context: by('Admin') },
  ],
  [
    "the gateway's administrator, who changes its policy",
    false,
    { who: strange(GATEWAY, 'Admin'), action: 'PutKeyPolicy', context: by('Admin') },
  ],
  [
    'anyone who makes a grant',
    false,
    { who: strange(THEIRS, 'Admin'), action: 'CreateGrant', context: by('Admin', THEIRS) },
  ],
  [
    'maintenance that moves a data key here',
    true,
    { who: functionOf('maintenance'), action: 'ReEncryptTo', context: by('maintenanceRole') },
  ],
  [
    'maintenance that moves one from here, of a class that the owner holds',
    false,
    {
      ...{ who: functionOf('maintenance'), action: 'ReEncryptFrom', context: by('maintenanceRole') },
      held: { HeldClasses: [of] },
    },
  ],
  [
    'maintenance that moves one from here to the key of another owner',
    false,
    {
      who: functionOf('maintenance'),
      action: 'ReEncryptTo',
      context: by('maintenanceRole'),
      key: [other, of],
    },
  ],
])(
  '%s: %s',
  (_, may, { who = session(purpose), action = 'Decrypt', context = {}, held = {}, key = [owner, of] }) => {
    const place = placeOf(owner, of, {
      'aws:PrincipalOrgID': ORGANISATION,
      ...by('SessionRole'),
      ...context,
    });
    expect(allows(who, `kms:${action}`, keyFor(...key, held, ORGANISATION), place)).toBe(may);
  },
);

const HOST = 'gateway.example';
const providerOf = (host: string, account = GATEWAY) => `arn:aws:iam::${account}:oidc-provider/${host}`;
it.each<[string, boolean, string | undefined]>([
  ['a token of the issuer', true, providerOf(HOST)],
  ['the word of a role alone', false, undefined],
  ['a token of another issuer', false, providerOf('another.example')],
  ['a token of this issuer in another account', false, providerOf(HOST, ANOTHER)],
])('a key that names the issuer opens for a purpose by %s: %s, in AWS and here', (_, may, provider) => {
  const context = {
    ...placeOf(owner, of, by('SessionRole')),
    ...(provider !== undefined && { 'aws:FederatedProvider': provider }),
  };
  expect(allows(session(purpose), 'kms:Decrypt', keyFor(owner, of, {}, undefined, HOST), context)).toBe(may);
  const folder = mkdtempSync(join(tmpdir(), 'owner-'));
  const served = { environment: 'local', account: ACCOUNT, multiRegion: false };
  mkdirSync(join(folder, owner));
  const template = ownerTemplate(PACK, served, { owner, issuer: HOST });
  writeFileSync(join(folder, owner, 'template.json'), JSON.stringify(template));
  const asking = {
    ...{ user: 'Session', action: 'Decrypt', tags: new Map([['purpose', purpose]]) },
    context: new Map(Object.entries({ collection: PACK.collection, owner, class: of })),
    provider: provider?.replace(GATEWAY, ACCOUNT),
  };
  const local = openOwners(folder, { [owner]: THEIRS }, pack).get(owner);
  expect(local?.allows(asking)).toBe(may);
  // What no purpose bounds comes with no token.
  const renews = { ...asking, user: 'maintenance', tags: new Map(), provider: undefined };
  expect(local?.allows(renews)).toBe(true);
  rmSync(folder, { recursive: true });
});

it("functions name the gateway's first version and then the department's key, by its alias, and fit 4 KB", () => {
  const versions = { from: 1, to: 2 };
  const ordinary = {
    ordinary: 1,
    ...Object.fromEntries(PACK.classes.map((name) => [PACK.keyOf.get(name), 1])),
  };
  const settings = {
    owners: Object.fromEntries(OWNERS.map((one) => [one, { account: THEIRS, after: ordinary }])),
    classKeys: Object.fromEntries([...PACK.keyOf.values()].map((key) => [key, versions])),
  };
  const rotating = synthesise('prod', { ...settings, vpc: VPC });
  const sizes = ofType(rotating, 'AWS::Lambda::Function').map(([id, { Properties }]) => {
    const variables = deployed(rotating, Properties.Environment?.Variables ?? {}) as Record<string, string>;
    return { id, variables, size: Buffer.byteLength(JSON.stringify(variables)) };
  });
  for (const { id, size } of sizes) expect([id, size, size < 4096]).toEqual([id, size, true]);
  const release = sizes.find(({ id }) => id.startsWith('release'))?.variables['CLASS_KEYS'] ?? '';
  const keys = readClassKeyVersions(release);
  const ours = keysOfClass(keys, { owner: 'NOBODY', class: of });
  expect(ours).toHaveLength(2);
  expect(keysOfClass(keys, { owner, class: of })).toEqual([
    ours[0],
    `${ours[0]?.split(':', 4).join(':')}:${THEIRS}:alias/fieldgate-prod/${owner}/${PACK.ownKeyOf.get(owner)?.get(of)}`,
  ]);
  for (const one of OWNERS)
    for (const [name, key] of PACK.ownKeyOf.get(one) ?? [])
      expect(keysOfClass(keys, { owner: one, class: name }).at(-1)).toMatch(new RegExp(`/${one}/${key}$`));
  const policies = ofType(rotating, 'AWS::IAM::Policy').map(
    ([, { Properties }]) => JSON.stringify(deployed(rotating, Properties.PolicyDocument)).length,
  );
  expect(Math.max(...policies)).toBeLessThan(10_240);
});

it('refuses settings that could not be read back', () => {
  const rotated = { classKeys: { ordinary: { from: 1, to: 2 } }, owners };
  expect(() => synthesise('dev', rotated)).toThrow('after how many versions');
  expect(() => synthesise('dev', { owners: { NOBODY: { account: THEIRS } } })).toThrow('"NOBODY"');
});
