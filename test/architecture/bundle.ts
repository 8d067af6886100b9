import { join } from 'node:path';
import { build } from 'esbuild';
import type { FunctionName, NOTIFY, SCHEDULED } from '../../infra/aws/routes.ts';
import { BUNDLE } from '../../infra/aws/run/gateway-function.ts';
import { ROOT } from './modules.ts';

/** One function as Lambda gets it. */
export interface Bundle {
  /** Files that contribute code, as paths from the root of the repository. */
  files: ReadonlySet<string>;
  /** Files that were read, whether or not code of them is left. */
  inputs: ReadonlySet<string>;
  /** The calls that it can make, as IAM names them: `kms:Decrypt`, `dynamodb:GetItem`. */
  calls: ReadonlySet<string>;
  code: Uint8Array;
  /**
   * Bytes of `code` that are data: the compiled pack, which grows with the law, and the gateway's texts, which grow with
   * the languages.
   */
  dataBytes: number;
}

/**
 * Most kilobytes of each function without data: what it had before suites and hybrid keys, so that who uses neither pays nothing
 * for them; intake, release and maintenance 2 to 8 KB for files; release 1 KB for the purpose of the caller's token. A caller waits
 * for release. The client of S3, for the tree of the log, costs some 100 KB.
 */
export const MOST: Record<FunctionName | (typeof SCHEDULED)[number] | typeof NOTIFY, number> = {
  ...{ token: 285, intake: 372, release: 479, verify: 591, insight: 343, casework: 527, audit: 567 },
  ...{ steward: 543, maintenance: 493, console: 35, sequencer: 423, watch: 443, notify: 436 },
};

/** Bundles `functions/<name>/handler.ts` with the settings of the stack. */
export async function bundleOf(name: string): Promise<Bundle> {
  return bundleFile(join(ROOT, 'functions', name, 'handler.ts'));
}

/**
 * @param entry path of the file to bundle, or code in the root of the repository
 * @param alias replacements for packages
 */
export async function bundleFile(
  entry: string | { code: string },
  alias: Record<string, string> = BUNDLE.alias,
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...BUNDLE,
    mainFields: [...BUNDLE.mainFields],
    alias,
    ...(typeof entry === 'string'
      ? { entryPoints: [entry] }
      : { stdin: { contents: entry.code, loader: 'ts', resolveDir: ROOT } }),
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    metafile: true,
    write: false,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.filter(([, input]) => input.bytesInOutput > 0).map(([file]) => file);
  const calls = new Set(files.flatMap((file) => COMMAND.exec(file)?.slice(1, 3).join(':') ?? []));
  // The one call that is made without the SDK's client; its tags are an action of their own.
  if (files.includes('shared/keys/assume-role.ts')) calls.add('sts:AssumeRole').add('sts:TagSession');
  // One call that IAM knows as two, one for each key.
  if (calls.delete('kms:ReEncrypt')) calls.add('kms:ReEncryptFrom').add('kms:ReEncryptTo');
  // The DynamoDB client brings it along for endpoint discovery, which is off unless configured.
  calls.delete('dynamodb:DescribeEndpoints');
  // And that of S3 for directory buckets, which ours are not.
  calls.delete('s3:CreateSession');
  // IAM knows it as ListBucket, without which a missing object looks like a forbidden one.
  if (calls.delete('s3:ListObjectsV2') || calls.has('s3:GetObject')) calls.add('s3:ListBucket');
  // The bucket of files is called without its client, too.
  for (const [file, actions] of Object.entries(FILES))
    if (files.includes(file)) for (const action of actions) calls.add(`s3:${action}`);
  const data = inputs.filter(([file]) => /^shared\/(?:packs|messages|contract\/words)\//.test(file));
  return {
    files: new Set(files),
    inputs: new Set(Object.keys(metafile.inputs)),
    calls,
    code: outputFiles[0]?.contents ?? new Uint8Array(),
    dataBytes: data.reduce((sum, [, input]) => sum + input.bytesInOutput, 0),
  };
}

const FILES: Readonly<Record<string, readonly string[]>> = {
  'functions/intake/s3-uploads.ts': [
    ...['PutObject', 'PutObjectTagging', 'DeleteObjectTagging', 'ListMultipartUploadParts', 'GetObject'],
  ],
  'functions/release/s3-reads.ts': ['GetObject'],
  'functions/maintenance/s3-removals.ts': ['DeleteObject'],
};

const COMMAND = /@aws-sdk\/client-(\w+)\/dist-es\/commands\/(\w+)Command\.js$/;
