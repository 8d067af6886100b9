import { Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { writeClassKeys } from '../../../shared/env.ts';
import type { PackShape } from '../bundle/pack-shape.ts';
import type { GatewayFunction } from '../run/gateway-function.ts';
import type { Settings } from '../settings.ts';
import { allowOnKey, allowOnRole, type Grantee, lockedKey } from './locked-key.ts';

/**
 * The KMS keys of the pack's classes: one for each restricted class, and one for all others. Each statement names the
 * collection and the classes of the encryption context, which KMS authenticates: a data key of one class does not
 * unwrap as one of another, under the same key or not.
 */
export class ClassKeys extends Construct {
  readonly #settings: Settings;
  readonly #pack: Pick<PackShape, 'collection' | 'classes' | 'keyOf'>;
  /** By name of the key, ordered by version: the last version wraps new data keys. */
  readonly #keys = new Map<string, Key[]>();
  /** By name of the key, the number of retired versions, which wrap nothing any more. */
  readonly #gone = new Map<string, number>();

  constructor(
    scope: Construct,
    id: string,
    pack: Pick<PackShape, 'collection' | 'classes' | 'keyOf'>,
    settings: Settings,
  ) {
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

  /** May create wrapped data keys, and thereby write fields. It can't unwrap a data key, not even its own. */
  grantSeal(fn: GatewayFunction, classes: readonly string[] = this.#pack.classes): void {
    this.#grant(fn, { present: ['GenerateDataKey'], earlier: [] }, { classes });
  }

  /** May unwrap data keys of these classes, and thereby open their fields. */
  grantOpen(fn: GatewayFunction, classes: readonly string[]): void {
    this.#grant(fn, DECRYPT, { classes });
  }

  /**
   * Gives the function the key ids, but no right to use the keys. Its session may use a key if the session is tagged
   * with a purpose that opens the class. @param openedBy class to purposes
   */
  grantOpenFor(
    fn: GatewayFunction,
    session: Grantee,
    openedBy: ReadonlyMap<string, readonly string[]>,
  ): void {
    this.#grant(fn, DECRYPT, { to: session, openedBy });
  }

  /** May move data keys to the current KMS key, and fields to new data keys. */
  grantRenew(fn: GatewayFunction): void {
    const earlier = ['Decrypt', 'ReEncryptFrom'];
    this.#grant(fn, { present: [...earlier, 'GenerateDataKey', 'ReEncryptTo'], earlier });
  }

  #grant(
    fn: GatewayFunction,
    actions: Actions,
    { to = fn, classes = this.#pack.classes, openedBy }: Narrowed = {},
  ): void {
    const ids = classes.map((name) => {
      const key = this.#pack.keyOf.get(name) ?? '';
      const gone = Array<string>(this.#gone.get(key) ?? 0).fill('-');
      return [name, [...gone, ...(this.#keys.get(key) ?? []).map(({ keyId }) => keyId)].join(' ')];
    });
    const prefix = Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName: '' });
    fn.set('classKeys', writeClassKeys(prefix, Object.fromEntries(ids)));
    if (actions.present.includes('GenerateDataKey')) fn.set('cryptography', this.#settings.cryptography);
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
          for (const key of versions)
            allowOnKey(key, to, actions[which], { StringEquals: { ...collection, ...place } });
      }
      if (used.length > 0) allowOnRole(to, used, actions[which], { StringEquals: collection });
    }
  }
}

/**
 * Conditions of the statements for these classes: one statement, or one for each set of purposes that may
 * open the same classes.
 */
function placesOf(classes: readonly string[], openedBy?: Narrowed['openedBy']): Record<string, string[]>[] {
  const named = (some: readonly string[]) => ({ 'kms:EncryptionContext:class': [...some] });
  if (!openedBy) return [named(classes)];
  const byPurposes = Map.groupBy(classes, (name) => (openedBy.get(name) ?? []).join(' '));
  // IAM refuses an empty list. If no purpose opens these classes, no statement is written.
  byPurposes.delete('');
  return [...byPurposes].map(([purposes, some]) => ({
    ...named(some),
    'aws:PrincipalTag/purpose': purposes.split(' '),
  }));
}

/**
 * Actions on the current version of a key and the one before it, under which instances still wrap until the deployment of a
 * new version has reached them; and on the versions before both.
 */
interface Actions {
  present: string[];
  earlier: string[];
}

const DECRYPT: Actions = { present: ['Decrypt'], earlier: ['Decrypt'] };

/** A grant that is restricted: to a session, to some classes, or to some purposes. */
interface Narrowed {
  to?: Grantee;
  classes?: readonly string[];
  /** Class to the purposes, one of which the session must have. */
  openedBy?: ReadonlyMap<string, readonly string[]>;
}
