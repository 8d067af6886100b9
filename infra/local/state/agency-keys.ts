/** Key pairs of the sample agencies, in files that any client can use to act as that agency. */

import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import * as v from 'valibot';
import { writeWhole } from '../../cli/whole-files.ts';
import { damaged, makeFolder, readIfThere } from '../files.ts';

/** The content of `agencies/<client id>.json`. Both keys are private JWKs on P-256. */
export interface AgencyKeys {
  clientId: string;
  /** Base URL of the gateway, which is the audience of client assertions. */
  issuer: string;
  /** ES256; its `kid` is the RFC 7638 thumbprint. */
  sig: JWK;
  /** ECDH-ES. */
  enc: JWK;
}

const text = v.pipe(v.string(), v.nonEmpty());
const jwk = v.looseObject({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  kid: text,
  d: text,
  x: text,
  y: text,
});
const agencyFile = v.strictObject({ clientId: text, issuer: text, sig: jwk, enc: jwk });

/**
 * The keys of one agency; created if there are none.
 * @param folder of the key files, or `null` to keep nothing.
 * @throws StartError if the file is damaged.
 */
export async function agencyKeys(
  folder: string | null,
  clientId: string,
  issuer: string,
): Promise<AgencyKeys> {
  const file = folder && join(folder, `${clientId}.json`);
  const stored = file === null ? null : readKeys(file);
  // A gateway on another port is another issuer, but the keys stay the same.
  if (stored?.issuer === issuer) return stored;
  const keys = {
    clientId,
    issuer,
    sig: stored?.sig ?? (await newKey('sig', 'ES256')),
    enc: stored?.enc ?? (await newKey('enc', 'ECDH-ES')),
  };
  if (file !== null && folder !== null) {
    makeFolder(folder);
    writeWhole(file, `${JSON.stringify(keys, null, 2)}\n`);
  }
  return keys;
}

/** The public half, for the agency's registration. */
export function publicHalf({ d: _private, ...rest }: JWK): JWK {
  return rest;
}

async function newKey(use: 'sig' | 'enc', alg: 'ES256' | 'ECDH-ES'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { crv: 'P-256', extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, kid: await calculateJwkThumbprint(key), use, alg };
}

function readKeys(file: string): AgencyKeys | null {
  const stored = readIfThere(file);
  if (stored === null) return null;
  try {
    return v.parse(agencyFile, JSON.parse(stored)) as AgencyKeys;
  } catch {
    throw damaged(file);
  }
}
