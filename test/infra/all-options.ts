/** What is off by default in production, all of it on. */
import { BY_CLOCK } from '../../infra/aws/run/job-lanes.ts';
import type { Settings } from '../../infra/aws/settings.ts';

/** With `logAccount` in place of `trail` it is every option, too. */
export const OPTIONS: Partial<Settings> = {
  trail: { bucket: 'org-trail', prefix: 'AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/' },
  jobLanes: BY_CLOCK + 1,
  queries: { mostGigabytes: 200 },
  canary: 'stack',
  networks: ['203.0.113.0/24', '2001:db8::/32'],
  signingProfile: 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/fieldgate/A1b2C3d4E5',
  monthlyBudget: 200,
  guards: { guardDuty: 'here', accessAnalyzer: 'here', config: 'organisation' },
  boundary: 'fieldgate-boundary',
  caseRegister: { layer: 'arn:aws:lambda:eu-west-1:111122223333:layer:cases:1', file: '/opt/cases.csv' },
  proofSigner: 'https://sign.ca.example/proofs',
  domain: {
    name: 'fieldgate.example.gov',
    certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1',
    clients: { bucket: 'trusted', key: 'offices.pem', version: 'aVersion1' },
  },
  tableKey: true,
  secondTopicArn: 'arn:aws:sns:eu-west-1:111122223333:second',
  vpc: {
    ...{ id: 'vpc-0a1b2c3d', subnets: ['subnet-0a', 'subnet-0b'], routeTables: ['rtb-0a'] },
    ...{ prefixLists: { dynamodb: 'pl-0d', s3: 'pl-03' }, outward: ['198.51.100.0/24'] },
  },
  indexKeys: 2,
  signingKeys: { token: [2, 1] },
};
