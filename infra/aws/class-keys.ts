import { Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { writeClassKeys } from '../../shared/env.ts';
import type { GatewayFunction } from './gateway-function.ts';
import { allowOnKey, allowOnRole, type Grantee, lockedKey } from './locked-key.ts';
import type { Settings } from './settings.ts';

/** One KMS key for each class of the pack, restricted to its collection and class. */
export class ClassKeys extends Construct {
  readonly #collection: string;
  /** By class, ordered by version: the last key wraps new data keys. */
  readonly #keys = new Map<string, Key[]>();
  /** By class, the number of retired versions: their keys wrap nothing any more. */
  readonly #gone = new Map<string, number>();

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
      const { from, to } = settings.classKeys?.[name] ?? { from: 1, to: 1 };
      const versions = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      this.#gone.set(name, from - 1);
      const make = (version: number) =>
        lockedKey(this, version === 1 ? name : `${name}-${version}`, { description, settings });
      this.#keys.set(name, versions.map(make));
    }
  }

  /** May create wrapped data keys, and so write fields. It can't unwrap a data key, not even its own. */
  grantSeal(fn: GatewayFunction): void {
    this.#grant(fn, { present: ['GenerateDataKey'], earlier: [] });
  }

  /** May unwrap data keys of these classes, and so open their fields. */
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
    this.#grant(fn, DECRYPT, {
      to: session,
      also: (name) => ({ 'aws:PrincipalTag/purpose': [...(openedBy.get(name) ?? [])] }),
    });
  }

  /** May move data keys to the current KMS key, and fields to new data keys. */
  grantRenew(fn: GatewayFunction): void {
    const earlier = ['Decrypt', 'ReEncryptFrom'];
    this.#grant(fn, { present: [...earlier, 'GenerateDataKey', 'ReEncryptTo'], earlier });
  }

  #grant(
    fn: GatewayFunction,
    actions: Actions,
    { to = fn, classes, also = () => ({}) }: Narrowed = {},
  ): void {
    const granted = [...this.#keys].filter(([name]) => classes?.includes(name) ?? true);
    const ids = granted.map(([name, keys]) => {
      const gone = Array<string>(this.#gone.get(name) ?? 0).fill('-');
      return [name, [...gone, ...keys.map((key) => key.keyId)].join(' ')];
    });
    const prefix = Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName: '' });
    fn.set('classKeys', writeClassKeys(prefix, Object.fromEntries(ids)));
    const collection = { 'kms:EncryptionContext:collection': this.#collection };
    const isPresent = (name: string, key: Key) => this.#keys.get(name)?.at(-1) === key;
    for (const which of ['present', 'earlier'] as const) {
      const found = granted.flatMap(([name, keys]) =>
        keys.filter((key) => isPresent(name, key) === (which === 'present')).map((key) => ({ name, key })),
      );
      if (found.length === 0 || actions[which].length === 0) continue;
      for (const { name, key } of found) {
        const place = { ...collection, 'kms:EncryptionContext:class': name, ...also(name) };
        // IAM refuses an empty list; no purpose opens this class, so no statement is written.
        if (Object.values(place).some((values) => values.length === 0)) continue;
        for (const action of actions[which]) allowOnKey(key, to, action, { StringEquals: place });
      }
      const keys = found.map(({ key }) => key);
      allowOnRole(to, keys, actions[which], { StringEquals: collection });
    }
  }
}

/** Actions on the current key of a class, and on the keys before it. */
interface Actions {
  present: string[];
  earlier: string[];
}

const DECRYPT: Actions = { present: ['Decrypt'], earlier: ['Decrypt'] };

/** A grant that is restricted: to a session, to some classes, or to some purposes. */
interface Narrowed {
  to?: Grantee;
  classes?: readonly string[];
  also?(name: string): Record<string, string[]>;
}
