/** Finds the keys of the agency that the command acts as. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { UsageError } from '../terminal/failures.ts';

export interface AgencyFile {
  clientId: string;
  issuer: string;
  /** Private keys, passed to the client only. */
  sig: JWK;
  enc?: JWK;
}

/** The folder of the sample agencies' keys, written by the local gateway. */
const FOLDER = join('.fieldgate', 'agencies');

/**
 * @param clientId `--as`, which is looked up in the folder of the local gateway
 * @param path `--agency-file`, which takes precedence
 * @throws UsageError that states what to do and never quotes the file
 */
export function readAgency(
  clientId: string | undefined,
  path: string | undefined,
): AgencyFile & { path: string } {
  if (path !== undefined) return parse(path);
  if (clientId === undefined) {
    throw new UsageError(
      `Name the agency to act as: --as <client id>${known()} or --agency-file <path>. People use fieldgate login.`,
    );
  }
  if (!/^[\w-]{1,64}$/.test(clientId))
    throw new UsageError('A client id contains letters, digits, - and _ only.');
  return parse(join(FOLDER, `${clientId}.json`), known());
}

function parse(path: string, others = ''): AgencyFile & { path: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    const hint = others || '. Start the local gateway first (npm start), or give --agency-file <path>';
    throw new UsageError(`There is no readable key file ${path}${hint}.`);
  }
  const file = asAgency(text);
  if (file === null) {
    throw new UsageError(`${path} is not a key file: it must hold JSON with clientId, issuer, sig and enc.`);
  }
  return { ...file, path };
}

function asAgency(text: string): AgencyFile | null {
  try {
    const { clientId, issuer, sig, enc } = JSON.parse(text);
    const whole = typeof clientId === 'string' && typeof issuer === 'string' && typeof sig?.kty === 'string';
    return whole ? { clientId, issuer, sig, ...(enc?.kty ? { enc } : {}) } : null;
  } catch {
    return null;
  }
}

function known(): string {
  try {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
    return names.length > 0
      ? ` (one of ${names
          .map((name) => name.slice(0, -5))
          .sort()
          .join(', ')})`
      : '';
  } catch {
    return '';
  }
}
