/** Finds the keys of the agency that the command acts as. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JWK } from 'jose';
import { defined } from '../../../shared/defined.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { texts } from '../messages/language.ts';
import { type CertificateFiles, within } from '../terminal/certificate.ts';
import { UsageError } from '../terminal/failures.ts';
import { fileIn, folders } from './folders.ts';

const { agencyFile: t } = await texts('identity');

export interface AgencyFile extends CertificateFiles {
  clientId: string;
  issuer: string;
  /** Private keys, passed to the client only. */
  sig: JWK;
  enc?: JWK;
  /** Of X-Wing. */
  hybrid?: JWK;
}

/** The folder of keys in each of the folders; the local gateway writes those of the sample agencies. */
const FOLDER = 'agencies';

/**
 * @param clientId `--as`, which is looked up in the project's folder, then in the user's
 * @param path `--agency-file`, which takes precedence
 * @throws UsageError that states what to do and never quotes the file
 */
export function readAgency(
  clientId: string | undefined,
  path: string | undefined,
): AgencyFile & { path: string } {
  if (path !== undefined) return parse(path);
  if (clientId === undefined) {
    throw new UsageError(t.nameAgency(known()));
  }
  if (!/^[\w-]{1,64}$/.test(clientId)) throw new UsageError(t.badClientId);
  const near = nearestOf(clientId, knownNames());
  const others = near === null || near === clientId ? known() : t.meant(near);
  return parse(fileIn(FOLDER, `${clientId}.json`), others);
}

function parse(path: string, others = ''): AgencyFile & { path: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    const hint = others || t.startFirst;
    throw new UsageError(t.noFile(path, hint));
  }
  const file = asAgency(text);
  if (file === null) {
    throw new UsageError(t.notKeyFile(path));
  }
  return { ...file, ...within(dirname(path), file), path };
}

function asAgency(text: string): AgencyFile | null {
  try {
    const { clientId, issuer, sig, enc, hybrid, clientCert, clientKey } = JSON.parse(text);
    const whole = typeof clientId === 'string' && typeof issuer === 'string' && typeof sig?.kty === 'string';
    const more = defined({ clientCert, clientKey, hybrid });
    return whole ? { clientId, issuer, sig, ...(enc?.kty ? { enc } : {}), ...more } : null;
  } catch {
    return null;
  }
}

function knownNames(): string[] {
  const names = folders().flatMap((folder) => namesIn(join(folder, FOLDER)));
  return [...new Set(names)].filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
}

/** The offices whose key files can be read here. */
export const keysHere = (): { office: string; gateway: string }[] =>
  knownNames()
    .sort()
    .flatMap((name) => {
      const file = asAgency(textOf(fileIn(FOLDER, `${name}.json`)));
      return file === null ? [] : [{ office: file.clientId, gateway: file.issuer }];
    });

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function known(): string {
  const keys = knownNames();
  return keys.length === 0 ? '' : t.oneOf(keys.sort().join(', '));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
