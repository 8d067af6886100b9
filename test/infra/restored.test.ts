/** After a restore the mode names copies of tables, without a deployment: so roles hold on a copy what they hold on its table. */
import { describe, expect, it } from 'vitest';
import { HEAD, MODE, TABLES } from '../../shared/tables.ts';
import { roleGrants } from './grants.ts';
import { allows, roleSession, targets } from './simulate.ts';
import { ofType, rolePolicies, synthesise } from './synthesise.ts';

const stack = synthesise('prod');
const statements = rolePolicies(stack).flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
const onTables = statements.filter(
  ({ Action, Effect }: { Action: string | string[]; Effect: string }) =>
    Effect === 'Allow' && [Action].flat().some((action) => action.startsWith('dynamodb:')),
);

describe('rights on tables', () => {
  it('hold on a copy as on its table', () => {
    expect(onTables.length).toBeGreaterThan(50);
    for (const { Resource } of onTables)
      expect(JSON.stringify(Resource)).toMatch(/\[{"Fn::GetAtt":\["\w+Table","Arn"\]},"\*"\]\]}$/);
    const [role = ''] = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith('intakeRole')) ?? [];
    const may = (id: string, suffix: string) => {
      const { arn = '', policy } = targets(stack).get(id) ?? {};
      return allows(roleSession(stack, role), 'dynamodb:DeleteItem', { arn: arn + suffix, policy });
    };
    for (const suffix of ['', '-at-20261126T080000Z']) {
      expect(may('sheetsTable', suffix)).toBe(true);
      expect(may('tasksTable', suffix)).toBe(false);
    }
  });
});

describe('the mode', () => {
  it('is read by each function with tables, and written by none, but for the head by the sequencer', () => {
    const grants = roleGrants(stack).filter(({ resource }) => resource === 'modeTable');
    const withTables = new Set(
      roleGrants(stack).flatMap(({ fn, action }) => (/^dynamodb/.test(action) ? fn : [])),
    );
    expect(new Set(grants.map(({ fn }) => fn))).toEqual(withTables);
    for (const { fn, action, conditions } of grants) {
      if (fn === 'sequencer' && action === 'dynamodb:UpdateItem') {
        const attributes = { 'dynamodb:Attributes': ['part', HEAD] };
        expect(Object.values(conditions)).toContainEqual(attributes);
        continue;
      }
      expect(action).toBe('dynamodb:GetItem');
      expect(conditions['ForAllValues:StringLike']).toEqual({ 'dynamodb:LeadingKeys': [MODE] });
    }
  });

  it('can be deleted by no principal: the functions would go back to tables that copies have replaced', () => {
    expect(TABLES.map(({ env }) => env)).toContain('modeTable');
    const [, { Properties }] =
      ofType(stack, 'AWS::DynamoDB::Table').find(([id]) => id === 'modeTable') ?? expect.fail();
    expect(Properties.ResourcePolicy.PolicyDocument.Statement[0].Action).toContain('dynamodb:DeleteItem');
  });
});
