/** The stack of the log account, as a command makes it. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inLogAccount } from '../../infra/aws/log-account-names.ts';
import { LogAccount } from '../../infra/aws/stored/log-account.ts';
import { deployed, NO_BUNDLES, type Resource, type Synthesised } from './synthesise.ts';

export const LOG_ACCOUNT = '222233334444';
const SETTINGS = deployed('prod', { logAccount: LOG_ACCOUNT });
/** Names of its two buckets. */
export const { copy: COPY, trail: FILES } = inLogAccount(SETTINGS);

export function logAccount(changes: Parameters<typeof deployed>[1] = {}): Synthesised {
  const settings = deployed('prod', { ...changes, logAccount: LOG_ACCOUNT });
  const stack = new LogAccount(new App(NO_BUNDLES), 'fieldgate-prod-archive', settings, LOG_ACCOUNT);
  const template = Template.fromStack(stack).toJSON();
  return { template, resources: new Map(Object.entries(template['Resources'] as Record<string, Resource>)) };
}
