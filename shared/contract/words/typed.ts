import type * as v from 'valibot';
import type { Json } from '../../json.ts';
import type { members } from './en/members.ts';
import type { Group, Word } from './words.ts';

type Schema = v.GenericSchema<unknown, unknown>;

/** Names of the members of a value, at every depth. Values of fields and of the policy have none of the contract. */
type Names<T> = unknown extends T
  ? never
  : [Json] extends [T]
    ? never
    : T extends readonly (infer One)[]
      ? Names<One>
      : T extends object
        ? keyof { [K in keyof T as string extends K ? never : K]: 1 } | Names<T[keyof T]>
        : never;

type Taken<S> = S extends Schema ? Names<v.InferInput<S>> : never;
type Given<S> = S extends Schema ? Names<v.InferOutput<S>> : never;
type At<R, K extends string> = R extends Readonly<Record<K, infer S>> ? S : never;

type MembersOf<R> =
  | Taken<At<R, 'query'> | At<R, 'body'>>
  | Given<At<R, 'response'> | At<R, 'created'> | At<R, 'accepted'>>;

type RouteOf<Routes> = Routes extends unknown ? Routes[keyof Routes] : never;

/** Words of these routes: a summary of each, and a word for each member that is not among the shared ones. */
export interface WordsOf<Routes> {
  routes: Readonly<Record<string & At<RouteOf<Routes>, 'line'>, string>>;
  members: Readonly<Record<Exclude<MembersOf<RouteOf<Routes>>, keyof typeof members> & string, Word>> &
    Readonly<Record<string, Word>>;
}

/** The same words in another language. */
export type Twin<English extends Group> = {
  readonly [Part in keyof English]: {
    readonly [Name in keyof English[Part]]: Part extends 'routes' ? string : Word;
  };
};
