/** What Lambda says that functions run. The API is asked, and no function: one that was taken over would lie about itself. */
import { hash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import canonicalize from 'canonicalize';
import { callService } from '../../shared/keys/signed-call.ts';
import type { Running } from './code.ts';

interface Version {
  FunctionName: string;
  Version: string;
  CodeSha256: string;
}

/** Members that change without a change of what runs. */
const PASSING = /^(CodeSha256|CodeSize|FunctionArn|LastModified|LastUpdate.*|RevisionId|State.*|Version)$/;

/**
 * All versions, because a caller of the API may invoke each of them.
 * @param prefix of all names, up to that of the function in the log
 * @throws Error if one can't be asked
 */
export async function lambdaRuns(
  kms: KMSClient,
  { endpoint, functions, prefix }: { endpoint: string; functions: readonly string[]; prefix: string },
): Promise<Running[]> {
  const all: Running[] = [];
  for (const name of functions) {
    let marker: string | null = '';
    do {
      const page = `MaxItems=50${marker === '' ? '' : `&Marker=${encodeURIComponent(marker)}`}`;
      const url = `${endpoint}/2015-03-31/functions/${name}/versions?${page}`;
      const { status, body } = await callService(kms, 'lambda', url);
      if (status !== 200) throw new Error(`Lambda answers ${status}`);
      const { Versions, NextMarker }: { Versions: Version[]; NextMarker?: string | null } = JSON.parse(body);
      all.push(...Versions.map((one) => runningOf(one, name.slice(prefix.length))));
      marker = NextMarker || null;
    } while (marker !== null);
  }
  return all;
}

function runningOf(one: Version, name: string): Running {
  const kept = Object.entries(one).filter(([member]) => !PASSING.test(member));
  return {
    name,
    version: one.Version,
    archive: Buffer.from(one.CodeSha256, 'base64').toString('hex'),
    configuration: hash('sha256', canonicalize(Object.fromEntries(kept)) as string),
  };
}
