/** Changes of roles and users reach the topic from a region in which EventBridge never sees them. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { TOLD_OF } from '../../infra/aws/alarms/change-alarms.ts';
import { IamAlarms } from '../../infra/aws/alarms/iam-alarms.ts';
import { iamStackOf, regionOfIam } from '../../infra/aws/iam-region.ts';
import { type Settings, settingsFor } from '../../infra/aws/settings.ts';
import { faultsOf } from './schema.ts';
import { ofType, type Resource, synthesise } from './synthesise.ts';

const home = {
  ...{ account: '111122223333', region: 'eu-west-1' },
  alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:duty',
};

function stackIn(region: string, changes: Partial<Settings> = {}) {
  const settings = { ...settingsFor('prod'), ...home, region, ...changes };
  const where = iamStackOf(settings);
  if (where === null) throw new Error('none');
  const stack = new IamAlarms(new App(), 'fieldgate-prod-iam', settings, where);
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
  return { stack, resources: Object.entries(Resources) };
}

it.each([
  ['eu-west-1', 'us-east-1'],
  ['us-east-1', null],
  ['cn-northwest-1', 'cn-north-1'],
  ['cn-north-1', null],
  ['us-gov-east-1', 'us-gov-west-1'],
])('calls of IAM are seen, for a gateway in %s, in: %s', (region, seen) => {
  expect(regionOfIam(region)).toBe(seen);
});

describe('the stack in the region of IAM', () => {
  const { stack, resources } = stackIn('eu-west-1');
  const of = (type: string) => resources.filter(([, { Type }]) => Type === type).map(([, one]) => one);

  it('is in that region, protected, and valid', () => {
    expect([stack.region, stack.terminationProtection]).toEqual(['us-east-1', true]);
    expect(resources.flatMap(([id, one]) => faultsOf(id, one))).toEqual([]);
  });

  it('passes each change to the bus of the gateway, whose rule tells the topic', () => {
    const [rule] = of('AWS::Events::Rule');
    const { EventPattern, Targets } = rule?.Properties ?? {};
    expect(Targets).toHaveLength(1);
    expect(JSON.stringify(Targets[0].Arn)).toContain('events:eu-west-1:111122223333:event-bus/default');
    const gateway = synthesise('prod');
    const rules = ofType(gateway, 'AWS::Events::Rule').map(([, { Properties }]) => Properties.EventPattern);
    const told = (name: string) =>
      rules.filter(
        (one) =>
          one?.detail?.eventSource?.includes('iam.amazonaws.com') && one.detail.eventName.includes(name),
      );
    const passed: string[] = EventPattern.detail.eventName;
    expect(passed).toEqual(TOLD_OF['iam']);
    for (const name of passed) expect([name, told(name).length]).toEqual([name, 1]);
  });

  it('has a role that may do only this', () => {
    const [policy, ...more] = of('AWS::IAM::Policy');
    expect(more).toEqual([]);
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Action: 'events:PutEvents', Effect: 'Allow' }),
    ]);
    expect(JSON.stringify(policy?.Properties.PolicyDocument)).toContain('event-bus/default');
  });

  it('has a trail of calls that change something, without which EventBridge gets none', () => {
    expect(of('AWS::CloudTrail::Trail').map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        ...{ IsLogging: true, IncludeGlobalServiceEvents: true, IsMultiRegionTrail: false },
        EventSelectors: [
          expect.objectContaining({ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' }),
        ],
      }),
    ]);
    const trail = { bucket: 'landing-zone-logs', prefix: 'AWSLogs/' };
    const types = stackIn('eu-west-1', { trail }).resources.map(([, { Type }]) => Type);
    expect(types).not.toContain('AWS::CloudTrail::Trail');
  });

  it("is not needed where the gateway's own trail has calls of IAM", () => {
    const has = (region: string) =>
      ofType(synthesise('prod', { account: home.account, region }), 'AWS::CloudTrail::Trail').map(
        ([, { Properties }]) => Properties.IncludeGlobalServiceEvents,
      );
    expect([has('us-east-1'), has('eu-west-1')]).toEqual([[true], [false]]);
  });

  it('is made only where another region sees calls of IAM, and a topic hears of them', () => {
    const { alarmTopicArn: _, ...untold } = home;
    const of = (settings: Partial<Settings>) => iamStackOf({ ...settingsFor('dev'), ...settings });
    expect(of(home)).toEqual({ account: '111122223333', home: 'eu-west-1', region: 'us-east-1' });
    expect([of({ ...home, region: 'us-east-1' }), of(untold), of({})]).toEqual([null, null, null]);
  });
});
