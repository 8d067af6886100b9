/** A second instance of release, with clients of its own. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { withTables } from '../../../functions/deps.ts';
import { RELEASE_ENV } from '../../../functions/release/deps.ts';
import { pick } from '../../../infra/local/settings.ts';
import type { TestGateway } from '../../support/gateway.ts';

const ROLE = { accessKeyId: 'fieldgate-release', secretAccessKey: 'local' };

/** What a second instance of release has, with clients of its own, so that nothing is kept yet. */
export async function separate({ kms, dynamo, env, files }: TestGateway) {
  const settings = async ({ config }: KMSClient | DynamoDBClient) => {
    const { region, credentials, requestHandler } = config;
    return { region, credentials, requestHandler, endpoint: await config.endpoint?.() };
  };
  const clients = {
    kms: new KMSClient({ ...(await settings(kms)), credentials: ROLE } as never),
    dynamo: new DynamoDBClient((await settings(dynamo)) as never),
  };
  return withTables({ env: pick(env, RELEASE_ENV, 'release'), ...clients, files, now: Date.now });
}
