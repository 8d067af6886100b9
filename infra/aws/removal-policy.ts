import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/**
 * The removal policy of a resource that holds data. In production it survives the deletion of the stack, but
 * not a failed first deployment: it is still empty then, and each further attempt would leave another copy.
 */
export function kept({ retain }: { retain: boolean }): RemovalPolicy {
  return retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}

/** A log group that is kept as long as the settings say. */
export const logGroup = (scope: Construct, id: string, settings: Settings): LogGroup =>
  new LogGroup(scope, id, {
    retention: settings.logDays as RetentionDays,
    removalPolicy: kept(settings),
  });
