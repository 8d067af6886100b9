/** A server that ends TLS before a gateway and demands a client certificate, as a custom domain with mutual TLS does. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { sharedFolder } from './folder.ts';

/** The passphrase of `locked.key`. */
export const PASSPHRASE = 'a passphrase of the test';

const folder = sharedFolder();
export const inFolder = (name: string) => join(folder, name);

function openssl(...words: string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function authority(name: string): void {
  const out = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
  openssl('req', '-x509', ...NEW_KEY, ...out, '-days', '2', '-subj', `/CN=${name}`);
}

function certificate(name: string, by: string, san = 'DNS:client.test', days = '2'): void {
  openssl('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  writeFileSync(inFolder(`${name}.ext`), `subjectAltName=${san}\n`);
  const signed = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-extfile', `${name}.ext`];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-days', days, '-out', `${name}.pem`);
}

/** Files: authority `ca`; certificates `server`, `over` (which ends as it is made), `elsewhere` (of another host), `office`, `renewed`; `stranger` of another authority; `office.key` as `locked.key`. */
export function makeCertificates(): void {
  // Of several files of tests in one process, the first takes the folder along when it ends.
  mkdirSync(folder, { recursive: true });
  authority('ca');
  authority('other');
  certificate('server', 'ca', 'IP:127.0.0.1,DNS:localhost');
  certificate('over', 'ca', 'IP:127.0.0.1,DNS:localhost', '0');
  certificate('elsewhere', 'ca', 'DNS:elsewhere.test');
  for (const name of ['office', 'renewed']) certificate(name, 'ca');
  certificate('stranger', 'other');
  openssl('ec', '-in', 'office.key', '-aes256', '-passout', `pass:${PASSPHRASE}`, '-out', 'locked.key');
  writeFileSync(
    inFolder('both.pem'),
    ['office.pem', 'office.key'].map((one) => readFileSync(inFolder(one))).join(''),
  );
}

export interface Front {
  url: string;
  /** Names in the certificates of the requests since the last look. `null`: none was presented. */
  seen(): (string | null)[];
  /** Where requests go. */
  leadsTo(address: string): void;
  /** The host to which it redirects requests of the log's files. */
  moves(address: string): void;
  close(): void;
}

/** @param demands whether a connection without a certificate of `ca` is ended. @param own its own certificate */
export async function tlsFront(
  demands: boolean,
  maxVersion: SecureVersion = 'TLSv1.3',
  own = 'server',
): Promise<Front> {
  let target = '';
  let moved = '';
  const names: (string | null)[] = [];
  const [cert, key, ca] = [`${own}.pem`, `${own}.key`, 'ca.pem'].map((one) => readFileSync(inFolder(one)));
  const tls = { cert, key, ca, requestCert: true, rejectUnauthorized: demands, maxVersion };
  const server = createServer(tls, (asked, answer) => {
    const { CN } = (asked.socket as TLSSocket).getPeerCertificate().subject ?? {};
    names.push(typeof CN === 'string' ? CN : null);
    if (moved !== '' && asked.url?.startsWith('/log/'))
      return void answer.writeHead(302, { location: moved + asked.url }).end();
    const { method, headers } = asked;
    const passed = request(target + asked.url, { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    passed.on('error', () => answer.writeHead(502).end());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => names.splice(0),
    leadsTo: (address) => {
      target = address;
    },
    moves: (address) => {
      moved = address;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
