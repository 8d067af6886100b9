import { Duration, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { kept } from '../removal-policy.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import { allowing } from '../run/roles.ts';
import type { Settings } from '../settings.ts';
import { putOnce } from './log-buckets.ts';

/** Days until what no intake took is deleted: as long as `STAGED_SECONDS` of shared/records/files.ts. */
const STAGED_DAYS = 7;

/**
 * The objects of files: ciphertext, each under a key of its own that is kept with its person. An object is made once and never
 * replaced; without versions, so that what is erased is gone.
 */
export class FilesBucket extends Construct {
  readonly #bucket: Bucket;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.#bucket = new Bucket(this, 'Objects', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [
        { expiration: Duration.days(STAGED_DAYS), tagFilters: { staged: 'yes' } },
        { abortIncompleteMultipartUploadAfter: Duration.days(STAGED_DAYS) },
      ],
      removalPolicy: kept(settings),
    });
    putOnce(this.#bucket);
    // An address is for the caller that got it, now.
    this.#bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AddressesEndSoon',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [this.#bucket.arnForObjects('*')],
        conditions: {
          StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
          NumericGreaterThan: { 's3:signatureAge': '150000' },
        },
      }),
    );
    acknowledge(this, ACCEPTED);
  }

  /** May put objects, see that one is there, keep it, and mark it for the lifecycle by no other tag than that. */
  grantUpload(fn: GatewayFunction): void {
    this.#grant(fn, ...UPLOADS);
    const marking = allowing(['s3:PutObjectTagging'], this.#bucket.arnForObjects('*'));
    marking.addConditions({
      StringEquals: { 's3:RequestObjectTag/staged': 'yes' },
      'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': 'staged' },
    });
    fn.allow(marking);
  }

  /** May make addresses from which objects are read. */
  grantRead(fn: GatewayFunction): void {
    this.#grant(fn, 's3:GetObject');
  }

  grantRemove(fn: GatewayFunction): void {
    this.#grant(fn, 's3:DeleteObject');
  }

  #grant(fn: GatewayFunction, ...actions: string[]): void {
    fn.set('filesBucket', this.#bucket.bucketName);
    fn.allow(allowing(actions, this.#bucket.arnForObjects('*')));
    const name = Stack.of(this).getLogicalId(this.#bucket.node.defaultChild as CfnBucket);
    acknowledge(fn, { [`AwsSolutions-IAM5[Resource::<${name}.Arn>/*]`]: EVERY_OBJECT });
  }
}

const UPLOADS = [
  ...['s3:PutObject', 's3:DeleteObjectTagging'],
  ...['s3:ListMultipartUploadParts', 's3:GetObject'],
];

const EVERY_OBJECT = 'Each object of the bucket is a file of some person; the function knows their names.';

const ACCEPTED = {
  'AwsSolutions-S1':
    'An object is ciphertext under a key of its own. Each address that is given follows an entry of the log.',
  'NIST.800.53.R5-S3BucketLoggingEnabled': 'As above.',
  'NIST.800.53.R5-S3BucketReplicationEnabled': 'A copy would outlive the erasure of a person.',
  'NIST.800.53.R5-S3BucketVersioningEnabled': 'As above.',
  'NIST.800.53.R5-S3DefaultEncryptionKMS':
    'Each object is sealed under a key that KMS makes for it; a second layer would add nothing.',
  'NIST.800.53.R5-S3BucketDefaultLockEnabled': 'Everything here must be deletable at once.',
};
