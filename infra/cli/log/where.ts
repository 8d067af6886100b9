/** The gateway whose log is checked: always the one that the caller works with. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GlobalOptions } from '../common.ts';
import { readAgency } from '../identity/agency-file.ts';
import { isInProject } from '../identity/folders.ts';
import { readLogin } from '../identity/login-file.ts';
import { presentCertificate } from '../identity/own-certificate.ts';
import { texts } from '../messages/language.ts';
import type { CertificateFiles } from '../terminal/certificate.ts';
import { UsageError } from '../terminal/failures.ts';
import { folderReader, type ReadFile, urlReader } from './files.ts';

const { where: t } = await texts('log');

/** The source of a log. */
export interface LogAt {
  /** An address, or a folder. */
  at: string;
  read: ReadFile;
}

/** The file in which `npm start` stores its address. */
const LOCAL = join('.fieldgate', 'gateway.json');

/**
 * A folder if one is named; otherwise the gateway of `--url`, of the agency, of the login, or the local one.
 * @throws UsageError if none of them is known
 */
export function logAt(options: GlobalOptions & { dir?: string }): LogAt {
  if (options.dir !== undefined) return { at: options.dir, read: folderReader(options.dir) };
  const { at, agency } = placeOf(options);
  presentCertificate(at, options, agency);
  return { at, read: urlReader(at) };
}

/** @throws UsageError if no gateway is known */
export function gatewayUrl(options: GlobalOptions): string {
  return placeOf(options).at;
}

function placeOf({ url, as, agencyFile }: GlobalOptions): { at: string; agency?: CertificateFiles } {
  if (url !== undefined) return { at: url };
  if (as !== undefined || agencyFile !== undefined) {
    const agency = readAgency(as, agencyFile);
    return { at: agency.issuer, agency };
  }
  // The gateway of this folder comes before a login that the user has for all folders.
  const isHere = existsSync(LOCAL) && !isInProject('login.json');
  return { at: (isHere ? null : readLogin()?.issuer) ?? localGateway() };
}

/** The gateway that `npm start` runs in this folder. @throws UsageError if there is none */
export function localGateway(): string {
  try {
    const { url } = JSON.parse(readFileSync(LOCAL, 'utf8'));
    if (typeof url === 'string') return url;
  } catch {
    // The message below states what to do.
  }
  throw new UsageError(t.noGateway);
}
