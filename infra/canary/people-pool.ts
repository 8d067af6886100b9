/**
 * People for one journey. A pool of Cognito of their own is the issuer of two throwaway offices: the stack's pool demands a code of an
 * app, which a command can't show. It exists for minutes.
 */
import { randomBytes } from 'node:crypto';

type Aws = (...words: string[]) => unknown;

export interface Pool {
  /** The issuer of an office's own people, as its record has it. */
  setting: string;
  /** An access token of a person who logs in now. @param name of an account; it is made at the first time */
  logIn(name: string): string;
  remove(): void;
}

export function peoplePool(aws: Aws, region: string): Pool {
  const made = <T>(...words: string[]) => aws('cognito-idp', ...words) as T;
  const { UserPool } = made<{ UserPool: { Id: string } }>(
    'create-user-pool',
    '--pool-name',
    'fieldgate-smoke',
  );
  const pool = ['--user-pool-id', UserPool.Id];
  const { UserPoolClient } = made<{ UserPoolClient: { ClientId: string } }>(
    ...['create-user-pool-client', ...pool, '--client-name', 'smoke'],
    ...['--explicit-auth-flows', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  );
  const client = UserPoolClient.ClientId;
  const passwords = new Map<string, string>();
  return {
    setting: JSON.stringify({
      ...{ kind: 'cognito', issuer: `https://cognito-idp.${region}.amazonaws.com/${UserPool.Id}` },
      // What Cognito says of a login without its pages.
      ...{ audience: client, scope: 'aws.cognito.signin.user.admin' },
    }),
    logIn(name) {
      const user = [...pool, '--username', name];
      // A letter comes first: the command line takes a value that begins with "-" as an option.
      const password = passwords.get(name) ?? `aA1!${randomBytes(24).toString('base64url')}`;
      if (!passwords.has(name)) {
        made('admin-create-user', ...user, '--message-action', 'SUPPRESS');
        made('admin-set-user-password', ...user, '--password', password, '--permanent');
        passwords.set(name, password);
      }
      const { AuthenticationResult } = made<{ AuthenticationResult: { AccessToken: string } }>(
        ...['admin-initiate-auth', ...pool, '--client-id', client, '--auth-flow', 'ADMIN_USER_PASSWORD_AUTH'],
        ...['--auth-parameters', `USERNAME=${name},PASSWORD=${password}`],
      );
      return AuthenticationResult.AccessToken;
    },
    remove: () => void made('delete-user-pool', ...pool),
  };
}
