/** Records of CloudTrail. An attacker may have changed them: every member is checked. */
import { asKeyId, asSubjectId } from '../../ids.ts';
import type { Unwrap } from './reconcile.ts';

/** The caller and the instant of a call of KMS that succeeded; `null` for any other record of CloudTrail. */
function readCall(record: unknown, name: string): Pick<Unwrap, 'at' | 'principal'> | null {
  const { eventName, eventSource, eventTime, errorCode, userIdentity } = membersOf(record);
  if (eventName !== name || eventSource !== 'kms.amazonaws.com' || errorCode !== undefined) return null;
  const at = typeof eventTime === 'string' ? Date.parse(eventTime) : Number.NaN;
  return Number.isNaN(at) ? null : { at, principal: principalOf(membersOf(userIdentity)) };
}

/** A caller of another account has no ARN in the trail of the key's owner: its role is then the unique id that AWS gave it. */
function principalOf({ arn, principalId }: Record<string, unknown>): string {
  if (typeof arn === 'string') return arn.replace(/^.*:(assumed-role|user|role)\//, '');
  return typeof principalId === 'string' ? principalId.replace(':', '/') : 'unknown';
}

/** @returns the role that let KMS compute a MAC and the instant, or `null` for another record */
export function readMac(record: unknown): { role: string; at: number } | null {
  const call = readCall(record, 'GenerateMac');
  return call && { role: call.principal.split('/', 1)[0] ?? '', at: call.at };
}

/** @returns the contents of a CloudTrail record, or `null` unless it is of an unwrapped data key. */
export function readUnwrap(record: unknown): Unwrap | null {
  const call = readCall(record, 'Decrypt');
  if (!call) return null;
  const { eventID, sharedEventID, requestParameters } = membersOf(record);
  const { keyId, subject, class: name } = membersOf(membersOf(requestParameters)['encryptionContext']);
  if (![keyId, subject, name, eventID].every(isName)) return null;
  return {
    // The same call in the trails of two accounts has two event ids and one shared id.
    event: typeof sharedEventID === 'string' ? sharedEventID : (eventID as string),
    ...call,
    key: asKeyId(keyId as string),
    subject: asSubjectId(subject as string),
    class: name as string,
  };
}

/** A data key that KMS wrapped under another key. */
export interface Move extends Omit<Unwrap, 'subject' | 'class'> {
  /** In whose trail the record is. */
  account: string;
  /** Account of the key that wraps it now. */
  to: string;
}

/** @returns the contents of a CloudTrail record, or `null` unless it is of a data key that was moved. */
export function readMove(record: unknown): Move | null {
  const call = readCall(record, 'ReEncrypt');
  if (!call) return null;
  const { eventID, sharedEventID, requestParameters, recipientAccountId, userIdentity } = membersOf(record);
  const { destinationKeyId, sourceEncryptionContext } = membersOf(requestParameters);
  const account = String(recipientAccountId);
  // A key without an account is one of the caller's.
  const caller = membersOf(userIdentity)['accountId'];
  const [, , , , to = String(caller)] = String(destinationKeyId).split(':');
  const { keyId } = membersOf(sourceEncryptionContext);
  return { event: String(sharedEventID ?? eventID), ...call, key: asKeyId(String(keyId)), account, to };
}

/**
 * KMS unwraps a data key of the gateway under the context of its wrapping alone, so no id is empty or long. Any other key of
 * the account may have such a context, which no store takes as a key.
 */
const isName = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= 256;

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
