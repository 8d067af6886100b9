/** Makes and replaces the key pairs of an agency. */

import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { JWK } from 'jose';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Answer, Body } from '../../../shared/contract/api.ts';
import { type GlobalOptions, open, print, withReceipt } from '../common.ts';
import { readAgency } from '../identity/agency-file.ts';
import { type KeyPairs, newKeyPairs, publicHalves } from '../identity/key-pairs.ts';
import { localGateway } from '../log/where.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { writeNew } from '../whole-files.ts';

const { init: t, agency: a } = await texts('agency');

/** `fieldgate agency init`: writes the private keys to the file and prints the public ones. */
export async function init(
  options: GlobalOptions & { clientId: string; out: string; hybrid?: boolean },
): Promise<void> {
  const { clientId, out, url, hybrid } = options;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(clientId)) {
    throw new UsageError(t.badClientId);
  }
  const keys = await makeKeys(out, clientId, url ?? localGateway(), hybrid);
  const set = { keys: publicHalves(keys) };
  // Without `--json` it is the file that `agency register --jwks` reads.
  print(options, { clientId, file: out, ...set }, () => `${JSON.stringify(set, null, 2)}\n`);
}

/** Either the keys or the address at which the agency publishes them. */
export type AgencyKeySource = { jwks: { keys: JWK[] } } | { jwksUri: string };
export type AgencyChange = Answer<'PUT /v1/agencies/:id'>;

/** As `data`: what waits for a second steward, or the registration. */
export const changed = (change: AgencyChange) =>
  'state' in change ? change : withReceipt(change.agency, change);

/** Writes new keys to a file of their own. @throws UsageError if it exists */
export async function makeKeys(
  out: string,
  clientId: string,
  issuer: string,
  hybrid = false,
): Promise<KeyPairs> {
  const keys = await newKeyPairs(hybrid);
  writeKeys(out, { clientId, issuer, ...keys });
  return keys;
}

/** Public keys as `agency init` prints them. @throws UsageError for anything else, private keys above all */
export function readKeySet(path: string): { keys: JWK[] } {
  let file: { keys?: JWK[]; sig?: unknown };
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new UsageError(t.noKeySet(path));
  }
  const { keys } = file;
  const isPrivate = ({ d, k, priv }: JWK) => (d ?? k ?? priv) !== undefined;
  if (file.sig !== undefined || (Array.isArray(keys) && keys.some(isPrivate)))
    throw new UsageError(a.privateKeys(path));
  if (!Array.isArray(keys)) throw new UsageError(t.noKeySet(path));
  return { keys };
}

/**
 * `fieldgate agency rotate`. The new file is written before the gateway gets the keys, so that no key is
 * lost.
 * @returns `null` if only the end of the previous rotation was missing
 */
export async function rotate(
  options: GlobalOptions & { hybrid?: boolean },
): Promise<{ gate: Fieldgate; change: AgencyChange } | null> {
  const { path, ...file } = readAgency(options.as, options.agencyFile);
  const next = `${path}.next`;
  if (existsSync(next) && (await takeOver(options, next, path))) return null;
  // A hybrid key is replaced by one: the gateway lets no agency go back alone.
  const keys = await newKeyPairs(options.hybrid || file.hybrid !== undefined);
  // With what else the file names, such as the client certificate.
  writeKeys(next, { ...JSON.parse(readFileSync(path, 'utf8')), ...keys });
  const { gate } = await open(options);
  const change = await gate.call(
    'PUT /v1/agencies/self/jwks',
    { body: { keys: publicHalves(keys) } as Body<'PUT /v1/agencies/self/jwks'> },
    { signed: true },
  );
  renameSync(next, path);
  return { gate, change };
}

/**
 * Ends a rotation whose answer was lost: the gateway either has the new keys, or will never get them.
 * @returns `false` if it does not have them; the new file is then removed
 */
async function takeOver(options: GlobalOptions, next: string, path: string): Promise<boolean> {
  const { gate } = await open({ ...options, agencyFile: next });
  try {
    const { clientId, keys } = await gate.whoami();
    renameSync(next, path);
    print(options, { clientId, keys }, () => t.taken);
    return true;
  } catch (error) {
    if (!(error instanceof FieldgateError) || error.oauth !== 'invalid_client') throw error;
    rmSync(next);
    return false;
  }
}

/** @throws UsageError if the file exists */
function writeKeys(path: string, value: object): void {
  try {
    writeNew(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch {
    throw new UsageError(t.unwritable(path));
  }
}
