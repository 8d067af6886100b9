import { describe, expect, it } from 'vitest';
import { ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { completed } from '../../infra/aws/told.ts';
import {
  allows,
  type Context,
  classKeys,
  purposeSession,
  roleSession,
  roleTarget,
  targets,
} from './simulate.ts';
import { deployed, ofType, PACK, synthesise, VPC } from './synthesise.ts';

/** The exact rights of release's sessions, by purpose. */
const INTENDED: readonly (readonly [name: string, purposes: string])[] = [
  ['facts', 'D1 E1 F1 H1 J1 J2 K1 M1 R1 S1 W1 W2 W3 W4 X1'],
  ['identity-name', 'D1 E1 F1 H1 J1 J2 K1 R1 S1 W1 W2 W3 W4 X1'],
  ['identity-number', 'D1 E1 H1 J1 J2 K1 R1 S1 W1 W2 W3 W4 X1'],
  ['identity-sex', 'D1 E1 F1 H1 J1 J2 K1 R1 S1 W1 W3 W4 X1'],
  ['identity-ethnicity', 'J1 W4 X1'],
  ['contact-hukou', 'D1 J1 J2 R1 S1 W1 W3 W4 X1'],
  ['contact-residence', 'D1 E1 F1 J1 J2 R1 S1 W1 W3 W4 X1'],
  ['contact-phone', 'E1 J1 J2 R1 W3 W4 X1'],
  ['contact-placement', 'E1 J1 W4 X1'],
  ['family-parents', 'E1 J1 J2 R1 W1 W3 W4 X1'],
  ['family-status', 'E1 J1 J2 R1 S1 W1 W3 W4 X1'],
  ['family-household', 'D1 J1 J2 S1 W1 W3 W4 X1'],
  ['family-adoption', 'J1 K1 W4'],
  ['guardian-relation', 'D1 E1 F1 H1 J1 J2 R1 S1 W1 W2 W3 W4 X1'],
  ['guardian-phone', 'D1 E1 F1 H1 J1 J2 R1 S1 W1 W2 W3 W4 X1'],
  ['guardian-carer', 'D1 E1 H1 J1 R1 S1 W1 W3 W4 X1'],
  ['health-status', 'D1 E1 F1 H1 J1 J2 R1 S1 W1 W3 W4 X1'],
  ['health-illness', 'D1 E1 H1 J1 W1 W4 X1'],
  ['health-record', 'E1 H1 J1 W4 X1'],
  ['health-mental', 'E1 H1 J1 S1 W3 W4 X1'],
  ['health-hiv', 'H1 J1 W1 W4 X1'],
  ['disability-certificate', 'D1 J1 W1 W4 X1'],
  ['disability-category', 'D1 E1 F1 H1 J1 J2 S1 W1 W3 W4 X1'],
  ['disability-level', 'D1 E1 H1 J1 S1 W1 W3 W4 X1'],
  ['education-school', 'E1 J1 R1 S1 W3 W4 X1'],
  ['education-number', 'J1 S1 W4 X1'],
  ['education-status', 'D1 F1 J1 S1 W1 W3 W4 X1'],
  ['education-assessment', 'D1 S1 X1'],
  ['welfare-category', 'D1 J1 J2 S1 W1 W3 W4 X1'],
  ['welfare-benefits', 'D1 J1 J2 S1 W1 W2 W3 W4 X1'],
  ['welfare-account', 'W2 X1'],
  ['welfare-notes', 'E1 J1 R1 W1 W3 W4 X1'],
  ['judicial-harm', 'E1 H1 J1 J2 R1 S1 W3 W4 X1'],
  ['judicial-case', 'E1 J1 J2 W4'],
  ['portrait-photo', 'E1 J1 W1 W4 X1'],
  ['portrait-recording', 'J1'],
  ['portrait-scan', 'J1 W1 W4 X1'],
  ['harm-report', 'R1'],
  ['harm-reporter', 'R1'],
];

const stack = synthesise();
const context = (name: string, collection = PACK.collection): Context => ({
  'kms:EncryptionContext:collection': collection,
  'kms:EncryptionContext:class': name,
});
const session = (purpose: string) => purposeSession(stack, { agency: 'edu-county', purpose });
const opens = (who: ReturnType<typeof session>, name: string, given = context(name)) => {
  const [key = expect.fail(`no key of ${name}`)] = classKeys(stack, name);
  return allows(who, 'kms:Decrypt', key, given);
};

describe('a session of release', () => {
  it('unwraps the classes that its purpose opens, in the whole matrix of purposes and classes', () => {
    const purposes = [...PACK.purposes, 'PX3', 'C1', 'A1', 's1', ''];
    const found = PACK.classes.map((name) => [
      name,
      purposes.filter((purpose) => opens(session(purpose), name)).join(' '),
    ]);
    expect(found).toEqual(INTENDED);
    // Neither all nor nothing: the matrix says something.
    const allowed = INTENDED.flatMap(([, list]) => (list === '' ? [] : list.split(' '))).length;
    expect(allowed).toBeGreaterThan(PACK.classes.length);
    expect(allowed).toBeLessThan((PACK.classes.length * PACK.purposes.length * 9) / 10);
  });

  it('needs the tag, the class and the collection: each twin differs in one of them', () => {
    // Two classes of one key: KMS compares the authenticated context.
    const [name, other] = ['education-school', 'identity-ethnicity'];
    expect(classKeys(stack, name)).toEqual(classKeys(stack, other));
    expect(opens(session('S1'), name)).toBe(true);
    expect(opens(session('F1'), name)).toBe(false);
    expect(opens(purposeSession(stack, { agency: 'edu-county' }), name)).toBe(false);
    expect(opens(session('S1'), name, context(other))).toBe(false);
    expect(opens(session('S1'), name, context(name, 'others'))).toBe(false);
    expect(opens(session('S1'), name, {})).toBe(false);
  });

  it('may only call Decrypt, and use no other key or table', () => {
    const actions = [
      'Encrypt',
      'GenerateDataKey',
      'ReEncryptFrom',
      'ReEncryptTo',
      'CreateGrant',
      'PutKeyPolicy',
    ];
    for (const [id, target] of targets(stack)) {
      const [, , service] = target.arn.split(':');
      const tried =
        service === 'kms'
          ? actions.map((a) => `kms:${a}`)
          : ['GetItem', 'Query', 'PutItem'].map((a) => `dynamodb:${a}`);
      expect([id, tried.filter((action) => allows(session('S1'), action, target, context('facts')))]).toEqual(
        [id, []],
      );
    }
  });

  it('gives no rights to the function itself', () => {
    const [role = ''] = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith('releaseRole')) ?? [];
    const tagged = { ...roleSession(stack, role), tags: { 'aws:PrincipalTag/purpose': 'S1' } };
    for (const name of PACK.classes) expect(opens(tagged, name)).toBe(false);
  });
});

describe('the role of the session', () => {
  const others = [...Object.keys(ROUTES), ...SCHEDULED].filter((name) => name !== 'release');
  const target = roleTarget(stack, 'SessionRole');
  const tags = (given: Record<string, string>, more: Context = {}): Context => ({
    ...Object.fromEntries(Object.entries(given).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': Object.keys(given),
    ...more,
  });
  const may = (fn: string, given: Context) => {
    const [role = ''] = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`)) ?? [];
    const asks = (action: string) => allows(roleSession(stack, role), action, target, given);
    return asks('sts:AssumeRole') && asks('sts:TagSession');
  };
  const right = { agency: 'edu-county', purpose: 'S1' };

  it.each([
    ['agency and purpose', tags(right), true],
    ['no tags', {}, false],
    ['no agency', tags({ purpose: 'S1' }), false],
    ['an empty agency', tags({ ...right, agency: '' }), false],
    ['no purpose', tags({ agency: 'edu-county' }), false],
    ['a purpose of another route', tags({ ...right, purpose: 'C1' }), false],
    ['a prohibited purpose', tags({ ...right, purpose: 'PX3' }), false],
    ['a third tag', tags({ ...right, role: 'steward' }), false],
    ['transitive tags', tags(right, { 'sts:TransitiveTagKeys': ['purpose'] }), false],
  ])('is assumed by release with %s: %s', (_, given, allowed) => {
    expect(may('release', given)).toBe(allowed);
  });

  it.each(others)('is not assumed by %s', (fn) => {
    expect(may(fn, tags(right))).toBe(false);
  });
});

describe('the role of the session, if a token of the issuer says the purpose', () => {
  const domain = { name: 'gate.example', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' };
  const trustOf = (purposes: 'code' | 'both' | 'token') => {
    const made = synthesise('dev', { purposes, domain });
    const [, role] = ofType(made, 'AWS::IAM::Role').find(([id]) => id.startsWith('SessionRole')) ?? [];
    const statements: { Action: string[]; Principal: object; Condition: object }[] =
      role?.Properties.AssumeRolePolicyDocument.Statement;
    return { made, statements, actions: statements.flatMap(({ Action }) => Action) };
  };

  it('trusts the issuer alone, with the same tags, and the function has no right to assume it', () => {
    const { made, statements, actions } = trustOf('token');
    expect(actions).toEqual(['sts:AssumeRoleWithWebIdentity', 'sts:TagSession']);
    const [issuer] = ofType(made, 'AWS::IAM::OIDCProvider');
    expect(issuer?.[1].Properties).toEqual({
      Url: 'https://gate.example',
      ClientIdList: ['fieldgate-unwrap'],
    });
    const before = trustOf('code').statements;
    for (const [i, { Principal, Condition }] of statements.entries()) {
      expect(JSON.stringify(Principal)).toContain(':oidc-provider/gate.example');
      expect(Condition).toEqual(before[i]?.Condition);
    }
    const asks = (of: typeof made) => {
      const [id = ''] = ofType(of, 'AWS::IAM::Role').find(([name]) => name.startsWith('releaseRole')) ?? [];
      const policies = roleSession(of, id).policies as { Statement: { Effect: string }[] }[];
      const own = policies.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow');
      return JSON.stringify(own).includes('sts:AssumeRole');
    };
    expect([asks(trustOf('code').made), asks(made)]).toEqual([true, false]);
  });

  it('trusts both for the time of a change, and makes the key that hides tokens', () => {
    expect(trustOf('both').actions).toEqual([
      ...['sts:AssumeRole', 'sts:TagSession'],
      ...['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
    ]);
    const settingOf = (purposes: 'code' | 'both' | 'token') =>
      ofType(trustOf(purposes).made, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
        const key = Properties.Environment.Variables.UNWRAP_KEY;
        return key === undefined ? [] : [[id.replace(/[A-Z0-9]+$|Function.*$/, ''), key === 'none']];
      });
    for (const [purposes, none] of [
      ['code', true],
      ['both', false],
      ['token', false],
    ] as const)
      expect(settingOf(purposes).map(([, said]) => said)).toEqual([none, none]);
  });

  it.each([
    ['without a domain', {}],
    [
      'with certificates of clients',
      { domain: { ...domain, clients: { bucket: 'b', key: 'k', version: 'v' } } },
    ],
    ['behind IAM', { domain, authorization: 'iam' as const }],
    ['in a private network', { domain, vpc: VPC }],
  ])('is refused %s', (_, changes) => {
    const settings = { ...deployed('dev', changes), purposes: 'token' as const };
    expect(() => completed(settings, () => undefined)).toThrow('purposes is token');
    expect(() => completed({ ...settings, purposes: 'code' }, () => undefined)).not.toThrow();
  });
});
