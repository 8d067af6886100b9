/** The secret with the channels by which people are informed, as `npm run doctor` looks at it. */

import { ChannelsError, readChannels } from '../../../shared/records/gateway/channels.ts';

interface Described {
  KmsKeyId?: string;
  DeletedDate?: unknown;
}

/** @param aws reads as the AWS CLI does. @returns what is wrong, by its place and never by what stands there; `null` if nothing is */
export function channelsFault(aws: (...words: string[]) => unknown, arn: string): string | null {
  const ask = (call: string) => aws('secretsmanager', call, '--secret-id', arn);
  const { KmsKeyId, DeletedDate } = ask('describe-secret') as Described;
  if (DeletedDate !== undefined) return 'it is being deleted';
  if (KmsKeyId !== undefined && !KmsKeyId.endsWith('alias/aws/secretsmanager'))
    return "it is under a key that the function may not use; use the account's aws/secretsmanager";
  const { SecretString = '' } = ask('get-secret-value') as { SecretString?: string };
  try {
    readChannels(SecretString);
    return null;
  } catch (error) {
    if (error instanceof ChannelsError) return `it holds no channels: ${error.message}`;
    throw error;
  }
}
