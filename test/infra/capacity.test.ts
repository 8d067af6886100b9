/** Tables with capacity of their own, and the class of the log's: settings that lower the price of docs/operate/cost.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import type { Settings } from '../../infra/aws/settings.ts';
import { OF_RELEASE } from '../../infra/aws/stored/capacity.ts';
import { ROOT } from '../architecture/modules.ts';
import { written } from '../bench/cost.ts';
import { faultsOf } from './schema.ts';
import { ofType, type Synthesised, synthesise } from './synthesise.ts';

const prod = synthesise('prod');
const provisioned = { least: 1, most: 100, utilisation: 60 };
const planned = synthesise('prod', { provisioned });
const tableOf = (stack: Synthesised, name: string) => stack.resources.get(name)?.Properties;
const SCALED = ['AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::ApplicationAutoScaling::ScalingPolicy'];

describe('capacity', () => {
  it('is that of a release, by the units that were counted, for each table to which one writes', () => {
    const release = written['release, facts'] ?? expect.fail('not measured');
    const index = (name: string) => (release[`${name} index`] ? { index: release[`${name} index`] } : {});
    const counted = Object.entries(release)
      .filter(([name]) => !name.endsWith(' index'))
      .map(([name, write]) => [`${name}Table`, { write, ...index(name) }]);
    const told = Object.entries(OF_RELEASE).map(([name, { read: _, ...units }]) => [name, units]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(counted));
  });

  it('is off by default, and every other table is paid by the unit', () => {
    for (const type of SCALED) expect(ofType(prod, type)).toEqual([]);
    for (const [id, { Properties }] of ofType(planned, 'AWS::DynamoDB::Table'))
      expect([id, Properties.BillingMode ?? 'PROVISIONED']).toEqual([
        id,
        id in OF_RELEASE ? 'PROVISIONED' : 'PAY_PER_REQUEST',
      ]);
  });

  it('lies between the units of the least and of the most releases a second, each at that utilisation', () => {
    const bounds = ofType(planned, 'AWS::ApplicationAutoScaling::ScalableTarget').map(
      ([, { Properties }]) => {
        const { ScalableDimension, MinCapacity, MaxCapacity, ResourceId } = Properties;
        const [, [path, { Ref }, rest = '']] = ResourceId['Fn::Join'];
        return [`${path}${Ref}${rest} ${ScalableDimension.split(':')[2]}`, [MinCapacity, MaxCapacity]];
      },
    );
    expect(Object.fromEntries(bounds)).toEqual({
      // 5 units at 60 percent are 8.3.
      'table/logTable WriteCapacityUnits': [9, 834],
      'table/logTable ReadCapacityUnits': [10, 1000],
      'table/logTable/index/byDay WriteCapacityUnits': [4, 334],
      'table/claimsTable WriteCapacityUnits': [7, 667],
      'table/claimsTable ReadCapacityUnits': [2, 167],
      'table/budgetsTable WriteCapacityUnits': [2, 167],
      'table/budgetsTable ReadCapacityUnits': [2, 167],
    });
    const policies = ofType(planned, 'AWS::ApplicationAutoScaling::ScalingPolicy');
    expect(policies).toHaveLength(bounds.length);
    for (const [, { Properties }] of policies)
      expect(Properties.TargetTrackingScalingPolicyConfiguration.TargetValue).toBe(60);
  });

  it('begins at the least, and is a template that AWS accepts', () => {
    expect(tableOf(planned, 'logTable')).toMatchObject({
      ProvisionedThroughput: { WriteCapacityUnits: 9, ReadCapacityUnits: 10 },
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: { WriteCapacityUnits: 4 } }],
    });
    const faults = [...planned.resources].flatMap(([id, resource]) =>
      /DynamoDB|AutoScaling/.test(resource.Type) ? faultsOf(id, resource) : [],
    );
    expect(faults).toEqual([]);
  });

  it.each([
    { least: 2, most: 1, utilisation: 60 },
    { least: 1, most: 2, utilisation: 95 },
    { least: 1, most: 2, utilisation: 10 },
  ])('refuses %o', (wrong) => {
    expect(() => synthesise('dev', { provisioned: wrong })).toThrow('provisioned of the settings');
  });

  it('is named by the gate, and replaces no table', () => {
    const lines = findings(prod.template as never, planned.template as never).join('\n');
    expect(lines).toContain('GUARD AWS::DynamoDB::Table logTable: BillingMode changes');
    for (const type of SCALED) expect(lines).toContain(`NEW TYPE ${type}`);
    expect(lines).not.toMatch(/LOST|REPLACED|ALLOWED/);
  });

  it('is changed by AWS without a message, and by a person with one', () => {
    const excepted = (stack: Synthesised) =>
      ofType(stack, 'AWS::Events::Rule').flatMap(([id, { Properties }]) =>
        id.startsWith('Changes')
          ? Properties.EventPattern.detail.sourceIPAddress.flatMap(
              (one: { 'anything-but': string[] }) => one['anything-but'],
            )
          : [],
      );
    for (const name of ['dynamodb.application-autoscaling', 'application-autoscaling']) {
      expect(excepted(planned)).toContain(`${name}.amazonaws.com`);
      expect(excepted(prod)).not.toContain(`${name}.amazonaws.com`);
    }
    // EventBridge takes no longer pattern.
    for (const [, { Properties }] of ofType(planned, 'AWS::Events::Rule'))
      expect(JSON.stringify(Properties.EventPattern ?? {}).length).toBeLessThanOrEqual(2_048);
  });
});

it('the class for rare access is that of the table of the log alone, and replaces nothing', () => {
  const rare = synthesise('prod', { logClass: 'infrequent' });
  expect(findings(prod.template as never, rare.template as never)).toEqual([
    'GUARD AWS::DynamoDB::Table logTable: TableClass changes',
  ]);
  expect(tableOf(rare, 'logTable').TableClass).toBe('STANDARD_INFREQUENT_ACCESS');
});

describe('the page on cost', () => {
  const page = readFileSync(join(ROOT, 'docs/operate/cost.md'), 'utf8');
  /** Dollars of a million writes in tables whose capacity is used to these percent. */
  const writes = (percent: number) => {
    const units = Object.values(OF_RELEASE).reduce((sum, { write, index = 0 }) => sum + write + index, 0);
    return ((units * 0.00065 * 1e6) / 3600 / percent) * 100;
  };

  it.each([80, 60, 45, 30])('says what a release costs at a utilisation of %i percent', (percent) => {
    const whole = Number(/\| release of 6 fields.*\*\*([\d.]+)\*\*/.exec(page)?.[1]);
    const row = page.split('\n').find((line) => line.startsWith(`| ${percent} percent |`)) ?? '';
    const [, , own, together] = row.split('|').map((cell) => Number(cell.replaceAll('*', '').trim()));
    expect(own).toBeCloseTo(writes(percent), 2);
    expect(together).toBeCloseTo(whole - 7.5 + writes(percent), 2);
  });

  it('says what the tables cost at rest at their least', () => {
    const settings: Partial<Settings> = { provisioned: { least: 0.2, most: 100, utilisation: 60 } };
    const units = { Write: 0.00065, Read: 0.00013 };
    const targets = ofType(synthesise('prod', settings), 'AWS::ApplicationAutoScaling::ScalableTarget');
    const hourly = targets.reduce(
      (sum, [, { Properties }]) =>
        sum +
        Properties.MinCapacity *
          units[/:(Write|Read)C/.exec(Properties.ScalableDimension)?.[1] as keyof typeof units],
      // The index's reads, which do not scale.
      2 * units.Read,
    );
    const told = Number(/at rest \$([\d.]+) a month at `least: 0\.2`/.exec(page)?.[1]);
    expect(told).toBeCloseTo(hourly * 730 + targets.length * 4 * 0.1, 1);
  });
});
