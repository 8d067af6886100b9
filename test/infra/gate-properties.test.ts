/** Every property of the template is watched by the gate, except for those that change with any version. */
import { describe, expect, it } from 'vitest';
import { weakened } from '../../infra/aws/commands/gate-sections.ts';
import type { Template } from '../../infra/aws/commands/template.ts';
import { changed, first, found, type Resources, template } from './gate-changes.ts';

const INTEGRATION = 'x-amazon-apigateway-integration';
const elsewhere = { type: 'http_proxy', httpMethod: 'POST', uri: 'https://elsewhere.example' };

it('names a change of any property, except for these', () => {
  const unseen = new Set<string>();
  const types = new Map([...Object.entries(template.Resources)].map(([id, { Type }]) => [Type, id]));
  for (const [type, id] of types)
    for (const [name, value] of Object.entries(template.Resources[id]?.Properties ?? {})) {
      // Permissions and the document of the API are compared part by part.
      if (/IAM|Permission|Version/.test(type) || /Policy|^Body$/.test(name)) continue;
      const { template: next } = changed((resources) => (resources[id].Properties[name] = another(value)));
      if (weakened(template, next as Template).length === 0) unseen.add(`${type} ${name}`);
    }
  expect([...unseen].sort()).toEqual([
    ...['AWS::ApiGateway::Deployment Description', 'AWS::ApiGateway::Deployment RestApiId'],
    'AWS::ApiGateway::Stage DeploymentId',
    'AWS::CloudWatch::Alarm AlarmDescription',
    'AWS::CloudWatch::Dashboard DashboardBody',
    'AWS::DynamoDB::Table AttributeDefinitions',
    'AWS::Events::Rule Description',
    'AWS::KMS::Key Description',
    'AWS::Lambda::Alias FunctionVersion',
    ...['Code', 'MemorySize', 'Timeout'].map((name) => `AWS::Lambda::Function ${name}`),
    'AWS::S3::BucketPolicy Bucket',
  ]);
});

/** A value of the same form that differs. */
function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return `${value}-2`;
  if (Array.isArray(value)) return [...value, 'another'];
  const members = value as Record<string, unknown>;
  const [name = 'another'] = Object.keys(members);
  return { ...members, [name]: another(members[name] ?? '') };
}

describe('the gate names', () => {
  it.each<[string, (resources: Resources) => void, string]>([
    [
      'requests that go to another host',
      (r) => {
        const { paths } = r[first('AWS::ApiGateway::RestApi')].Properties.Body;
        paths['/v1/releases']['x-amazon-apigateway-any-method'][INTEGRATION] = elsewhere;
      },
      'ROUTED ELSEWHERE x-amazon-apigateway-any-method /v1/releases',
    ],
    [
      'a new path that leads to another host',
      (r) =>
        (r[first('AWS::ApiGateway::RestApi')].Properties.Body.paths['/v1/new'] = {
          post: { [INTEGRATION]: elsewhere },
        }),
      'ROUTED ELSEWHERE post /v1/new',
    ],
    [
      'answers of the API to requests that it refuses',
      (r) => {
        const { Body } = r[first('AWS::ApiGateway::RestApi')].Properties;
        Body['x-amazon-apigateway-gateway-responses'].DEFAULT_5XX = {};
      },
      'API x-amazon-apigateway-gateway-responses changes',
    ],
    [
      'a second stage, without the firewall',
      (r) => (r['second'] = structuredClone(r[first('AWS::ApiGateway::Stage')])),
      'ADDED AWS::ApiGateway::Stage second',
    ],
    [
      'one more client of the user pool',
      (r) => (r['other'] = structuredClone(r[first('AWS::Cognito::UserPoolClient')])),
      'ADDED AWS::Cognito::UserPoolClient other',
    ],
    [
      'a deployment that no alarm undoes',
      (r) => delete r[first('AWS::CodeDeploy::DeploymentGroup')].Properties.AlarmConfiguration,
      'AlarmConfiguration changes',
    ],
    [
      'keys of items that DynamoDB reports',
      (r) => (r['keysTable'].Properties.ContributorInsightsSpecification = { Enabled: true }),
      'ContributorInsightsSpecification changes',
    ],
    [
      'an alarm that calls no one',
      (r) => (r[first('AWS::CloudWatch::Alarm')].Properties.AlarmActions = []),
      'AlarmActions changes',
    ],
    [
      'failed runs that are repeated',
      (r) => delete r[first('AWS::Lambda::EventInvokeConfig')],
      'LOST AWS::Lambda::EventInvokeConfig',
    ],
    [
      'lines that a function no longer writes',
      (r) => (r[first('AWS::Lambda::Function')].Properties.LoggingConfig.ApplicationLogLevel = 'FATAL'),
      'LoggingConfig changes',
    ],
  ])('%s', (_, change, line) => expect(found(change).join('\n')).toContain(line));
});
