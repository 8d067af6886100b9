import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * The removal policy of a resource that holds data. In production it survives the deletion of the stack, but
 * not a failed first deployment: it is still empty then, and each further attempt would leave another copy.
 */
export function kept({ retain }: { retain: boolean }): RemovalPolicy {
  return retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
