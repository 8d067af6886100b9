import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { writeClassKeys } from '../../../shared/env.ts';
import type { PackShape } from '../bundle/pack-shape.ts';
import { ownersOf, ownKeysOf } from '../owners.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import type { Settings } from '../settings.ts';
import { CLASS_USES, type ClassUse, type ClassUser, placesOf, UPLOADS } from './class-uses.ts';
import { allowOnKey, allowOnRole, type Grantee, lockedKey } from './locked-key.ts';

/**
 * The KMS keys of the pack's classes: one for each restricted class, and one for all others. Each statement names the
 * collection and the classes of the encryption context, which KMS authenticates: a data key of one class does not
 * unwrap as one of another, under the same key or not. Departments may have the keys of their classes in accounts of their own.
 */
export class ClassKeys extends Construct {
  readonly #settings: Settings;
  readonly #pack: PackShape;
  /** By name of the key, ordered by version: the last version wraps new data keys. */
  readonly #keys = new Map<string, Key[]>();
  /** By name of the key, the number of retired versions, which wrap nothing any more. */
  readonly #gone = new Map<string, number>();

  constructor(scope: Construct, id: string, pack: PackShape, settings: Settings) {
    super(scope, id);
    this.#pack = pack;
    this.#settings = settings;
    for (const name of new Set(pack.keyOf.values())) {
      const description = `Fieldgate ${settings.environment}: data keys of ${name} classes in ${pack.collection}`;
      const { from, to } = settings.classKeys?.[name] ?? { from: 1, to: 1 };
      const versions = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      this.#gone.set(name, from - 1);
      const make = (version: number) => {
        const id = version === 1 ? name : `${name}-${version}`;
        return lockedKey(this, id, { description, alias: `class-${id}`, settings });
      };
      this.#keys.set(name, versions.map(make));
    }
  }

  /**
   * Gives the function the key ids, and the right that its place in `CLASS_USES` has.
   * @param to the role of a session that uses the keys in the function's place
   */
  grant(user: ClassUser, fn: GatewayFunction, to: Grantee = fn): void {
    const { classes, openedBy, ofUploads = [], ...actions }: ClassUse = CLASS_USES[user](this.#pack);
    const settings = this.#settings;
    const ids = classes.map((name) => {
      const key = this.#pack.keyOf.get(name) ?? '';
      const gone = Array<string>(this.#gone.get(key) ?? 0).fill('-');
      return [name, [...gone, ...(this.#keys.get(key) ?? []).map(({ keyId }) => keyId)].join(' ')];
    });
    const prefix = Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName: '' });
    const owners = ownersOf(this.#pack, settings, classes, Stack.of(this));
    fn.set('classKeys', writeClassKeys(prefix, Object.fromEntries(ids), owners));
    if (actions.present.includes('GenerateDataKey')) fn.set('cryptography', settings.cryptography);
    const collection = { 'kms:EncryptionContext:collection': this.#pack.collection };
    for (const which of ['present', 'earlier'] as const) {
      if (actions[which].length === 0) continue;
      const used: Key[] = [];
      for (const [name, keys] of this.#keys) {
        const wrapped = classes.filter((one) => this.#pack.keyOf.get(one) === name);
        const versions = which === 'present' ? keys.slice(-2) : keys.slice(0, -2);
        if (wrapped.length === 0) continue;
        used.push(...versions);
        for (const place of placesOf(wrapped, openedBy))
          for (const key of versions) {
            allowOnKey(key, to, actions[which], { StringEquals: { ...collection, ...place } });
            const upload = { StringEquals: { ...collection, ...place, ...UPLOADS } };
            if (ofUploads.length > 0) allowOnKey(key, to, ofUploads, upload);
          }
      }
      if (used.length === 0) continue;
      allowOnRole(to, used, [...actions[which], ...ofUploads], { StringEquals: collection });
    }
    const others = Object.keys(owners.of);
    if (others.length === 0) return;
    // For which classes and purposes, the policies of the departments' own keys say.
    to.allow(
      new PolicyStatement({
        actions: [...actions.present, ...ofUploads].map((action) => `kms:${action}`),
        resources: ownKeysOf(settings, others, Stack.of(this)),
        conditions: {
          StringEquals: { ...collection, 'kms:EncryptionContext:owner': others },
        },
      }),
    );
  }
}
