import { Aws, CfnOutput, Duration } from 'aws-cdk-lib';
import {
  AccountRecovery,
  type CfnUserPoolClient,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { kept } from '../removal-policy.ts';
import type { Settings } from '../settings.ts';

/** The Cognito settings. */
export type CognitoSettings = Extract<Settings['people'], { issuer: 'cognito' }>;

/** What people may do: groups of the pool, in addition to the roles of the pack and one `office:<client id>` for each office. */
const ACTIONS = ['audit', 'steward', 'casework', 'release', 'verify'];
const SCOPE = 'act';
/** Where `fieldgate console` serves the pages from the auditor's own machine. */
const RELAY = 'http://localhost:8791/console/';

/**
 * The people of the gateway: auditors, stewards, clerks. Only an administrator of the AWS account creates their accounts,
 * each with a password and one-time codes from an app. Programs log them in by the code flow with PKCE and hold no
 * secret. No function may call the pool: functions fetch its public keys over HTTPS.
 */
export class People extends Construct {
  /** The functions' setting, in the form that `shared/identity/people` reads. */
  readonly setting: string;
  /** The same setting for the function that describes the login to programs. */
  readonly settingWithLogin: string;

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    { callbackUrl, offices, plus }: CognitoSettings,
    { publicUrl, roles }: { publicUrl: string; roles: readonly string[] },
  ) {
    super(scope, id);
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      signInCaseSensitive: false,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      // A person who loses the password or the app turns to the administrator, who can identify the person.
      accountRecovery: AccountRecovery.NONE,
      passwordPolicy: {
        ...{ minLength: 14, requireDigits: true, requireLowercase: true, requireSymbols: true },
        ...{ requireUppercase: true, tempPasswordValidity: Duration.days(2) },
      },
      featurePlan: plus ? FeaturePlan.PLUS : FeaturePlan.ESSENTIALS,
      ...(plus && { standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION }),
      deletionProtection: settings.retain,
      removalPolicy: kept(settings),
    });
    for (const name of [...ACTIONS, ...roles, ...offices.map((office) => `office:${office}`)]) {
      new CfnUserPoolGroup(this, `Group-${name.replace(':', '-')}`, {
        userPoolId: pool.userPoolId,
        groupName: name,
      });
    }
    const scopeOf = new ResourceServerScope({ scopeName: SCOPE, scopeDescription: 'act in the gateway' });
    const server = pool.addResourceServer('Gateway', { identifier: 'fieldgate', scopes: [scopeOf] });
    const options = {
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(1),
    };
    const addClient = (name: string, callbackUrls: string[], logoutUrls: string[] = []) => {
      const scopes = [OAuthScope.OPENID, OAuthScope.resourceServer(server, scopeOf)];
      const oAuth = { flows: { authorizationCodeGrant: true }, scopes, callbackUrls, logoutUrls };
      const added = pool.addClient(name, { ...options, oAuth });
      // Explicit, because by default passwords could be sent to Cognito's API; logins use the login page only.
      (added.node.defaultChild as CfnUserPoolClient).explicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH'];
      return added;
    };
    const client = addClient('Program', [callbackUrl]);
    const redirectUri = `${publicUrl}/console/`;
    const page = addClient('Console', [redirectUri, RELAY], [redirectUri]);
    const domain = pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `fieldgate-${settings.environment}-${Aws.ACCOUNT_ID}` },
    });
    const setting = settingFor(pool, client);
    const login = {
      clientId: client.userPoolClientId,
      scope: `openid fieldgate/${SCOPE}`,
      redirectUri: callbackUrl,
    };
    this.setting = JSON.stringify(setting);
    const authorize = `${domain.baseUrl()}/oauth2/authorize`;
    const clientId = page.userPoolClientId;
    const logout = `${domain.baseUrl()}/logout?client_id=${clientId}&logout_uri=${redirectUri}`;
    const console = { clientId, redirectUri, authorize, logout };
    this.settingWithLogin = JSON.stringify({ ...setting, login, console });
    new CfnOutput(this, 'UserPool', { value: pool.userPoolId, description: 'where people get accounts' });
    acknowledge(this, plus ? {} : WITHOUT_PLUS);
  }
}

/**
 * The setting of the issuer of people. Only the function that describes the login to programs needs all of it.
 * @param to.roles of people, as the pack names them
 */
export function peopleOf(
  stack: Construct,
  settings: Settings,
  to: { publicUrl: string; roles: readonly string[] },
): (name: string) => string {
  const { people } = settings;
  if (people.issuer === 'none') return () => 'none';
  if (people.issuer === 'other') return () => people.setting;
  const pool = new People(stack, 'People', settings, people, to);
  return (name) => (name === 'token' ? pool.settingWithLogin : pool.setting);
}

function settingFor(pool: UserPool, client: UserPoolClient): object {
  const issuer = `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${pool.userPoolId}`;
  return { kind: 'cognito', issuer, audience: client.userPoolClientId };
}

const WITHOUT_PLUS = {
  'AwsSolutions-COG3': 'Threat protection needs the Plus plan, which a development stack need not pay for.',
  'AwsSolutions-COG8': 'As above: the Plus plan is for pools of real people.',
};
