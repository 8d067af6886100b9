import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * What becomes of a resource that holds data. In production it outlives the stack, but not a first deployment that
 * fails: there it is empty, and each further attempt would leave another set behind.
 */
export function kept({ retain }: { retain: boolean }): RemovalPolicy {
  return retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
