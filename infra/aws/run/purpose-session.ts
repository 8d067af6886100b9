import { Aws, Duration } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  CompositePrincipal,
  type IRole,
  type PolicyStatement,
  type PrincipalBase,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { UNWRAP_AUDIENCE } from '../../../shared/env.ts';
import { acknowledge, OWN_POLICY } from '../acknowledge.ts';
import type { PackShape } from '../bundle/pack-shape.ts';
import type { Settings } from '../settings.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { allowing, type Roles } from './roles.ts';

/**
 * The role whose session a function has for one agency and one purpose. The key policies require the purpose tag, so the
 * function can unwrap only what the purpose may open, whatever its code requests. A token of the gateway's issuer says both tags, or
 * the function itself: see `purposes` of the settings. The session name, which CloudTrail shows with each Decrypt, names both.
 */
export class PurposeSession extends Construct {
  readonly role: IRole;

  constructor(
    scope: Construct,
    id: string,
    { roles, fn, pack, settings }: { roles: Roles; fn: GatewayFunction; pack: PackShape; settings: Settings },
  ) {
    super(scope, id);
    const { purposes, domain } = settings;
    const trusted = [
      ...(purposes === 'token' ? [] : [new ArnPrincipal(fn.role.roleArn)]),
      ...(purposes === 'code' || !domain
        ? []
        : [new WebIdentityPrincipal(roles.issuer(domain.name, UNWRAP_AUDIENCE))]),
    ];
    this.role = roles.make(this, id, {
      assumedBy: new CompositePrincipal(...trusted.map((one) => tagged(one, pack.purposes))),
      // AWS limits chained role sessions to one hour.
      maxSessionDuration: Duration.hours(1),
      description: 'Unwraps data keys for one agency and one purpose',
    });
    if (purposes !== 'token') fn.allow(allowing(['sts:AssumeRole', 'sts:TagSession'], this.role.roleArn));
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
function tagged(who: PrincipalBase, purposes: readonly string[]): PrincipalBase {
  return who
    .withConditions({
      StringEquals: { 'aws:RequestTag/purpose': [...purposes] },
      StringLike: { 'aws:RequestTag/agency': '?*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['agency', 'purpose'] },
      Null: { 'aws:TagKeys': 'false', 'sts:TransitiveTagKeys': 'true' },
    })
    .withSessionTags();
}
