import { describe, expect, it } from 'vitest';
import { SCHEDULED } from '../../infra/aws/routes.ts';
import { readPeople } from '../../shared/identity/people/people.ts';
import { ofType, synthesise } from './synthesise.ts';

const dev = synthesise();
const prod = synthesise('prod');
const one = (type: string, stack = prod) => ofType(stack, type)[0]?.[1].Properties;

describe('the user pool', () => {
  it('has accounts made only by an administrator, each with a one-time code', () => {
    const pool = one('AWS::Cognito::UserPool');
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
      DeletionProtection: 'ACTIVE',
    });
    expect(ofType(dev, 'AWS::Cognito::UserPool')[0]?.[1].Properties.UserPoolAddOns).toBeUndefined();
  });

  it('logs people in only by the code flow, for programs without a secret', () => {
    expect(one('AWS::Cognito::UserPoolClient')).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      PreventUserExistenceErrors: 'ENABLED',
      CallbackURLs: ['http://localhost:8792/callback'],
      SupportedIdentityProviders: ['COGNITO'],
    });
    expect(one('AWS::Cognito::UserPoolClient').ExplicitAuthFlows).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
  });

  it('answers a login of the command line and the local console at ports of their own', () => {
    const local = ofType(prod, 'AWS::Cognito::UserPoolClient').flatMap(([, { Properties }]) =>
      (Properties.CallbackURLs as unknown[]).filter(
        (url): url is string => typeof url === 'string' && url.includes('localhost'),
      ),
    );
    expect(local).toHaveLength(2);
    expect(new Set(local.map((url) => new URL(url).port)).size).toBe(2);
  });

  it('has a group for each role and office', () => {
    const names = ofType(prod, 'AWS::Cognito::UserPoolGroup').map(
      ([, { Properties }]) => Properties.GroupName,
    );
    expect(names.sort()).toEqual([
      'audit',
      'casework',
      'office:audit-office',
      'office:steward-office',
      'release',
      'steward',
      'supervisor',
      'verify',
    ]);
  });
});

it('gives every called function the settings for tokens, and lets no function use the pool', () => {
  for (const [id, { Properties }] of ofType(prod, 'AWS::Lambda::Function')) {
    const { PEOPLE } = Properties.Environment?.Variables ?? {};
    // The console takes no calls of people: it sends the same files to every caller.
    if (id.startsWith('console')) continue;
    if (SCHEDULED.some((name) => id.startsWith(name))) continue;
    const people = readPeople(typeof PEOPLE === 'string' ? PEOPLE : joined(PEOPLE));
    expect(people).toMatchObject({
      kind: 'cognito',
      bearer: true,
      algorithm: 'RS256',
      scope: 'fieldgate/act',
      roles: 'cognito:groups',
    });
    expect(people?.issuer).toMatch(/^https:\/\/cognito-idp\.x\.x\/x$/);
  }
  const policies = [...ofType(prod, 'AWS::IAM::Policy'), ...ofType(prod, 'AWS::IAM::ManagedPolicy')];
  expect(JSON.stringify(policies)).not.toContain('cognito');
});

it('allows another issuer instead of a pool, or none', () => {
  const setting = JSON.stringify({
    issuer: 'https://login.example',
    kind: 'at+jwt',
    audience: 'https://gate.example',
    algorithm: 'ES256',
    roles: 'roles',
    office: 'office',
  });
  const other = synthesise('prod', { people: { issuer: 'other', setting } });
  expect(ofType(other, 'AWS::Cognito::UserPool')).toEqual([]);
  expect(ofType(other, 'AWS::Lambda::Function')[0]?.[1].Properties.Environment.Variables.PEOPLE).toBe(
    setting,
  );
  const none = synthesise('prod', { people: { issuer: 'none' } });
  expect(ofType(none, 'AWS::Lambda::Function')[0]?.[1].Properties.Environment.Variables.PEOPLE).toBe('none');
});

/** What CloudFormation would make of a join; references stand as `x`. */
function joined(value: { 'Fn::Join': [string, (string | object)[]] }): string {
  return value['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'x')).join('');
}
