/** Records of every call in the form of CloudTrail. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../state/files.ts';

export interface TrailRecord {
  eventVersion: '1.11';
  userIdentity: { type: 'AssumedRole'; arn: string; accountId: string; accessKeyId: string };
  /** RFC 3339, whole seconds, as in CloudTrail. */
  eventTime: string;
  eventSource: 'kms.amazonaws.com';
  eventName: string;
  awsRegion: string;
  sourceIPAddress: string;
  userAgent: string;
  errorCode?: string;
  errorMessage?: string;
  /** `null` if the request was too malformed to be described. */
  requestParameters: Record<string, unknown> | null;
  responseElements: null;
  requestID: string;
  eventID: string;
  readOnly: true;
  resources: { accountId: string; type: 'AWS::KMS::Key'; ARN: string }[];
  eventType: 'AwsApiCall';
  managementEvent: true;
  recipientAccountId: string;
  eventCategory: 'Management';
}

export interface Trail {
  append(record: TrailRecord): void;
  /** @returns a function that ends the subscription. */
  subscribe(listener: (record: TrailRecord) => void): () => void;
  close(): void;
}

/**
 * @param folder of the `YYYY-MM-DD.jsonl` files, or `null` for subscribers only. A record is written to the
 * operating system before its call is answered.
 */
export function openTrail(folder: string | null): Trail {
  const listeners = new Set<(record: TrailRecord) => void>();
  let day = '';
  let file = -1;
  if (folder !== null) makeFolder(folder);
  return {
    append(record) {
      if (folder !== null) {
        const today = record.eventTime.slice(0, 10);
        if (today !== day) {
          if (file !== -1) closeSync(file);
          file = openSync(join(folder, `${today}.jsonl`), 'a', 0o600);
          day = today;
        }
        writeSync(file, `${JSON.stringify(record)}\n`);
      }
      for (const listener of listeners) listener(record);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (file !== -1) closeSync(file);
      file = -1;
      day = '';
    },
  };
}
