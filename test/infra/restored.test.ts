/** A stack that uses copies of tables after a restore. */
import { expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import type { Template } from '../../infra/aws/commands/template.ts';
import { ofType, rolePolicies, synthesise } from './synthesise.ts';

const tableNames = { keysTable: 'keys-at-20261126T080000Z', sheetsTable: 'sheets-at-20261126T080000Z' };
const before = synthesise('prod');
const after = synthesise('prod', { tableNames });

it('names the copies to every function that used the tables, and to none of them the tables', () => {
  for (const [id, { Properties }] of ofType(after, 'AWS::Lambda::Function')) {
    const { KEYS_TABLE, SHEETS_TABLE, INDEX_TABLE } = Properties.Environment?.Variables ?? {};
    if (KEYS_TABLE) expect([id, KEYS_TABLE]).toEqual([id, tableNames.keysTable]);
    if (SHEETS_TABLE) expect([id, SHEETS_TABLE]).toEqual([id, tableNames.sheetsTable]);
    if (INDEX_TABLE) expect([id, INDEX_TABLE]).toEqual([id, { Ref: 'indexTable' }]);
  }
});

it('moves each right from the table to its copy', () => {
  const rights = (stack: typeof after) =>
    JSON.stringify(rolePolicies(stack).map(([, { Properties }]) => Properties));
  const count = (stack: typeof after, text: string) => rights(stack).split(text).length - 1;
  expect(count(after, '"keysTable"')).toBe(0);
  expect(count(after, `table/${tableNames.keysTable}`)).toBe(count(before, '"keysTable"'));
});

it('keeps the tables as they were, so that nothing is lost by going back', () => {
  const lines = findings(before.template as Template, after.template as Template);
  expect(lines.length).toBeGreaterThan(0);
  const moved =
    /^(ALLOWED .*|GUARD AWS::Lambda::Function .*: setting (KEYS|SHEETS|INDEX)_TABLE changes|GUARD AWS::CloudWatch::Alarm OperationsStoreThrottled.*: Metrics changes)$/;
  expect(lines.filter((line) => !moved.test(line))).toEqual([]);
});
