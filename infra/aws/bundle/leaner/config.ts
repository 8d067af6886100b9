/**
 * Replaces `@smithy/core/config` in the bundles. Lambda has an environment, but no settings files and no metadata
 * address that names the region. A setting that the environment lacks takes its default.
 */
type Environment = Readonly<Record<string, string | undefined>>;

interface Source<T> {
  environmentVariableSelector(env: Environment, options?: object): T | undefined;
  default: T | (() => T | Promise<T>);
}

/** Reads the setting once, like the original: clients ask in each call, and the environment does not change. */
export function loadConfig<T>(source: Source<T>, options?: object): () => Promise<T> {
  let kept: Promise<T> | undefined;
  const read = async () => {
    const value = source.environmentVariableSelector(process.env, options);
    if (value !== undefined) return value;
    return typeof source.default === 'function' ? (source.default as () => T | Promise<T>)() : source.default;
  };
  return () => (kept ??= read());
}

export const CONFIG_PREFIX_SEPARATOR = '.';
export const SelectorType = { ENV: 'env', CONFIG: 'shared config entry' } as const;

/** @throws Error if the value is neither `true` nor `false` */
export function booleanSelector(from: Environment, key: string): boolean | undefined {
  const value = from[key];
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new Error(`${key} is neither true nor false`);
  return value === 'true';
}

const flag = (key: string): Source<boolean> => ({
  environmentVariableSelector: (env) => booleanSelector(env, key),
  default: false,
});
export const NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS = flag('AWS_USE_DUALSTACK_ENDPOINT');
export const NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS = flag('AWS_USE_FIPS_ENDPOINT');

export const REGION_ENV_NAME = 'AWS_REGION';
export const REGION_INI_NAME = 'region';
export const NODE_REGION_CONFIG_FILE_OPTIONS = {};
export const NODE_REGION_CONFIG_OPTIONS: Source<string> = {
  environmentVariableSelector: ({ AWS_REGION }) => AWS_REGION,
  default: () => {
    throw new Error('the environment names no region');
  },
};

export const resolveDefaultsModeConfig = () => async () => 'legacy';

interface Regional {
  region?: unknown;
  useFipsEndpoint?: unknown;
}

export function resolveRegionConfig<T extends Regional>(input: T): T {
  const { region, useFipsEndpoint } = input;
  return Object.assign(input, {
    region: provider(region),
    useFipsEndpoint: provider(useFipsEndpoint ?? false),
  });
}

const provider = (value: unknown) => (typeof value === 'function' ? value : async () => value);

export class ProviderError extends Error {}
