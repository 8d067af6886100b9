import { type Aws, type Check, complaint, refusal as errorOf, resultOf } from './doctor.ts';

/** Logical id to physical id. */
export type Ids = ReadonlyMap<string, string>;

export function idOf(ids: Ids, start: string): string {
  return [...ids].find(([logical]) => logical.startsWith(start))?.[1] ?? `no-${start}`;
}

/** What an administrator may not do either, by policies of keys, tables and buckets. */
export function refusals(aws: Aws, ids: Ids): Check[] {
  const id = (start: string) => idOf(ids, start);
  const refused = (title: string, ...words: string[]) =>
    resultOf(title, () => {
      const { name, why } = complaint(aws, ...words);
      if (!/AccessDenied/.test(name)) return name === '' ? 'it was allowed' : `AWS answered ${name}`;
      // AWS names the kind of policy. A refusal for the caller's own lack of rights says nothing about the stack's policies.
      return why.includes('no identity-based policy allows')
        ? 'the caller may do it nowhere: ask as an administrator'
        : null;
    });
  return [
    refused('an administrator can wrap no data key', ...wrapWith(id('ClassKeys'))),
    refused('an administrator can sign no checkpoint', ...signWith(id('ServiceKeysLog'))),
    refused(
      'no entry of the log can be deleted',
      ...['dynamodb', 'delete-item', '--table-name', id('logTable')],
      ...['--key', '{"writer":{"S":"smoke"},"seq":{"N":"0"}}'],
    ),
    refused(
      'a full tile can be put once only: a put without a condition is refused',
      ...['s3api', 'put-object', '--bucket', id('LogTiles'), '--key', 'smoke'],
    ),
    // With an issuer of one's own the stack makes no pool.
    ...[...ids].filter(([logical]) => POOL.test(logical)).map(([, pool]) => person(aws, pool)),
  ];
}

const POOL = /^PeoplePool[0-9A-F]{8}$/;

const wrapWith = (key: string) => ['kms', 'generate-data-key', '--key-id', key, '--key-spec', 'AES_256'];
const signWith = (key: string) => [
  ...['kms', 'sign', '--key-id', key, '--message', 'AA==', '--message-type', 'RAW'],
  ...['--signing-algorithm', 'ED25519_SHA_512'],
];

/** The pool takes the command of the deploy guide. */
function person(aws: Aws, pool: string): Check {
  return resultOf('an account of a person can be made as the guide says', () => {
    const words = ['--user-pool-id', pool, '--username', 'smoke.test'];
    const password = ['--temporary-password', 'Smoke-test-of-a-pool-1!', '--message-action', 'SUPPRESS'];
    const error = errorOf(aws, 'cognito-idp', 'admin-create-user', ...words, ...password);
    errorOf(aws, 'cognito-idp', 'admin-delete-user', ...words);
    return error === '' ? null : `Cognito answered ${error}`;
  });
}
