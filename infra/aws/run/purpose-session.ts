import { Aws, Duration } from 'aws-cdk-lib';
import { ArnPrincipal, type IRole, type PolicyStatement, type PrincipalBase } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, OWN_POLICY } from '../acknowledge.ts';
import type { PackShape } from '../bundle/pack-shape.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { allowing, type Roles } from './roles.ts';

/**
 * The role that a function assumes for one agency and one purpose. The key policies require the purpose tag, so the
 * function can unwrap only what the purpose may open, whatever its code requests. The session name, which CloudTrail
 * shows with each Decrypt, names both.
 */
export class PurposeSession extends Construct {
  readonly role: IRole;

  constructor(scope: Construct, id: string, roles: Roles, fn: GatewayFunction, pack: PackShape) {
    super(scope, id);
    this.role = roles.make(this, id, {
      assumedBy: taggedSessionOf(fn.role, pack.purposes),
      // AWS limits chained role sessions to one hour.
      maxSessionDuration: Duration.hours(1),
      description: 'Unwraps data keys for one agency and one purpose',
    });
    fn.allow(allowing(['sts:AssumeRole', 'sts:TagSession'], this.role.roleArn));
    fn.set('sessionRole', this.role.roleArn);
    fn.set('stsEndpoint', `https://sts.${Aws.REGION}.${Aws.URL_SUFFIX}`);
    acknowledge(this, OWN_POLICY);
  }

  /** Adds a statement to the role of the session. */
  allow(statement: PolicyStatement): void {
    this.role.addToPrincipalPolicy(statement);
  }
}

/** Exactly these two tags, neither of them transitive to another role. */
function taggedSessionOf(role: IRole, purposes: readonly string[]): PrincipalBase {
  return new ArnPrincipal(role.roleArn)
    .withConditions({
      StringEquals: { 'aws:RequestTag/purpose': [...purposes] },
      StringLike: { 'aws:RequestTag/agency': '?*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['agency', 'purpose'] },
      Null: { 'aws:TagKeys': 'false', 'sts:TransitiveTagKeys': 'true' },
    })
    .withSessionTags();
}
