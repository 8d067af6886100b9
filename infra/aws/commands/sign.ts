/**
 * `npm run sign -- --region … --account … --stack fieldgate-prod --profile ARN [--assembly cdk.out]`: signs the archives of
 * the functions by AWS Signer and puts each under the name that the template gives it. The CDK uploads only what is missing,
 * so a deployment takes the signed archives, and the template stays as the gate has read it.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { profileName } from '../signing-profile.ts';
import { type Assembly, archivesOf, zip } from './archives.ts';
import { command } from './command.ts';
import { type Aws, cli } from './doctor.ts';

export interface Order extends Assembly {
  /** ARN of the version of the signing profile that the settings trust. */
  profile: string;
}

/**
 * May be repeated: what the profile has signed is left.
 * @param say called with a line for each archive
 * @throws Error if an archive could not be signed; none of the template's names then has an unsigned archive from here
 */
export function sign(aws: Aws, order: Order, say: (line: string) => void = () => {}): void {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-sign-'));
  try {
    for (const { path, bucket, key } of archivesOf(order)) {
      if (signedBy(aws, bucket, key) === order.profile) say(`signed before ${key}`);
      else {
        const archive = join(folder, key);
        zip(path, archive);
        signOne(aws, { archive, bucket, key, profile: order.profile });
        say(`signed ${key}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function signedBy(aws: Aws, bucket: string, key: string): string | undefined {
  try {
    const head = aws('s3api', 'head-object', '--bucket', bucket, '--key', key);
    return (head as { Metadata?: { 'signed-by'?: string } }).Metadata?.['signed-by'];
  } catch {
    // It is not there, or can't be read: then the upload fails as well.
    return undefined;
  }
}

interface Archive {
  archive: string;
  bucket: string;
  key: string;
  profile: string;
}

function signOne(aws: Aws, { archive, bucket, key, profile }: Archive): void {
  const unsigned = `unsigned/${key}`;
  const put = ['s3api', 'put-object', '--bucket', bucket, '--key', unsigned, '--body', archive];
  // Signer takes one version of an object, so what it signs can't change meanwhile.
  const { VersionId: version } = aws(...put) as { VersionId?: string };
  if (version === undefined) throw new Error(`the bucket ${bucket} keeps no versions, which Signer demands`);
  const { jobId } = aws(
    ...['signer', 'start-signing-job', '--profile-name', profileName(profile)],
    ...['--source', `s3={bucketName=${bucket},key=${unsigned},version=${version}}`],
    ...['--destination', `s3={bucketName=${bucket},prefix=signed/}`],
  ) as { jobId: string };
  // Ends with an error if the job failed.
  aws('signer', 'wait', 'successful-signing-job', '--job-id', jobId);
  const job = aws('signer', 'describe-signing-job', '--job-id', jobId) as {
    signedObject: { s3: { key: string } };
  };
  aws(
    ...['s3api', 'copy-object', '--bucket', bucket, '--key', key],
    ...['--copy-source', `${bucket}/${job.signedObject.s3.key}`],
    ...['--metadata-directive', 'REPLACE', '--metadata', `signed-by=${profile}`],
  );
}

const USAGE = `sign --region REGION --account ID --stack NAME --profile ARN [--assembly cdk.out]

Signs the archives of the functions by AWS Signer, between synthesis and deployment.`;

await command(import.meta.url, USAGE, () => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { region: text, account: text, stack: text, profile: text, assembly: text },
  });
  const { region, account, stack, profile, assembly = 'cdk.out' } = values;
  if (!region || !account || !stack || !profile)
    throw new Error('name the --region, the --account, the --stack and the --profile');
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  sign(cli(region), { assembly, stack, account, region, profile }, say);
});
