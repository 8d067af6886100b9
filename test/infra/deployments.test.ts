/** How new code reaches production: a tenth of the calls each minute, and back if an alarm is raised. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../infra/aws/routes.ts';
import { deployed } from './deployed.ts';
import { methodsOf } from './document.ts';
import { ofType, synthesise } from './synthesise.ts';

const prod = synthesise('prod');
const aliases = ofType(prod, 'AWS::Lambda::Alias');
const groups = ofType(prod, 'AWS::CodeDeploy::DeploymentGroup');
const functions = new Map(
  ofType(prod, 'AWS::Lambda::Function').map(([id, { Properties }]) => [id, Properties.FunctionName]),
);

describe('in production, every function that answers requests', () => {
  it('has an alias, whose change CodeDeploy makes step by step', () => {
    expect(aliases.map(([id]) => id.replace(/AliasLive.*$|Live[0-9A-F]{8}$/, '')).sort()).toEqual(
      Object.keys(ROUTES).sort(),
    );
    for (const [, alias] of aliases) {
      const update = (alias as { UpdatePolicy?: Record<string, Record<string, { Ref: string }>> })
        .UpdatePolicy;
      const group = update?.['CodeDeployLambdaAliasUpdate']?.['DeploymentGroupName']?.Ref;
      expect(groups.map(([id]) => id)).toContain(group);
    }
  });

  it('is invoked by the alias alone, so that both versions are reached', () => {
    for (const [path, { 'x-amazon-apigateway-integration': to }] of methodsOf(prod))
      expect([path, deployed(prod, to.uri)]).toEqual([path, expect.stringMatching(/:live\/invocations$/)]);
    const ids = aliases.map(([id]) => id);
    for (const [id, { Properties }] of ofType(prod, 'AWS::Lambda::Permission'))
      if (!/^((Schedule|Look)Minute|CodeChanged)/.test(id))
        expect([id, ids.includes(Properties.FunctionName.Ref)]).toEqual([id, true]);
    for (const [id, { Properties }] of ofType(prod, 'AWS::Lambda::EventInvokeConfig')) {
      const alone = /^(sequencer|watch)/.test(id);
      // The last part of the alias's ARN.
      const qualifier = alone ? '$LATEST' : { 'Fn::Select': [7, expect.anything()] };
      expect([id, Properties.Qualifier]).toEqual([id, qualifier]);
    }
  });
});

it('goes back if an alarm about errors, damage or the log is raised', () => {
  const alarms = new Map(
    ofType(prod, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [id, Properties]),
  );
  expect(groups).toHaveLength(Object.keys(ROUTES).length);
  for (const [, { Properties }] of groups) {
    const { Alarms, Enabled } = Properties.AlarmConfiguration;
    const entries = Alarms.map(
      ({ Name }: { Name: { Ref: string } }) => alarms.get(Name.Ref)?.AlarmDescription.split('#')[1],
    );
    expect([Enabled, [...new Set(entries)].sort()]).toEqual([
      ...[true, ['errors', 'integrity-fault', 'log-unavailable']],
    ]);
    expect(Properties.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
    expect(JSON.stringify(Properties.DeploymentConfigName)).toContain('LambdaLinear10PercentEvery1Minute');
  }
});

it('happens at once in development, and to functions of which one instance runs', () => {
  for (const type of ['AWS::Lambda::Alias', 'AWS::CodeDeploy::DeploymentGroup'])
    expect(ofType(synthesise('dev'), type)).toEqual([]);
  expect([...functions.values()].sort()).toEqual(
    [...Object.keys(ROUTES), 'sequencer', 'watch'].map((name) => `fieldgate-prod-${name}`).sort(),
  );
});
