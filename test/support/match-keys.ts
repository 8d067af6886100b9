import { children } from '../policy/support.ts';

/** Options by which a command names a person of the shipped pack. */
export const MATCH_KEYS: readonly string[] = [...children.fields.values()]
  .filter(({ matchable }) => matchable)
  .map(({ name }) => `--${name.replaceAll('_', '-')}`);
