import type { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, Role, type RoleProps } from 'aws-cdk-lib/aws-iam';
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
}

/** A statement that allows these actions on these resources. */
export const allowing = (actions: string[], ...resources: string[]) =>
  new PolicyStatement({ actions, resources });
