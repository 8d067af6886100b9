/** The channels as Secrets Manager keeps them. A changed secret needs no deployment. */

import type { KMSClient } from '@aws-sdk/client-kms';
import { callService } from '../../shared/keys/signed-call.ts';
import { type Channels, readChannels } from '../../shared/records/gateway/channels.ts';

/** Milliseconds for which an instance uses what it has read. */
const FRESH = 5 * 60_000;

interface Place {
  channelsSecret: string;
  secretsEndpoint: string;
}

/** @returns reads the channels. @throws ChannelsError, or an error that is named by the status of the answer */
export function channelsIn(
  kms: KMSClient,
  { channelsSecret: SecretId, secretsEndpoint }: Place,
  now: () => number,
): () => Promise<Channels> {
  let last: { at: number; channels: Channels } | undefined;
  return async () => {
    if (last && now() - last.at < FRESH) return last.channels;
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
    };
    const ask = JSON.stringify({ SecretId });
    const { status, body } = await callService(kms, 'secretsmanager', `${secretsEndpoint}/`, ask, headers);
    if (status !== 200) throw Object.assign(new Error(), { name: `SecretsManager${status}` });
    const { SecretString = '' } = JSON.parse(body) as { SecretString?: string };
    last = { at: now(), channels: readChannels(SecretString) };
    return last.channels;
  };
}
