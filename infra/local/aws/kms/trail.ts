/** Records of every call in the form of CloudTrail. */

import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { appendWhole, openLines } from '../../../cli/whole-files.ts';
import { makeFolder } from '../../files.ts';

export interface TrailRecord {
  eventVersion: '1.11';
  userIdentity: {
    type: 'AssumedRole';
    principalId: string;
    arn: string;
    accountId: string;
    accessKeyId: string;
  };
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
  /** Of a call that two accounts record. */
  sharedEventID?: string;
  readOnly: true;
  resources: { accountId: string; type: 'AWS::KMS::Key'; ARN: string }[];
  eventType: 'AwsApiCall';
  managementEvent: true;
  recipientAccountId: string;
  eventCategory: 'Management';
}

/** In the account of a key that another account used. */
export type OwnerRecord = Omit<TrailRecord, 'userIdentity'> & {
  userIdentity: { type: 'AWSAccount'; principalId: string; accountId: string };
};

export interface Trail<Of = TrailRecord> {
  /** @returns resolves once the record is written, or fails as the file system does; `null`: there is no file to write */
  append(record: Of): Promise<void> | null;
  /** @returns a function that ends the subscription. */
  subscribe(listener: (record: Of) => void): () => void;
  close(): void;
}

/**
 * @param folder of the `YYYY-MM-DD.jsonl` files, or `null` for subscribers only. Records of concurrent calls are written
 * together, before any of those calls is answered.
 */
export function openTrail<Of extends { eventTime: string } = TrailRecord>(folder: string | null): Trail<Of> {
  const listeners = new Set<(record: Of) => void>();
  let day = '';
  let file = -1;
  if (folder !== null) makeFolder(folder);
  let waiting: { day: string; lines: string[]; written: Promise<void> } | null = null;
  const write = (today: string, lines: readonly string[]) => {
    if (today !== day) {
      // If it can't be opened, the other day's file stays in use.
      const next = openLines(join(folder ?? '', `${today}.jsonl`));
      if (file !== -1) closeSync(file);
      file = next;
      day = today;
    }
    appendWhole(file, lines.join(''));
  };
  /** Once all that is under way in this turn has come to its record. */
  const together = (today: string) => {
    const lines: string[] = [];
    const written = new Promise<void>((done, fail) => {
      process.nextTick(() => {
        if (waiting?.lines === lines) waiting = null;
        try {
          write(today, lines);
          done();
        } catch (error) {
          fail(error);
        }
      });
    });
    return { day: today, lines, written };
  };
  return {
    append(record) {
      for (const listener of listeners) listener(record);
      if (folder === null) return null;
      const today = record.eventTime.slice(0, 10);
      if (waiting?.day !== today) waiting = together(today);
      waiting.lines.push(`${JSON.stringify(record)}\n`);
      return waiting.written;
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
