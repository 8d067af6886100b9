import { readFileSync } from 'node:fs';
import { Aws, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { ACTS, CLAIMS, TRAIL } from '../athena/columns.ts';
import { kept } from '../removal-policy.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import { allowing } from '../run/roles.ts';
import type { Settings } from '../settings.ts';
import type { KmsTrail } from './kms-trail.ts';

/** What the settings ask for, which is nothing by default; the sequencer then puts extracts. */
export function grantExtracts(
  scope: Construct,
  sequencer: GatewayFunction,
  trail: KmsTrail,
  settings: Settings,
): void {
  const { queries } = settings;
  if (queries) new Queries(scope, 'Queries', trail, settings, queries.mostGigabytes).grantExtract(sequencer);
  else sequencer.set('extractBucket', 'none');
}

/** Queries that stand in the workgroup by name, each a file of `infra/aws/athena`. */
const NAMED = {
  flows: 'What went from whom to whom for which purpose, by day',
  officer: 'All that one officer did in a span of days',
  refusals: 'What was refused or withheld, by rule, office and day',
  unreviewed: 'Decisions of a purpose without a review',
} as const;

const SHARED = {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
} as const;

/**
 * Athena over extracts of the log and CloudTrail's files, for the auditors' long queries and a comparison that no function
 * bounds. The policy of this construct lets its holder query, in its workgroup alone. The sequencer writes extracts, and can
 * read none.
 */
class Queries extends Construct {
  readonly #extracts: Bucket;

  constructor(scope: Construct, id: string, trail: KmsTrail, settings: Settings, mostGigabytes: number) {
    super(scope, id);
    const { environment, retain, tileYears } = settings;
    this.#extracts = new Bucket(this, 'Extracts', {
      ...SHARED,
      // Without versions, so that claims which are deleted are gone.
      lifecycleRules: [
        { prefix: 'claims/', expiration: Duration.days(1) },
        { prefix: 'acts/', expiration: Duration.days(365 * tileYears) },
      ],
      removalPolicy: kept({ retain }),
    });
    const results = new Bucket(this, 'Results', {
      ...SHARED,
      // An answer may have what an erasure ends.
      lifecycleRules: [
        { expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const database = `fieldgate_${environment}`;
    const catalog = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: database, description: 'Fieldgate: extracts of the log, and the record of KMS' },
    });
    const { bucketName: bucket, bucketArn, prefix, files, finding } = trail.place;
    const own = this.#extracts.bucketName;
    const tables: [string, Table][] = [
      [
        'trail',
        {
          columns: TRAIL,
          by: 'day',
          format: 'yyyy/MM/dd',
          since: '400DAYS',
          at: `${bucket}/${prefix}`,
          input: CLOUD_TRAIL,
        },
      ],
      [
        'claims',
        { columns: CLAIMS, by: 'hour', format: 'yyyy-MM-dd-HH', since: '2DAYS', at: `${own}/claims/hour=` },
      ],
      [
        'acts',
        {
          columns: ACTS,
          by: 'day',
          format: 'yyyy-MM-dd',
          since: `${tileYears}YEARS`,
          at: `${own}/acts/day=`,
        },
      ],
    ];
    for (const [name, table] of tables)
      new CfnTable(this, name, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: database,
        tableInput: inputOf(name, table),
      }).addResourceDependency(catalog);
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: `fieldgate-${environment}`,
      description: 'Fieldgate: the only place where its extracts are queried',
      recursiveDeleteOption: !retain,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: mostGigabytes * 2 ** 30,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${results.bucketName}/`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
    for (const [name, description] of Object.entries(NAMED)) {
      const queryString = readFileSync(`${import.meta.dirname}/../athena/${name}.sql`, 'utf8');
      const query = { name, description, database, queryString, workGroup: workGroup.name };
      new CfnNamedQuery(this, `Query-${name}`, query).addResourceDependency(workGroup);
    }
    const arn = (service: string, what: string) =>
      `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${what}`;
    const auditors = new ManagedPolicy(this, 'Auditors', {
      description: 'Fieldgate: queries over extracts of the log, for auditors',
      statements: [
        allowing(
          ATHENA.map((name) => `athena:${name}`),
          arn('athena', `workgroup/${workGroup.name}`),
        ),
        allowing(
          GLUE.map((name) => `glue:${name}`),
          ...['catalog', `database/${database}`].map((one) => arn('glue', one)),
          ...tables.map(([name]) => arn('glue', `table/${database}/${name}`)),
        ),
        allowing(['s3:GetObject'], this.#extracts.arnForObjects('*'), files),
        allowing(['s3:GetObject', 's3:PutObject'], results.arnForObjects('*')),
        allowing(['s3:GetBucketLocation', 's3:ListBucket'], ...[this.#extracts.bucketArn, results.bucketArn]),
        new PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [bucketArn],
          conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
        }),
      ],
    });
    new CfnOutput(this, 'Policy', { value: auditors.managedPolicyArn, description: 'for roles of auditors' });
    const objects = [this.#extracts, results].map((one) => objectsOf(one));
    acknowledge(this, {
      ...ACCEPTED,
      ...Object.fromEntries([...objects, finding].map((one) => [one, EVERY_FILE])),
    });
  }

  /** May put extracts, and remove claims; it can read none of them. */
  grantExtract(fn: GatewayFunction): void {
    fn.set('extractBucket', this.#extracts.bucketName);
    fn.allow(
      allowing(['s3:PutObject'], ...['acts/*', 'claims/*'].map((one) => this.#extracts.arnForObjects(one))),
    );
    fn.allow(allowing(['s3:DeleteObject'], this.#extracts.arnForObjects('claims/*')));
    fn.allow(allowing(['s3:ListBucket'], this.#extracts.bucketArn));
    for (const folder of ['acts/', 'claims/'])
      acknowledge(fn, { [objectsOf(this.#extracts, folder)]: EVERY_FILE });
  }
}

const EVERY_FILE = 'Files are named by time and place in the log; who may read some may read all.';

function objectsOf(bucket: Bucket, folder = ''): string {
  const id = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  return `AwsSolutions-IAM5[Resource::<${id}.Arn>/${folder}*]`;
}

const ATHENA = [
  ...['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'GetQueryResults', 'GetWorkGroup'],
  ...[
    'ListQueryExecutions',
    'BatchGetQueryExecution',
    'ListNamedQueries',
    'GetNamedQuery',
    'BatchGetNamedQuery',
  ],
];
const GLUE = ['GetDatabase', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions', 'BatchGetPartition'];

/** Reads the records of CloudTrail's files as rows. */
const CLOUD_TRAIL = 'com.amazon.emr.cloudtrail.CloudTrailInputFormat';

interface Table {
  columns: ReadonlyMap<string, string>;
  /** The partition, a time of this format in the names of files, after `at`. */
  by: string;
  format: string;
  since: string;
  at: string;
  input?: string;
}

/** Partitions are projected from their times, so that nothing must add them. */
function inputOf(
  name: string,
  { columns, by, format, since, at, input }: Table,
): CfnTable.TableInputProperty {
  return {
    name,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: [{ name: by, type: 'string' }],
    parameters: {
      'projection.enabled': 'true',
      [`projection.${by}.type`]: 'date',
      [`projection.${by}.format`]: format,
      [`projection.${by}.range`]: `NOW-${since},NOW`,
      [`projection.${by}.interval`]: '1',
      [`projection.${by}.interval.unit`]: `${by.toUpperCase()}S`,
      'storage.location.template': `s3://${at}\${${by}}`,
    },
    storageDescriptor: {
      columns: [...columns].map(([column, type]) => ({ name: column, type })),
      location: `s3://${at.replace(/[^/]*$/, '')}`,
      inputFormat: input ?? 'org.apache.hadoop.mapred.TextInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      serdeInfo: { serializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
    },
  };
}

const ACCEPTED = {
  'AwsSolutions-S1':
    'One role writes, and CloudTrail has each query. A log of calls would be a second record of the same.',
  'NIST.800.53.R5-S3BucketLoggingEnabled': 'As above.',
  'NIST.800.53.R5-S3BucketReplicationEnabled':
    'They are made from the log, and a copy would outlive an erasure.',
  'NIST.800.53.R5-S3BucketVersioningEnabled': 'As above.',
  'NIST.800.53.R5-S3DefaultEncryptionKMS':
    'A key of its own would be unwrapped for each file read, and so add to the record that is compared.',
  'NIST.800.53.R5-S3BucketDefaultLockEnabled':
    'Claims must be deletable within a day; the tree itself is locked.',
};
