/** A stack that takes over what a deleted one left behind. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { describe, expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import { importOf, type Known } from '../../infra/aws/commands/import-map.ts';
import { HOLDS_DATA, type Template } from '../../infra/aws/commands/template.ts';
import { faultsOf } from './schema.ts';
import { synthesise } from './synthesise.ts';

const prod = synthesise('prod');
const next = prod.template as Template;
/** As `list-stack-resources` tells it. */
const known: Known[] = [...prod.resources].map(([id, { Type }]) => ({
  ...{ LogicalResourceId: id, PhysicalResourceId: `physical-${id}`, ResourceType: Type },
}));
const { template, resources } = importOf(known, next);

it('names each table, key, bucket, pool and log by the identifier of its type', () => {
  const spec = loadAwsServiceSpecSync();
  for (const { ResourceType, LogicalResourceId, ResourceIdentifier } of resources) {
    const [type] = spec.lookup('resource', 'cloudFormationType', 'equals', ResourceType);
    expect(ResourceIdentifier).toEqual({
      [type?.primaryIdentifier?.[0] ?? '']: `physical-${LogicalResourceId}`,
    });
  }
  const counted = (type: string) => resources.filter(({ ResourceType }) => ResourceType === type).length;
  for (const type of HOLDS_DATA) expect([type, counted(type) > 0]).toEqual([type, true]);
  expect(counted('AWS::DynamoDB::Table')).toBe(19);
});

describe('the template of the import', () => {
  it('is one that AWS takes: every property known, each kept, none by reference', () => {
    for (const [id, resource] of Object.entries(template.Resources)) {
      const { Properties = {}, ...rest } = resource;
      expect(faultsOf(id, { ...rest, Properties })).toEqual([]);
      expect([id, resource.DeletionPolicy]).toEqual([id, 'Retain']);
    }
    expect(JSON.stringify(template)).not.toMatch(/"(Ref|Fn::\w+)":/);
  });

  it('is followed by a deployment that replaces nothing and makes nothing of it again', () => {
    const lines = findings(template, next);
    expect(lines.filter((line) => /^(LOST|REPLACED)/.test(line))).toEqual([]);
    // Policies come with the deployment, and so does what a table has beyond its keys.
    expect(lines.filter((line) => line.startsWith('ALLOWED')).length).toBeGreaterThan(0);
  });
});

it('is refused if something would come back empty', () => {
  const without = known.filter(({ LogicalResourceId }) => LogicalResourceId !== 'keysTable');
  expect(() => importOf(without, next)).toThrow('they would be empty: keysTable');
});
