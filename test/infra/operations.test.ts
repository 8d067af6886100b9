import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOTIFY, ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { ROOT } from '../architecture/modules.ts';
import { deployed } from './deployed.ts';
import { LOG_ACCOUNT } from './log-account.ts';
import { CHANNELS, ofType, synthesise } from './synthesise.ts';

const topic = 'arn:aws:sns:eu-west-1:111122223333:duty';
const domain = {
  name: 'gate.example',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/some',
};
const stack = synthesise('prod', {
  alarmTopicArn: topic,
  domain,
  canary: 'outside',
  logAccount: LOG_ACCOUNT,
  secondTopicArn: `${topic}-2`,
  channels: CHANNELS,
});
const alarms = ofType(stack, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const runbook = readFileSync(join(ROOT, 'docs/operate/runbook.md'), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
  title.toLowerCase().replaceAll(' ', '-'),
);
/** Procedures without an alarm. */
const PROCEDURES = new Set([
  ...['restore', 'stop-access', 'suspected-leak', 'changed-by-hand', 'game-day'],
  ...['a-disabled-key', 'refused-by-the-firewall'],
]);

describe('each alarm', () => {
  it.each(alarms.map((alarm) => [alarm.AlarmDescription, alarm]))('%s', (description, alarm) => {
    const [, file, entry] = /: (docs\/[\w/.]+)#([\w-]+)$/.exec(description) ?? [];
    expect([file, headings]).toEqual(['docs/operate/runbook.md', expect.arrayContaining([entry])]);
    // That messages are lost is said where they may still arrive.
    const told = entry === 'undelivered-alarms' ? [topic, `${topic}-2`] : [topic];
    expect([alarm.AlarmActions, alarm.OKActions]).toEqual([told, told]);
  });
});

it('there is one for each event that a person must handle, and a runbook entry is a procedure or has an alarm', () => {
  const entries = new Set(alarms.map(({ AlarmDescription }) => AlarmDescription.split('#')[1]));
  expect(headings.filter((heading) => !PROCEDURES.has(heading)).sort()).toEqual([...entries].sort());
});

it('raises no alarm if a single-instance function is throttled by its own previous run', () => {
  const watched = (name: string) =>
    alarms
      .flatMap(({ Metrics }) => Metrics ?? [])
      .flatMap(({ MetricStat }) =>
        MetricStat?.Metric.MetricName === name ? MetricStat.Metric.Dimensions : [],
      )
      .map(({ Value }) => String(Value.Ref).replace(/Function[0-9A-F]{8}$/, ''));
  const functions = Object.keys(ROUTES);
  expect(watched('Throttles').sort()).toEqual(functions.toSorted());
  expect(watched('Errors').sort()).toEqual([...functions, ...SCHEDULED, NOTIFY].sort());
});

it('has a dashboard of every function', () => {
  const [dashboard] = ofType(stack, 'AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard?.[1].Properties.DashboardBody);
  for (const name of [...Object.keys(ROUTES), ...SCHEDULED]) expect(body).toContain(`${name}Function`);
  // CloudWatch bills a dashboard of more metrics, and the first three others are free.
  const { widgets } = JSON.parse(String(deployed(stack, dashboard?.[1].Properties.DashboardBody)));
  const shown = widgets.flatMap(
    ({ properties }: { properties: { metrics?: unknown[] } }) => properties.metrics ?? [],
  );
  expect(shown.length).toBeLessThanOrEqual(50);
  expect(body.match(/OperationsProhibited|OperationsReconciliation|OperationsLag/g)).toHaveLength(3);
});

describe('an act of an administrator that could open data', () => {
  const rules = ofType(stack, 'AWS::Events::Rule').flatMap(([id, { Properties }]) =>
    id.startsWith('Changes') ? [Properties] : [],
  );
  const told = ({ eventSource, eventName, sourceIPAddress }: Record<string, string>) => {
    const raised = rules.filter(({ EventPattern: { detail } }) => {
      const [{ 'anything-but': except }] = detail.sourceIPAddress;
      return (
        detail.eventSource.includes(eventSource) &&
        detail.eventName.includes(eventName) &&
        !except.includes(sourceIPAddress)
      );
    });
    return raised.length === 1;
  };
  const call = (eventSource: string, eventName: string, sourceIPAddress = '192.0.2.7') => ({
    eventSource: `${eventSource}.amazonaws.com`,
    eventName,
    sourceIPAddress,
  });

  it.each([
    ['kms', 'PutKeyPolicy'],
    ['kms', 'CreateGrant'],
    ['lambda', 'UpdateFunctionCode20150331v2'],
    ['lambda', 'CreateFunction20150331'],
    ['iam', 'UpdateAssumeRolePolicy'],
    ['cloudtrail', 'StopLogging'],
    ['dynamodb', 'RestoreTableToPointInTime'],
    ['monitoring', 'DisableAlarmActions'],
    ['cognito-idp', 'AdminCreateUser'],
    ['lambda', 'CreateFunctionUrlConfig'],
    ['iam', 'DeleteRolePermissionsBoundary'],
    ['cloudformation', 'CreateStack'],
    ['sns', 'SetTopicAttributes'],
    ['logs', 'PutSubscriptionFilter'],
    ['wafv2', 'DisassociateWebACL'],
  ])('raises the alarm: %s %s', (service, name) => {
    expect(told(call(service, name))).toBe(true);
    for (const { Targets } of rules) expect(Targets).toEqual([expect.objectContaining({ Arn: topic })]);
  });

  it('raises one alarm for a deployment, by the call that starts it', () => {
    expect(told(call('kms', 'PutKeyPolicy', 'cloudformation.amazonaws.com'))).toBe(false);
    expect(told(call('lambda', 'UpdateAlias20150331', 'codedeploy.amazonaws.com'))).toBe(false);
    expect(told(call('lambda', 'UpdateAlias20150331'))).toBe(true);
    expect(told(call('cloudformation', 'CreateChangeSet'))).toBe(true);
  });

  it("is not part of the gateway's ordinary work", () => {
    for (const [service, name] of [
      ['kms', 'Decrypt'],
      ['sts', 'AssumeRole'],
      ['kms', 'Sign'],
    ] as const)
      expect(told(call(service, name))).toBe(false);
  });
});

it('reads the register of cases from a layer of the operator, in the function that opens cases alone', () => {
  const caseRegister = {
    layer: 'arn:aws:lambda:eu-west-1:111122223333:layer:cases:3',
    file: '/opt/cases.json',
  };
  const reads = ofType(synthesise('dev', { caseRegister }), 'AWS::Lambda::Function').filter(
    ([, { Properties }]) => Properties.Layers?.length > 0,
  );
  expect(reads.map(([id]) => id)).toEqual([expect.stringMatching(/^casework/i)]);
  const [[, { Properties }]] = reads as [(typeof reads)[number]];
  expect([Properties.Layers, Properties.Environment.Variables.CASE_REGISTER]).toEqual([
    [caseRegister.layer],
    caseRegister.file,
  ]);
});
