import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { ReadWriteType, Trail, type TrailProps } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { regionOfIam } from '../iam-region.ts';
import { inLogAccount } from '../log-account-names.ts';
import { kept } from '../removal-policy.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import { allowing } from '../run/roles.ts';
import type { Settings } from '../settings.ts';

/**
 * AWS's own record of every unwrapped data key, which the watch compares with the log. Decrypt is a read-only management
 * event. The trail records all management events of the region, because it can't be restricted to those of KMS. In a
 * landing zone the files of the organisation's trail serve as well, and a second copy would cost a dollar for 50,000.
 */
export class KmsTrail extends Construct {
  readonly #bucket: IBucket;
  /** What the names of the region's files begin with. */
  readonly #prefix: string;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const { trail, logAccount } = settings;
    if (trail && logAccount) throw new Error('either a trail that is there, or one to the log account');
    // Accepted findings name a bucket that is not the stack's own, so they need the texts.
    const own = logAccount === undefined ? [Aws.ACCOUNT_ID, Aws.REGION] : [settings.account, settings.region];
    this.#prefix = trail?.prefix ?? `AWSLogs/${own[0]}/CloudTrail/${own[1]}/`;
    if (!this.#prefix.endsWith('/')) throw new Error('the prefix of the trail ends with a slash');
    const what = {
      managementEvents: ReadWriteType.ALL,
      // Calls of IAM reach EventBridge only where a trail has them.
      includeGlobalServiceEvents: settings.region !== undefined && regionOfIam(settings.region) === null,
    };
    const names = logAccount === undefined ? undefined : inLogAccount(settings);
    const elsewhere = trail?.bucket ?? names?.trail;
    this.#bucket =
      elsewhere === undefined
        ? (record(this, settings, what) as IBucket)
        : Bucket.fromBucketName(this, 'Files', elsewhere);
    if (names) deliver(this, this.#bucket, { ...what, trailName: names.trailName });
  }

  /** Where the files of the record lie. */
  get place() {
    const { bucketName, bucketArn } = this.#bucket;
    const prefix = this.#prefix;
    const told = prefix.replace(Aws.ACCOUNT_ID, '<AWS::AccountId>').replace(Aws.REGION, '<AWS::Region>');
    const finding = `AwsSolutions-IAM5[Resource::${this.#told}/${told}*]`;
    return { bucketName, bucketArn, prefix, files: this.#bucket.arnForObjects(`${prefix}*`), finding };
  }

  /** The bucket's ARN as the rule packs write it. */
  get #told(): string {
    const made = this.#bucket.node.defaultChild as CfnBucket | undefined;
    return made
      ? `<${Stack.of(this).getLogicalId(made)}.Arn>`
      : `arn:<AWS::Partition>:s3:::${this.#bucket.bucketName}`;
  }

  /** May read the files of the record. */
  grantRead(fn: GatewayFunction): this {
    const prefix = this.#prefix;
    // A bucket of the organisation holds the files of other accounts as well.
    const files = this.#bucket.node.defaultChild ? '*' : `${prefix}*`;
    fn.set('trailBucket', this.#bucket.bucketName);
    fn.set('trailPrefix', prefix);
    fn.allow(allowing(['s3:GetObject'], this.#bucket.arnForObjects(files)));
    fn.allow(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [this.#bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
      }),
    );
    const why = 'CloudTrail names its files by time and at random, so the function lists them.';
    acknowledge(fn, { [`AwsSolutions-IAM5[Resource::${this.#told}/${files}]`]: why });
    return this;
  }
}

/** A trail of management events of one region, and the bucket of its files. */
export function record(scope: Construct, settings: Settings, what: What): Bucket {
  const bucket = new Bucket(scope, 'Files', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    versioned: true,
    // Governance: an administrator with that right can still end a lock that was set by mistake, and the call is in the trail.
    ...(settings.retain && {
      objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(365)),
    }),
    removalPolicy: kept(settings),
    lifecycleRules: [
      {
        expiration: Duration.days(settings.retain ? 400 : 30),
        noncurrentVersionExpiration: Duration.days(30),
      },
    ],
  });
  deliver(scope, bucket as IBucket, what);
  return bucket;
}

type What = Pick<TrailProps, 'managementEvents' | 'includeGlobalServiceEvents' | 'trailName'>;

function deliver(scope: Construct, bucket: IBucket, what: What): void {
  new Trail(scope, 'Trail', { bucket, ...what, isMultiRegionTrail: false, enableFileValidation: true });
  acknowledge(scope, ACCEPTED);
}

const ACCEPTED = {
  'AwsSolutions-S1':
    'The bucket is itself a log that one role reads. CloudTrail signs digests that reveal a changed or missing file.',
  'NIST.800.53.R5-S3BucketLoggingEnabled': 'As above.',
  'NIST.800.53.R5-S3BucketReplicationEnabled': 'The log of the gateway is the other copy: they must match.',
  'NIST.800.53.R5-S3DefaultEncryptionKMS':
    'The record contains opaque ids. A key of its own would add unwraps to the record that is compared.',
  'NIST.800.53.R5-S3BucketDefaultLockEnabled':
    'Only where data is not kept: there the stack can be destroyed at once.',
  'NIST.800.53.R5-CloudTrailCloudWatchLogsEnabled':
    'The watch reads the files. A second copy in CloudWatch would add nothing.',
  'NIST.800.53.R5-CloudTrailEncryptionEnabled':
    'A key of its own would be unwrapped for each file read, and so add to the record that is compared.',
};
