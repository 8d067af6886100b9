/** The client certificate of this machine's owner, for gateways whose domain demands one. It is shown to the gateway alone. */

import { resolve } from 'node:path';
import { type ClientCertificate, fetchWith } from '../../../shared/mtls.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from './failures.ts';
import { readNamed } from './named-files.ts';

const { certificate: t } = await texts('terminal');

/** Files in PEM form. One file may hold both. */
export interface CertificateFiles {
  clientCert?: string | undefined;
  clientKey?: string | undefined;
}

/** Of an encrypted key. It has no option: other users of a machine see the options of a program. */
const PASSPHRASE = 'FIELDGATE_CLIENT_KEY_PASSPHRASE';

/** The certificate of each origin. */
const shown = new Map<string, typeof fetch>();
let replaced = false;

/**
 * From now on calls to this gateway present the certificate, and calls to other hosts, such as the issuer of logins, none.
 * @throws UsageError if the files can't be used
 */
export function presentTo(gateway: string, { clientCert, clientKey = clientCert }: CertificateFiles): void {
  if (clientCert === undefined || clientKey === undefined) {
    if (clientKey !== undefined) throw new UsageError(t.onlyKey);
    return;
  }
  const { protocol, origin } = URL.canParse(gateway) ? new URL(gateway) : { protocol: '', origin: '' };
  // A gateway on this machine is called without TLS.
  if (protocol !== 'https:') return;
  try {
    shown.set(
      origin,
      fetchWith(() => read(clientCert, clientKey)),
    );
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(t.unusable(clientCert, clientKey, (error as NodeJS.ErrnoException).code));
  }
  replaceFetch();
}

/** Paths from the file's own folder, such as those in the file of an agency's keys. */
export function within(folder: string, { clientCert, clientKey }: CertificateFiles): CertificateFiles {
  return {
    ...(clientCert !== undefined && { clientCert: resolve(folder, clientCert) }),
    ...(clientKey !== undefined && { clientKey: resolve(folder, clientKey) }),
  };
}

function read(cert: string, key: string): ClientCertificate {
  const passphrase = process.env[PASSPHRASE];
  return { cert: readNamed(cert), key: readNamed(key), ...(passphrase !== undefined && { passphrase }) };
}

/** Libraries that check logs and proofs call the global `fetch`. */
function replaceFetch(): void {
  if (replaced) return;
  replaced = true;
  const plain = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return (shown.get(url.origin) ?? plain)(input, init);
  };
}
