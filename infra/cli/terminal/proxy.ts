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
