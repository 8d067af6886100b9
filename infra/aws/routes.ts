/** What the stack takes from the contract: the paths of each function, and which of them need no token. */
import { ALL_ROUTES, isOpen } from '../../shared/contract/routes/all.ts';
import type { Fn, RouteContract } from '../../shared/contract/routes/route.ts';

const templateOf = ({ path }: RouteContract) => path.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{path+}');
const pathsOf = (take: (route: RouteContract) => boolean): readonly string[] => [
  ...new Set(ALL_ROUTES.filter(take).map(templateOf)),
];

export type FunctionName = Fn;

/** The paths of each function. */
export const ROUTES = Object.fromEntries(
  ALL_ROUTES.map(({ fn }) => [fn, pathsOf((one) => one.fn === fn)]),
) as Readonly<Record<FunctionName, readonly string[]>>;

/**
 * Paths that need no token since they give one. They are no open paths: what strangers ask of documents and of the log must not keep
 * offices from their tokens, and all offices of a county may call from one address.
 */
export const LOGIN = pathsOf(({ act }) => act === 'token.issue');

/** Other paths that answer without a token, and so to strangers too. A test asks each path of the gateway. */
export const OPEN = pathsOf(isOpen).filter((path) => !LOGIN.includes(path));

/** What STS reads to trust a token: a flood of other open paths must not keep releases from their keys. */
export const READ_BY_STS = OPEN.filter((path) =>
  ['/.well-known/openid-configuration', '/.well-known/token-keys.json'].includes(path),
);

/** Functions without a path: a schedule runs them. */
export const SCHEDULED = ['sequencer', 'watch'] as const;

/** One more, which is made if the settings name channels. */
export const NOTIFY = 'notify';
