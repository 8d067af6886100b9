/**
 * Release unwraps only in a session that is tagged with agency and purpose. The key policies require the purpose tag,
 * and the function's own role may not unwrap at all, so a bug in the function cannot unwrap without a purpose.
 */

import { KMSClient } from '@aws-sdk/client-kms';
import { withoutNeedless } from '../../shared/clients.ts';
import { defined } from '../../shared/defined.ts';
import type { Problem } from '../../shared/errors.ts';
import type { ClientId } from '../../shared/ids.ts';
import { assumeRole, type SessionCredentials } from '../../shared/keys/assume-role.ts';
import type { Deps } from '../deps.ts';
import { nameFaults } from '../http/problem.ts';

export interface SessionDeps extends Deps<'sessionRole' | 'stsEndpoint'> {
  /** Makes a client with other credentials. Default: one that shares the connections of `kms`. */
  kmsAs?(credentials: SessionCredentials): KMSClient;
}

export interface PurposeSessions {
  /**
   * A client that may unwrap what the purpose may open. Sessions are kept; data keys never are.
   * @throws Problem KMS_UNAVAILABLE if STS gives no session
   */
  client(agency: ClientId, purpose: string): Promise<KMSClient>;
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

  const assume = async (agency: ClientId, purpose: string): Promise<Kept> => {
    const credentials = await assumeRole(deps.kms, {
      endpoint: deps.env.stsEndpoint,
      roleArn: deps.env.sessionRole,
      name: `${purpose}@${agency}`.slice(0, 64),
      tags: new Map(Object.entries({ agency, purpose })),
      seconds: LASTS,
    });
    const client = kmsAs(credentials);
    nameFaults(client, 'KMS_UNAVAILABLE');
    return { client, ends: credentials.expiration.getTime() };
  };
  /** Makes one call to STS at a time for each pair; concurrent callers share it. */
  const renew = (key: string, agency: ClientId, purpose: string): Promise<Kept> => {
    const running = coming.get(key);
    if (running !== undefined) return running;
    const made = assume(agency, purpose).finally(() => coming.delete(key));
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
    async client(agency, purpose) {
      const key = `${purpose}@${agency}`;
      const known = kept.get(key);
      const left = (known?.ends ?? 0) - deps.now();
      if (known && left > RENEW) return keep(key, known);
      try {
        return keep(key, await renew(key, agency, purpose));
      } catch (error) {
        // While STS does not answer, a session that is about to end is still used.
        if (known && left > OVER) return known.client;
        throw error as Problem;
      }
    },
  };
}

/** A client of the same service, region and connections. */
function sibling(kms: KMSClient, credentials: SessionCredentials): KMSClient {
  const { region, endpoint, requestHandler } = kms.config;
  return withoutNeedless(new KMSClient({ region, requestHandler, credentials, ...defined({ endpoint }) }));
}
