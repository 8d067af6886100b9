import { Duration, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { inLogAccount } from '../log-account-names.ts';
import { kept } from '../removal-policy.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import { allowing } from '../run/roles.ts';
import type { Settings } from '../settings.ts';

/**
 * The buckets of the log's tree. Full tiles are under Object Lock, so that no one in the account can change or delete
 * one. Partial tiles, checkpoints and batches are replaced over time, so they are in another bucket.
 */
export class LogBuckets extends Construct {
  readonly #tiles: Bucket;
  readonly #edge: Bucket;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const { retain, tileYears } = settings;
    const shared = {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: kept({ retain }),
    };
    this.#tiles = new Bucket(this, 'Tiles', {
      ...shared,
      objectLockEnabled: true,
      // In compliance mode not even the account's root user can shorten the retention.
      objectLockDefaultRetention: retain
        ? ObjectLockRetention.compliance(Duration.days(365 * tileYears))
        : ObjectLockRetention.governance(Duration.days(1)),
    });
    putOnce(this.#tiles);
    this.#edge = new Bucket(this, 'Edge', {
      ...shared,
      // Replaced versions stay for a week, so that an operator can find out how a checkpoint was made.
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(7), expiredObjectDeleteMarker: true }],
    });
    acknowledge(this, ACCEPTED);
  }

  /** Name of the bucket with the checkpoint, and with what an operator puts next to it. */
  get edgeBucket(): string {
    return this.#edge.bucketName;
  }

  /** May read the tree. */
  grantRead(fn: GatewayFunction): void {
    fn.set('tilesBucket', this.#tiles.bucketName);
    fn.set('edgeBucket', this.edgeBucket);
    this.#allow(fn, 's3:GetObject', this.#tiles, this.#edge);
    // Without ListBucket, S3 answers 403 instead of 404 if an object does not exist.
    fn.allow(allowing(['s3:ListBucket'], this.#tiles.bucketArn, this.#edge.bucketArn));
  }

  /** May add files to the tree, and replace those that are not final; and put them into the log account, if there is one. */
  grantGrow(fn: GatewayFunction, settings: Settings): void {
    this.#grantCopy(fn, settings);
    this.grantRead(fn);
    this.#allow(fn, 's3:PutObject', this.#tiles, this.#edge);
    this.#allow(fn, 's3:DeleteObject', this.#edge);
  }

  /** May put files into the log account's copy, and read none of them. */
  #grantCopy(fn: GatewayFunction, settings: Settings): void {
    const copy = settings.logAccount === undefined ? undefined : inLogAccount(settings).copy;
    fn.set('archiveBucket', copy ?? 'none');
    if (copy === undefined) return;
    fn.allow(allowing(['s3:PutObject'], Bucket.fromBucketName(this, 'Copy', copy).arnForObjects('log/*')));
    acknowledge(fn, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${copy}/log/*]`]: EVERY_OBJECT,
    });
  }

  #allow(fn: GatewayFunction, action: string, ...buckets: Bucket[]): void {
    fn.allow(allowing([action], ...buckets.map((bucket) => bucket.arnForObjects('*'))));
    const ids = buckets.map((bucket) => Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket));
    acknowledge(
      fn,
      Object.fromEntries(ids.map((id) => [`AwsSolutions-IAM5[Resource::<${id}.Arn>/*]`, EVERY_OBJECT])),
    );
  }
}

/** An existing object is never overwritten: a put without `If-None-Match` is refused for every principal. */
export function putOnce(bucket: Bucket): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'PutOnce',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: {
        Null: { 's3:if-none-match': 'true' },
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    }),
  );
}

const EVERY_OBJECT = 'Each object of the bucket is a file of the one tree; the function knows their names.';

const ACCEPTED = {
  'AwsSolutions-S1':
    'Anyone may read and one role writes. The tree, not a list of calls, reveals a forged or removed file.',
  'NIST.800.53.R5-S3BucketLoggingEnabled': 'As above.',
  'NIST.800.53.R5-S3BucketReplicationEnabled':
    'Anyone may mirror the tree and check the mirror. The operator chooses whether it gets a region of its own.',
  'NIST.800.53.R5-S3DefaultEncryptionKMS':
    'The tiles contain no personal data and are public if the operator chooses so.',
  'NIST.800.53.R5-S3BucketDefaultLockEnabled':
    'Full tiles are locked; partial tiles and the checkpoint are replaced as the log grows.',
};
