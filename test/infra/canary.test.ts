/** The canary's release, end to end against a whole gateway. */
import { expect, it } from 'vitest';
import { count, fly, matchOf } from '../../infra/canary/canary.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { synthesise } from './synthesise.ts';

const gateway = await fileGateway();
const { sig, enc } = gateway.agency('edu-county');
const options = { issuer: gateway.url, clientId: 'edu-county', key: sig, enc };
const passenger = {
  purpose: 'S1',
  field: 'guardianship_status',
  match: matchOf([`id_number=${freshNumber('2013-05-06')}`]),
};

it('is good if the field comes and its entry is in the tree, and names the step that failed', async () => {
  expect(await fly(options, passenger, 0)).toMatchObject({
    good: false,
    failed: expect.stringMatching(/^[A-Z_]+$/),
  });
  await gateway.put('mps-county', {
    match: passenger.match,
    fields: { name: '测试一号', ...passenger.match, birth_date: '2013-05-06' },
  });
  await gateway.put('mca-county', {
    match: passenger.match,
    fields: { division_code: '990001001', guardianship_status: 'normal' },
  });
  // The office's case, which its own call puts into the register.
  const why = { purpose: 'S1', case: 'CANARY', officer: 'canary', reason: 'canary' };
  const body = {
    collection: 'children',
    subjects: [{ match: passenger.match }],
    fields: ['guardianship_status'],
  };
  await gateway.call('edu-county', { actions: ['release'], ...why }, 'POST', '/v1/releases', body);
  expect(await fly(options, passenger, 0)).toMatchObject({ good: false, failed: 'NOT_IN_TREE' });
  const steps = setInterval(() => void gateway.sequencer.step(), 200);
  const flight = await fly(options, passenger, 30_000);
  clearInterval(steps);
  expect(flight).toEqual({ good: true, failed: null, milliseconds: expect.any(Number) });
  expect(await fly({ ...options, issuer: 'http://127.0.0.1:9' }, passenger)).toMatchObject({
    failed: 'UNREACHABLE',
  });
});

it('counts where the alarm of the stack looks, whose silence raises it', () => {
  const told: string[][] = [];
  count((...words) => void told.push(words), 'prod', { good: true, milliseconds: 1, failed: null });
  const alarms = [...synthesise('prod', { canary: true }).resources.values()].filter(
    ({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && Properties.MetricName === 'CanaryReleases',
  );
  expect(alarms).toMatchObject([
    {
      Properties: {
        Namespace: 'Fieldgate',
        Dimensions: [{ Name: 'environment', Value: 'prod' }],
        TreatMissingData: 'breaching',
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
      },
    },
  ]);
  expect(told).toEqual([
    [
      'cloudwatch',
      'put-metric-data',
      '--namespace',
      'Fieldgate',
      '--metric-data',
      'MetricName=CanaryReleases,Value=1,Dimensions=[{Name=environment,Value=prod}]',
    ],
  ]);
});

it('names its person by whatever fields the policy has, and refuses what is no field and value', () => {
  expect(matchOf(['nhs_number=943 476 5919', 'unit=a=b'])).toEqual({
    nhs_number: '943 476 5919',
    unit: 'a=b',
  });
  expect(() => matchOf(['9434765919'])).toThrow('--match is like <field>=<value>');
});
