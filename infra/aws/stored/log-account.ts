import { Aws, CfnOutput, Duration } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { EnvironmentStack } from '../environment-stack.ts';
import { inLogAccount } from '../log-account-names.ts';
import { kept } from '../removal-policy.ts';
import type { Settings } from '../settings.ts';
import { putOnce } from './log-buckets.ts';

/**
 * What must survive the account of the gateway, in an account that its administrators do not enter: a copy of the log, and
 * CloudTrail's files. The gateway's sequencer can put files of new names, its watch can read the trail, and CloudTrail delivers.
 * Each file is locked, in production also against the root user of this account.
 */
export class LogAccount extends EnvironmentStack {
  constructor(scope: Construct, id: string, settings: Settings, logAccount: string) {
    super(scope, id, { ...settings, account: logAccount }, "Fieldgate: the log's copy, and the trail");
    const { account = '', environment, region = '' } = settings;
    const { copy, trail, trailName } = inLogAccount(settings);
    const role = (name: string) => ({
      ArnLike: {
        'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${account}:role/fieldgate-${environment}-keys-${name}Role*`,
      },
    });
    const gateway = new AccountPrincipal(account);
    const log = this.#locked('Log', copy, settings, settings.tileYears);
    putOnce(log);
    log.addToResourcePolicy(
      new PolicyStatement({
        sid: 'SequencerPuts',
        principals: [gateway],
        actions: ['s3:PutObject'],
        resources: [log.arnForObjects('log/*')],
        conditions: role('sequencer'),
      }),
    );
    const files = this.#locked('Trail', trail, settings, 1);
    const cloudTrail = {
      principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
      conditions: {
        StringEquals: {
          'aws:SourceArn': `arn:${Aws.PARTITION}:cloudtrail:${region}:${account}:trail/${trailName}`,
        },
      },
    };
    const delivered = `AWSLogs/${account}/*`;
    for (const statement of [
      { sid: 'TrailLooks', actions: ['s3:GetBucketAcl'], resources: [files.bucketArn], ...cloudTrail },
      {
        sid: 'TrailPuts',
        actions: ['s3:PutObject'],
        resources: [files.arnForObjects(delivered)],
        ...cloudTrail,
      },
      {
        sid: 'WatchLists',
        actions: ['s3:ListBucket'],
        resources: [files.bucketArn],
        principals: [gateway],
        conditions: role('watch'),
      },
      {
        sid: 'WatchReads',
        actions: ['s3:GetObject'],
        resources: [files.arnForObjects(delivered)],
        principals: [gateway],
        conditions: role('watch'),
      },
    ])
      files.addToResourcePolicy(new PolicyStatement(statement));
    new CfnOutput(this, 'Copy', { value: log.bucketName, description: 'copy of the log' });
    acknowledge(this, ACCEPTED);
  }

  #locked(id: string, bucketName: string, settings: Settings, years: number): Bucket {
    const { retain } = settings;
    return new Bucket(this, id, {
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: retain
        ? ObjectLockRetention.compliance(Duration.days(365 * years))
        : ObjectLockRetention.governance(Duration.days(1)),
      removalPolicy: kept(settings),
    });
  }
}

const ACCEPTED = {
  'AwsSolutions-S1':
    'One role or service writes each bucket, and no file of it changes. This account decides on its readers.',
  'NIST.800.53.R5-S3BucketLoggingEnabled': 'As above.',
  'NIST.800.53.R5-S3BucketReplicationEnabled': 'It is itself the copy.',
  'NIST.800.53.R5-S3DefaultEncryptionKMS':
    "The gateway's account would need a right to this account's key, to write what it may not read.",
};
