/** Which client certificate a command presents to a gateway. */
import { type CertificateFiles, presentTo } from '../terminal/certificate.ts';
import { logins, readLogin } from './login-file.ts';

/**
 * That of the options or the environment; otherwise that of the file of the agency's keys; otherwise the one with which
 * the person logged in there.
 * @throws UsageError if its files can't be used
 */
export function presentCertificate(
  gateway: string,
  options: CertificateFiles,
  agency: CertificateFiles = {},
): void {
  const sources = [options, agency, ofLogin(gateway)];
  const files = sources.find(
    ({ clientCert, clientKey }) => clientCert !== undefined || clientKey !== undefined,
  );
  if (files) presentTo(gateway, files);
}

function ofLogin(gateway: string): CertificateFiles {
  try {
    const at = gateway.replace(/\/$/, '');
    return [readLogin(), ...logins()].find((login) => login?.issuer === at) ?? {};
  } catch {
    // A command that needs the login says what is wrong with it.
    return {};
  }
}
