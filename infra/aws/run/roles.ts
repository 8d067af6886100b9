import type { Stack } from 'aws-cdk-lib';
import { Aws } from 'aws-cdk-lib';
import { CfnOIDCProvider, type IRole, PolicyStatement, Role, type RoleProps } from 'aws-cdk-lib/aws-iam';
import { type Construct, DependencyGroup } from 'constructs';

/**
 * The roles that key policies name. They stand with the keys; their policies stand with what uses them, so that a change of a
 * policy is a deployment of that stack alone. As a dependency this means all of them.
 */
export class Roles extends DependencyGroup {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    super();
    this.#stack = stack;
  }

  /** @returns the role; what is added to its policy goes to the stack of `user` */
  make(user: Construct, name: string, props: RoleProps): IRole {
    const role = new Role(this.#stack, `${name}Role`, props);
    this.add(role);
    return Role.fromRoleArn(user, 'Role', role.roleArn);
  }

  /** Has STS take tokens of this issuer for one audience. @returns the ARN that a role trusts */
  issuer(host: string, audience: string): string {
    new CfnOIDCProvider(this.#stack, 'Issuer', { url: `https://${host}`, clientIdList: [audience] });
    return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:oidc-provider/${host}`;
  }
}

/** A statement that allows these actions on these resources. */
export const allowing = (actions: string[], ...resources: string[]) =>
  new PolicyStatement({ actions, resources });
