/** Rights of a function to some attributes or items of a table: each denial has a twin that is allowed. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../infra/aws/routes.ts';
import { MARKS, OUTLINE } from '../../shared/tables.ts';
import { allows, type Context, roleSession, type Target, targets } from './simulate.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const stack = synthesise();
const all = targets(stack);

const LOCK = ['clientId', 'locked', 'hybrid', 'revision'];
const FILED = ['part', 'item', 'asked', 'revision', 'collections', 'expires', 'details', 'write'];
const COLLECTED = ['part', 'item', 'revision', 'collections', 'collectedAt', 'pieces', 'write'];

/** Function, action, table, the attributes that it may name, and one that it may not. */
const BY_ATTRIBUTE: readonly (readonly [string, string, string, readonly string[], string])[] = [
  ...['release', 'verify', 'insight', 'casework'].map(
    (fn) => [fn, 'UpdateItem', 'agenciesTable', LOCK, 'record'] as const,
  ),
  ...['audit', 'insight', 'watch'].map(
    (fn) => [fn, 'GetItem', 'keysTable', ['subject', 'logId'], 'wrapped'] as const,
  ),
  [
    'audit',
    'Scan',
    'keysTable',
    ['subject', 'logId', ...PACK.departments.map((code) => `head.${code}`)],
    'county',
  ],
  [
    'casework',
    'GetItem',
    'keysTable',
    [...OUTLINE, ...PACK.departments.map((code) => `head.${code}`)],
    'wrapped',
  ],
  ['casework', 'GetItem', 'sheetsTable', MARKS, 'fields'],
  ['release', 'PutItem', 'requestsTable', FILED, 'said'],
  ['release', 'UpdateItem', 'requestsTable', COLLECTED, 'said'],
];

/** Function, action, table, the partitions that it may name, and one that it may not. */
const BY_PARTITION: readonly (readonly [string, string, string, readonly string[], string])[] = [
  ...['intake', 'release', 'verify', 'insight', 'casework', 'audit', 'watch', 'maintenance', 'steward'].map(
    (fn) => [fn, 'PutItem', 'treeTable', ['writer'], 'lock'] as const,
  ),
  ['token', 'Query', 'caseworkTable', ['#freezes'], 'a-subject'],
  ['insight', 'Query', 'caseworkTable', ['#freezes'], 'a-subject'],
  ['release', 'GetItem', 'caseworkTable', ['harm-report:one'], 'consent:one'],
  ['insight', 'GetItem', 'caseworkTable', ['incident:one', 'incident:two'], 'consent:one'],
  ['audit', 'Query', 'watchTable', ['decoy', 'recusal', 'sealed'], 'cursor'],
  ['casework', 'Query', 'watchTable', ['recusal'], 'decoy'],
  ['casework', 'PutItem', 'watchTable', ['recusal'], 'sealed'],
  ['audit', 'PutItem', 'watchTable', ['decoy', 'revoking', 'verdict'], 'sealed'],
  ['audit', 'GetItem', 'watchTable', ['revoking', 'verdict'], 'sealed'],
  ['audit', 'BatchGetItem', 'watchTable', ['verdict'], 'sealed'],
  ['maintenance', 'Query', 'watchTable', ['decoy'], 'sealed'],
  ['maintenance', 'DeleteItem', 'treeTable', ['count:one', 'count:two'], 'writer'],
  ['maintenance', 'GetItem', 'treeTable', ['lock'], 'count:one'],
  ['maintenance', 'PutItem', 'logIndexTable', ['subject:one'], 'agency:one'],
  ['steward', 'PutItem', 'cohortsTable', ['asked'], 'a-cohort'],
];

describe.each(BY_ATTRIBUTE)('%s may %s of %s', (fn, action, table, allowed, other) => {
  const may = attempt(fn, action, table, 'dynamodb:Attributes');

  it('with these attributes, and with no others in addition or instead, and not without naming any', () => {
    expect(may([...allowed])).toBe(true);
    expect(may([...allowed, other])).toBe(false);
    expect(may([other])).toBe(false);
    expect(may([])).toBe(false);
  });
});

describe.each(BY_PARTITION)('%s may %s of %s', (fn, action, table, allowed, other) => {
  const may = attempt(fn, action, table, 'dynamodb:LeadingKeys');

  it('in these partitions, and in no others in addition or instead, and not in all', () => {
    for (const partition of allowed) {
      expect(may([partition])).toBe(true);
      expect(may([partition, other])).toBe(false);
    }
    expect(may([other])).toBe(false);
    expect(may([])).toBe(false);
  });
});

it.each([
  ['verify', ['#freezes', '#frozen-people']],
  ['maintenance', ['#freezes']],
] as const)('%s writes casework of people, and lifts or makes no freeze in force', (fn, closed) => {
  for (const action of ['PutItem', 'DeleteItem']) {
    const may = attempt(fn, action, 'caseworkTable', 'dynamodb:LeadingKeys');
    expect(may(['a-subject'])).toBe(true);
    expect(may([])).toBe(false);
    for (const one of closed) {
      expect(may([one])).toBe(false);
      expect(may(['a-subject', one])).toBe(false);
    }
  }
});

it.each(Object.keys(ROUTES).filter((fn) => fn !== 'console'))(
  '%s writes what it claims, and no session of a person but if it is the function that gives tokens',
  (fn) => {
    for (const action of ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']) {
      const may = attempt(fn, action, 'claimsTable', 'dynamodb:LeadingKeys');
      expect([action, may(['session:some'])]).toEqual([action, fn === 'token']);
      expect(may(['a-claim', 'session:some'])).toBe(fn === 'token');
    }
    expect(attempt(fn, 'PutItem', 'claimsTable', 'dynamodb:LeadingKeys')(['a-claim'])).toBe(true);
  },
);

it('casework, which puts whole requests, deletes them too, and release deletes none', () => {
  const may = (fn: string) => attempt(fn, 'DeleteItem', 'requestsTable', 'dynamodb:Attributes')([]);
  expect([may('casework'), may('release')]).toEqual([true, false]);
});

function attempt(fn: string, action: string, table: string, key: string): (values: string[]) => boolean {
  const role = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`))?.[0];
  const who = roleSession(stack, role ?? expect.fail(`no role of ${fn}`));
  const [, target] = [...all].find(([id]) => id.startsWith(table)) ?? expect.fail(`no ${table}`);
  return (values) => {
    const context: Context = values.length > 0 ? { [key]: values } : {};
    return allows(who, `dynamodb:${action}`, target as Target, context);
  };
}
