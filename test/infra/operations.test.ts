import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { ROOT } from '../architecture/modules.ts';
import { ofType, synthesise } from './synthesise.ts';

const topic = 'arn:aws:sns:eu-west-1:111122223333:duty';
const stack = synthesise('prod', { alarmTopicArn: topic });
const alarms = ofType(stack, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const runbook = readFileSync(join(ROOT, 'docs/operate/runbook.md'), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
  title.toLowerCase().replaceAll(' ', '-'),
);
/** What people do of their own accord. */
const PROCEDURES = new Set(['restore', 'stop-access', 'suspected-leak']);

describe('each alarm', () => {
  it.each(alarms.map((alarm) => [alarm.AlarmDescription, alarm]))('%s', (description, alarm) => {
    const [, file, entry] = /: (docs\/[\w/.]+)#([\w-]+)$/.exec(description) ?? [];
    expect([file, headings]).toEqual(['docs/operate/runbook.md', expect.arrayContaining([entry])]);
    expect(alarm.AlarmActions).toEqual([topic]);
  });
});

it('there is one for each thing that a person must know of, and a runbook entry is a procedure or has an alarm', () => {
  const entries = new Set(alarms.map(({ AlarmDescription }) => AlarmDescription.split('#')[1]));
  expect(headings.filter((heading) => !PROCEDURES.has(heading)).sort()).toEqual([...entries].sort());
});

it('calls nobody when a function that runs alone is held back by its own run before', () => {
  const watched = (name: string) =>
    alarms
      .flatMap(({ Metrics }) => Metrics ?? [])
      .flatMap(({ MetricStat }) =>
        MetricStat?.Metric.MetricName === name ? MetricStat.Metric.Dimensions : [],
      )
      .map(({ Value }) => String(Value.Ref).replace(/Function[0-9A-F]{8}$/, ''));
  const functions = Object.keys(ROUTES);
  expect(watched('Throttles').sort()).toEqual(functions.toSorted());
  expect(watched('Errors').sort()).toEqual([...functions, ...SCHEDULED].sort());
});

it('has a dashboard of every function', () => {
  const [dashboard] = ofType(stack, 'AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboard?.[1].Properties.DashboardBody);
  for (const name of [...Object.keys(ROUTES), ...SCHEDULED]) expect(body).toContain(`${name}Function`);
  expect(body.match(/OperationsProhibited|OperationsReconciliation|OperationsLag/g)).toHaveLength(3);
});
