import { Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { writeClassKeys } from '../../shared/env.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { allowOnKey, allowOnRole, lockedKey } from './locked-key.ts';
import type { Settings } from './settings.ts';

/** One KMS key for each class of the pack, usable for its own collection and class alone. */
export class ClassKeys extends Construct {
  readonly #collection: string;
  readonly #keys = new Map<string, Key>();

  constructor(
    scope: Construct,
    id: string,
    pack: { collection: string; classes: readonly string[] },
    settings: Settings,
  ) {
    super(scope, id);
    this.#collection = pack.collection;
    for (const name of pack.classes) {
      const description = `Fieldgate ${settings.environment}: data keys of class ${name} in ${pack.collection}`;
      this.#keys.set(name, lockedKey(this, name, { description, settings }));
    }
  }

  /** May make wrapped data keys, and so put fields in; can't unwrap one, its own included. */
  grantSeal(fn: GatewayFunction): void {
    this.#grant(fn, 'GenerateDataKey');
  }

  /** May unwrap data keys, and so open fields. */
  grantOpen(fn: GatewayFunction): void {
    this.#grant(fn, 'Decrypt');
  }

  #grant(fn: GatewayFunction, action: string): void {
    const ids = Object.fromEntries([...this.#keys].map(([name, key]) => [name, key.keyId]));
    const prefix = Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName: '' });
    fn.set('classKeys', writeClassKeys(prefix, ids));
    const collection = { 'kms:EncryptionContext:collection': this.#collection };
    for (const [name, key] of this.#keys) {
      allowOnKey(key, fn, action, { StringEquals: { ...collection, 'kms:EncryptionContext:class': name } });
    }
    allowOnRole(fn, [...this.#keys.values()], action, { StringEquals: collection });
  }
}
