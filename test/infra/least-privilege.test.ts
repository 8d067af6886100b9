import { describe, expect, it } from 'vitest';
import { WRITERS } from '../../shared/env.ts';
import { type Grant, keyGrants, roleGrants, SESSION } from './grants.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const stack = synthesise();
const grants = roleGrants(stack);
const policies = keyGrants(stack);

const who = (action: string, on: (resource: string) => boolean = () => true) =>
  [
    ...new Set(
      [...grants, ...policies].filter((g) => g.action === action && on(g.resource)).map((g) => g.fn),
    ),
  ].sort();
const table = (name: string) => (resource: string) => resource === name;

describe('the rights of the roles', () => {
  it('lets the sessions of release and verify unwrap data keys, intake make them, maintenance renew them', () => {
    expect(who('kms:Decrypt')).toEqual(['maintenance', SESSION, 'verify']);
    expect(who('kms:GenerateDataKey')).toEqual(['casework', 'intake', 'maintenance']);
    for (const action of ['kms:ReEncryptFrom', 'kms:ReEncryptTo'])
      expect(who(action)).toEqual(['intake', 'maintenance']);
  });

  it('lets only maintenance scan complete tables, except for heads, and replace a key item', () => {
    // Casework and release look which department has an office.
    expect(who('dynamodb:Scan', table('agenciesTable'))).toEqual([
      'casework',
      'maintenance',
      'release',
      'steward',
    ]);
    // Audit reads heads alone; see below.
    expect(who('dynamodb:Scan', table('keysTable'))).toEqual(['audit', 'maintenance']);
    const others = (id: string) => !table('agenciesTable')(id) && !table('keysTable')(id);
    expect(who('dynamodb:Scan', others)).toEqual(['maintenance']);
    expect(who('dynamodb:PutItem', table('agenciesTable'))).toEqual(['steward']);
    expect(who('dynamodb:PutItem', table('keysTable'))).toEqual(['maintenance']);
    expect(who('dynamodb:DeleteItem', table('keysTable'))).toEqual([]);
    expect(who('dynamodb:PutItem', table('jobsTable'))).toEqual(['maintenance']);
  });

  it('lets no role change or delete a log entry, and only the data path put one', () => {
    const actions = grants.filter((g) => table('logTable')(g.resource)).map((g) => g.action);
    expect([...new Set(actions)].sort()).toEqual(
      ['BatchGetItem', 'DescribeTable', 'GetItem', 'PutItem', 'Query'].map((action) => `dynamodb:${action}`),
    );
    // The sequencer closes the chains of writers that are gone; it can forge no entry, having no writer's key.
    expect(who('dynamodb:PutItem', table('logTable'))).toEqual([
      'audit',
      'casework',
      'insight',
      'intake',
      'maintenance',
      'release',
      'sequencer',
      'steward',
      'verify',
      'watch',
    ]);
    const refusal = ofType(stack, 'AWS::DynamoDB::Table').find(([id]) => table('logTable')(id))?.[1]
      .Properties.ResourcePolicy.PolicyDocument.Statement[0];
    expect(refusal.Effect).toBe('Deny');
    expect(refusal.Principal).toEqual({ AWS: '*' });
    expect(refusal.Action).toEqual(expect.arrayContaining(['dynamodb:DeleteItem', 'dynamodb:UpdateItem']));
  });

  it('lets only the token function sign tokens, only release seal answers, and only log writers certify their keys', () => {
    const signs = (key: string) => who('kms:Sign', (resource) => resource.startsWith(`ServiceKeys${key}`));
    expect(signs('Token')).toEqual(['token']);
    expect(signs('Writer')).toEqual(who('dynamodb:PutItem', table('wordsTable')));
    for (const fn of WRITERS) expect(signs(`Writer${fn}`)).toEqual([fn]);
    expect(signs('Answer')).toEqual(['release']);
    expect(signs('Log')).toEqual(['sequencer']);
    expect(signs('Attestation')).toEqual(['verify']);
  });

  it('keeps fields and wrapped keys from every role except intake, release, verify and maintenance', () => {
    const callers = (name: string) => new Set(grants.filter((g) => table(name)(g.resource)).map((g) => g.fn));
    expect([...callers('sheetsTable')].sort()).toEqual([
      'casework',
      'intake',
      'maintenance',
      'release',
      'verify',
    ]);
    expect([...callers('keysTable')].sort()).toEqual([
      'audit',
      'casework',
      'insight',
      'intake',
      'maintenance',
      'release',
      'verify',
      'watch',
    ]);
    const limited = grants.filter(
      (g) =>
        (['audit', 'casework', 'insight', 'watch'].includes(g.fn) && table('keysTable')(g.resource)) ||
        (g.fn === 'casework' && table('sheetsTable')(g.resource)),
    );
    const heads = PACK.departments.map((code) => `head.${code}`);
    const nameOf = ({ fn, action, resource }: (typeof grants)[number]) =>
      `${fn} ${action}${table('sheetsTable')(resource) ? ' of sheets' : ''}`;
    const attributes = new Map([
      ['casework dynamodb:GetItem of sheets', ['subject', 'sheet', 'marks']],
      ...['casework', 'audit'].map((fn): [string, string[]] => [
        `${fn} dynamodb:GetItem`,
        ['subject', 'alias', 'erased', 'collection', 'county', 'area', 'logId', 'joined', ...heads],
      ]),
      ['audit dynamodb:Scan', ['subject', 'logId', ...heads]],
      ...['insight', 'watch'].map(
        (fn) => [`${fn} dynamodb:GetItem`, ['subject', 'logId']] as [string, string[]],
      ),
    ]);
    expect(limited.map(nameOf).sort()).toEqual([...attributes.keys()].sort());
    for (const grant of limited)
      expect(grant.conditions).toEqual({
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes.get(nameOf(grant)) },
        Null: { 'dynamodb:Attributes': 'false' },
      });
  });

  it('keeps index lookups from audit and steward', () => {
    expect(who('kms:GenerateMac', (id) => id.startsWith('ServiceKeysIndex'))).toEqual([
      'casework',
      'insight',
      'intake',
      'maintenance',
      'release',
      'verify',
    ]);
  });

  it('names every action and every resource, except for traces', () => {
    expect(grants.filter((g) => g.action.includes('*'))).toEqual([]);
    expect(new Set(grants.filter((g) => g.resource === '*').map((g) => g.action))).toEqual(
      new Set(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']),
    );
  });

  it('ties each use of a class key to its collection and to classes that the key wraps', () => {
    const uses = ['Decrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'].map((use) => `kms:${use}`);
    const data = policies.filter((g) => uses.includes(g.action));
    const seen = new Set<string>();
    for (const { fn, action, resource, conditions } of data) {
      const { 'kms:EncryptionContext:class': names = [], ...rest } = conditions['StringEquals'] ?? {};
      const { 'aws:PrincipalTag/purpose': purposes, ...place } = rest;
      // Intake moves the key of an upload, and none of a person.
      const upload = fn === 'intake' && action === 'kms:ReEncryptFrom';
      expect(place).toEqual({
        'kms:EncryptionContext:collection': PACK.collection,
        ...(upload && { 'kms:EncryptionContext:subject': 'upload' }),
      });
      for (const name of [names].flat()) {
        const key = PACK.keyOf.get(name)?.replaceAll('-', '');
        expect(resource).toMatch(new RegExp(`^ClassKeys${key}[0-9A-F]{8}$`));
        expect(purposes).toEqual(fn === SESSION ? PACK.openedBy.get(name) : undefined);
        seen.add(`${fn} ${action} ${name}`);
      }
    }
    // Intake three, or casework one for reports of harm; the session of release one, maintenance all four, verify one for each
    // class that it reads.
    const opened = PACK.classes.filter((name) => PACK.openedBy.get(name)?.length);
    expect(seen.size).toBe(
      5 * PACK.classes.length + 2 * PACK.written.length + opened.length + PACK.verified.length,
    );
  });

  it('keeps a key for each restricted class, which can be disabled alone, and one for all others', () => {
    const restricted = PACK.classes.filter((name) => PACK.keyOf.get(name) === name);
    expect(restricted).toHaveLength(11);
    expect(new Set(PACK.keyOf.values())).toEqual(new Set(['ordinary', ...restricted]));
    expect(ofType(stack, 'AWS::KMS::Key').filter(([id]) => id.startsWith('ClassKeys'))).toHaveLength(12);
  });
});

describe('key policies', () => {
  it('delegate administration to the account, but no use of a key', () => {
    const delegated = policies.filter((g) => g.fn === 'account').map((g) => g.action);
    const use = /^kms:(\*|Encrypt|Decrypt|ReEncrypt|Generate|Sign|Verify|DeriveShared|CreateGrant)/;
    expect(delegated.length).toBeGreaterThan(0);
    expect(delegated.filter((action) => use.test(action))).toEqual([]);
  });

  it('equal the rights of the roles', () => {
    const plain = (g: Grant) => `${g.fn} ${g.action} ${g.resource}`;
    const kms = grants.filter((g) => g.action.startsWith('kms:')).map(plain);
    expect(new Set(policies.filter((g) => g.fn !== 'account').map(plain))).toEqual(new Set(kms));
  });
});
