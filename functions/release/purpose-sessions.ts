/**
 * Release unwraps only in a session that is tagged with agency and purpose. The key policies require the purpose tag,
 * and the function's own role may not unwrap at all, so a bug in the function cannot unwrap without a purpose. Both tags are in a
 * token of the gateway's issuer that comes with the caller's, so code that took over the function opens nothing under a purpose
 * for which no caller has come; where AWS can't reach the issuer, the function names them itself.
 */

import { KMSClient } from '@aws-sdk/client-kms';
import { withoutNeedless } from '../../shared/clients.ts';
import { defined } from '../../shared/defined.ts';
import { NO_UNWRAP } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import type { ClientId } from '../../shared/ids.ts';
import { assumeRole, type SessionCredentials } from '../../shared/keys/assume-role.ts';
import { findUnwrapToken } from '../../shared/keys/unwrap-token.ts';
import type { Deps } from '../deps.ts';
import { nameFaults } from '../http/problem.ts';

export interface SessionDeps extends Deps<'sessionRole' | 'stsEndpoint' | 'unwrapKey'> {
  /** Makes a client with other credentials. Default: one that shares the connections of `kms`. */
  kmsAs?(credentials: SessionCredentials): KMSClient;
}

export interface PurposeSessions {
  /**
   * A client that may unwrap what the purpose may open. Sessions are kept; data keys never are.
   * @param unwrap of the caller's access token; without one the function names the pair itself, which STS takes only while a stack
   * changes over, and no session that another caller's token gave is used
   * @throws Problem KMS_UNAVAILABLE if STS gives no session; TOKEN_INVALID if it takes none of what the caller has, or not any more
   */
  client(agency: ClientId, purpose: string, unwrap?: string): Promise<KMSClient>;
}

/** Sessions that one instance keeps; the least recently used is dropped first. */
const MOST = 256;
/** The longest session, in seconds, that STS gives to a role that assumes another. */
const LASTS = 3600;
/** Milliseconds before the end of a session: from the first on it is renewed when used, from the second on it is not used. */
const [RENEW, OVER] = [600_000, 60_000];

interface Kept {
  client: KMSClient;
  /** Epoch milliseconds. */
  ends: number;
}

export function purposeSessions(deps: SessionDeps): PurposeSessions {
  const kept = new Map<string, Kept>();
  const coming = new Map<string, Promise<Kept>>();
  const kmsAs = deps.kmsAs ?? ((credentials) => sibling(deps.kms, credentials));

  const assume = async (agency: ClientId, purpose: string, unwrap?: string): Promise<Kept> => {
    const { stsEndpoint, sessionRole, unwrapKey } = deps.env;
    const brings = unwrap !== undefined && unwrapKey !== NO_UNWRAP;
    const token = brings ? await findUnwrapToken(deps.kms, unwrapKey, unwrap) : null;
    if (brings && token === null) throw new Problem('TOKEN_INVALID');
    const asked = assumeRole(deps.kms, {
      endpoint: stsEndpoint,
      roleArn: sessionRole,
      name: `${purpose}@${agency}`.slice(0, 64),
      ...(token === null ? { tags: new Map(Object.entries({ agency, purpose })) } : { token }),
      seconds: LASTS,
    });
    const credentials = await asked.catch((error: Problem) => {
      const isRefused = token === null && unwrapKey !== NO_UNWRAP && isNamed(error.cause, 'AccessDenied');
      throw isRefused ? new Problem('TOKEN_INVALID', { cause: error }) : error;
    });
    const client = kmsAs(credentials);
    nameFaults(client, 'KMS_UNAVAILABLE');
    return { client, ends: credentials.expiration.getTime() };
  };
  /** Makes one call to STS at a time for each pair; concurrent callers share it. */
  const renew = (key: string, ...by: Parameters<typeof assume>): Promise<Kept> => {
    const running = coming.get(key);
    // The other caller's token may have ended while this one's has not.
    if (running !== undefined)
      return running.catch((error: Problem) => {
        if (error.code !== 'TOKEN_INVALID') throw error;
        return renew(key, ...by);
      });
    const made = assume(...by).finally(() => coming.delete(key));
    coming.set(key, made);
    return made;
  };
  const keep = (key: string, session: Kept): KMSClient => {
    kept.delete(key);
    kept.set(key, session);
    for (const [oldest] of kept) {
      if (kept.size <= MOST) break;
      kept.delete(oldest);
    }
    return session.client;
  };

  return {
    async client(agency, purpose, unwrap) {
      const key = `${purpose}@${agency}${unwrap === undefined ? '' : ' by token'}`;
      const known = kept.get(key);
      const left = (known?.ends ?? 0) - deps.now();
      if (known && left > RENEW) return keep(key, known);
      try {
        return keep(key, await renew(key, agency, purpose, unwrap));
      } catch (error) {
        // While STS does not answer, a session that is about to end is still used.
        if (known && left > OVER) return known.client;
        throw error as Problem;
      }
    },
  };
}

const isNamed = (cause: unknown, name: string) => cause instanceof Error && cause.name === name;

/** A client of the same service, region and connections. */
function sibling(kms: KMSClient, credentials: SessionCredentials): KMSClient {
  const { region, endpoint, requestHandler } = kms.config;
  return withoutNeedless(new KMSClient({ region, requestHandler, credentials, ...defined({ endpoint }) }));
}
