import type * as v from 'valibot';

type Plain<T> = T extends readonly (infer One)[]
  ? Plain<One>[]
  : T extends object
    ? { [K in keyof T]: Plain<Exclude<T[K], undefined>> | Extract<T[K], null> }
    : T;

/** The shape of an answer: what its schema says, without `undefined` for members that may be left out. */
export type Shape<S extends v.GenericSchema<unknown, unknown>> = Plain<v.InferOutput<S>>;

type Members<T> = T extends unknown ? keyof T : never;
type MemberOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

/** A union read as one shape: a member that not every variant has may be absent. */
export type Merged<T> = Pick<T, keyof T> & { [K in Exclude<Members<T>, keyof T>]?: MemberOf<T, K> };
