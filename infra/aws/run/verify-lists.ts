import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Settings } from '../settings.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { laneMachine } from './lane-machine.ts';
import { allowing } from './roles.ts';

/** What the puts of markers begin with; see shared/records/list-files.ts. */
const STARTS = 'starts/';

/**
 * The lists that the gateway works off. Their bucket holds nothing that is not sealed, and all of it until the midnight (UTC)
 * after a day. A put marker starts an execution, which knows the list by its path alone: a digest of the agency's name and the
 * agency's own random id.
 */
export class VerifyLists extends Construct {
  readonly #machine: StateMachine;
  readonly #started: Rule;

  constructor(scope: Construct, id: string, verify: GatewayFunction, settings: Settings) {
    super(scope, id);
    const bucket = new Bucket(this, 'Files', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      // Without versions, so that what is deleted is gone.
      lifecycleRules: [
        { expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const own = bucket.node.defaultChild as CfnBucket;
    // The property itself: CDK's option would set it by a function of its own.
    own.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    verify.set('listsBucket', bucket.bucketName);
    verify.set('listLanes', String(settings.listLanes));
    verify.allow(allowing(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], bucket.arnForObjects('*')));
    // Without ListBucket, S3 answers 403 instead of 404 if an object does not exist.
    verify.allow(allowing(['s3:ListBucket'], bucket.bucketArn));
    this.#machine = laneMachine(this, verify, settings, {
      ...{ suffix: 'lists', look: { fieldgate: 'list-lanes', 'marker.$': '$.marker' }, work: 'list-lane' },
      ...{ lanes: settings.listLanes, retries: true },
    });
    this.#started = new Rule(this, 'Started', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: STARTS }] } },
      },
      targets: [
        new SfnStateMachine(this.#machine, {
          input: RuleTargetInput.fromObject({ marker: EventField.fromPath('$.detail.object.key') }),
        }),
      ],
    });
    const files = Stack.of(this).getLogicalId(own);
    acknowledge(verify, { [`AwsSolutions-IAM5[Resource::<${files}.Arn>/*]`]: EVERY_OBJECT });
    acknowledge(this, ACCEPTED);
  }

  /** Executions that failed, and markers that started none: their lists stand still. */
  standing(period: Duration): IMetric {
    const { ruleName: RuleName } = this.#started;
    const of = { statistic: 'Sum' } as const;
    return new MathExpression({
      expression: 'FILL(failed, 0) + FILL(unstarted, 0)',
      usingMetrics: {
        failed: this.#machine.metricFailed(of),
        unstarted: new Metric({
          ...{ namespace: 'AWS/Events', metricName: 'FailedInvocations', ...of },
          dimensionsMap: { RuleName },
        }),
      },
      period,
      label: 'Lists that stand still',
    });
  }
}

const EVERY_OBJECT = 'Each object of the bucket is a file of some list; the function makes their names.';

const ACCEPTED = {
  'AwsSolutions-S1':
    'One role reads and writes, and logs each row as an act. What rests here is sealed and goes in two days.',
  'NIST.800.53.R5-S3BucketLoggingEnabled': 'As above.',
  'NIST.800.53.R5-S3BucketReplicationEnabled':
    'A copy would outlive the day after which nothing of a list may be left.',
  'NIST.800.53.R5-S3BucketVersioningEnabled': 'As above.',
  'NIST.800.53.R5-S3DefaultEncryptionKMS':
    'Each object is sealed under a key that KMS makes for its list and for no other role; a second layer would add nothing.',
  'NIST.800.53.R5-S3BucketDefaultLockEnabled': 'Everything here must be deletable at once.',
};
