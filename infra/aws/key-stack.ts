import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { canaryKey } from './alarms/canary.ts';
import type { PackShape } from './bundle/pack-shape.ts';
import { EnvironmentStack } from './environment-stack.ts';
import { Roles } from './run/roles.ts';
import type { Settings } from './settings.ts';
import { ClassKeys } from './stored/class-keys.ts';
import { tableKey } from './stored/locked-key.ts';
import { ServiceKeys } from './stored/service-keys.ts';

/**
 * The first stack of an environment: its keys, and the roles that their policies name. The gateway's stack imports their
 * ARNs, so CloudFormation refuses to remove or replace here what the gateway uses.
 */
export class KeyStack extends EnvironmentStack {
  readonly roles: Roles;
  readonly classes: ClassKeys;
  readonly service: ServiceKeys;
  /** The key of the canary's office, if it runs in the stack. */
  readonly canary: Key | undefined;
  /** The key of the tables, if the settings ask for one. It names no role. */
  readonly tables: Key | undefined;

  constructor(scope: Construct, id: string, pack: PackShape, settings: Settings) {
    const { keysQualifier } = settings;
    super(scope, id, settings, 'Fieldgate: keys, and the roles that their policies name', keysQualifier);
    this.roles = new Roles(this);
    this.classes = new ClassKeys(this, 'ClassKeys', pack, settings);
    this.service = new ServiceKeys(this, 'ServiceKeys', settings);
    this.canary = canaryKey(this, settings);
    this.tables = settings.tableKey ? tableKey(this, settings) : undefined;
    this.#inOrder();
  }

  /**
   * KMS refuses a policy that names a role which it does not know yet. The key that names most roles comes after all roles
   * and before all other keys: it fails first, and leaves no other behind.
   */
  #inOrder(): void {
    const { first } = this.service;
    first.node.addDependency(this.roles);
    for (const one of this.node.findAll())
      if (one instanceof Key && one !== first) one.node.addDependency(first);
  }
}
