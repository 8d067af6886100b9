/** Key pairs of the sample agencies, in files that any client can use to act as that agency. */

import { join } from 'node:path';
import * as v from 'valibot';
import { type KeyPairs, newKeyPairs } from '../../cli/identity/key-pairs.ts';
import { writeWhole } from '../../cli/whole-files.ts';
import { damaged, makeFolder, readIfThere } from '../files.ts';

/** The content of `agencies/<client id>.json`. */
export interface AgencyKeys extends KeyPairs {
  clientId: string;
  /** Base URL of the gateway, which is the audience of client assertions. */
  issuer: string;
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
const hybrid = v.looseObject({ kty: v.literal('AKP'), kid: text, pub: text, priv: text });
const agencyFile = v.strictObject({
  clientId: text,
  issuer: text,
  sig: jwk,
  enc: jwk,
  hybrid: v.optional(hybrid),
});

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
  const keys: AgencyKeys = { ...(stored ?? (await newKeyPairs())), clientId, issuer };
  if (file !== null && folder !== null) {
    makeFolder(folder);
    writeWhole(file, `${JSON.stringify(keys, null, 2)}\n`);
  }
  return keys;
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
