/** The proxy of the environment, which Node takes only if it is told to. */
import http from 'node:http';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Lets calls over TLS go through `HTTPS_PROXY`, except to hosts in `NO_PROXY`, as curl and the AWS CLI do. A gateway on
 * this machine is called over plain HTTP, and so never through a proxy.
 * @returns whether a proxy is set that this version of Node can't use
 */
export function takeProxy(env: Environment): boolean {
  const proxy = env['https_proxy'] ?? env['HTTPS_PROXY'];
  // With NODE_USE_ENV_PROXY, Node has taken it already.
  if (!proxy || env['NODE_USE_ENV_PROXY'] === '1') return false;
  // Node 24.14 or later; older types of Node don't know that it can be missing.
  const take = http.setGlobalProxyFromEnv as typeof http.setGlobalProxyFromEnv | undefined;
  if (!take) return true;
  take({ https_proxy: proxy, no_proxy: env['no_proxy'] ?? env['NO_PROXY'] });
  return false;
}

/** @returns the proxy through which a call to this address goes, if any: over http only if Node itself takes it from the environment */
export function proxyFor({ protocol, hostname }: URL, env: NodeJS.ProcessEnv): string | undefined {
  if (protocol !== 'https:' && env['NODE_USE_ENV_PROXY'] !== '1') return undefined;
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const excepted = (env['no_proxy'] ?? env['NO_PROXY'] ?? '')
    .split(',')
    .map((one) => one.trim().replace(/^\*?\./, ''));
  const isExcepted = excepted.some(
    (one) => one === '*' || (one !== '' && `.${hostname}`.endsWith(`.${one}`)),
  );
  return isExcepted ? undefined : (env[name] ?? env[name.toUpperCase()]);
}
