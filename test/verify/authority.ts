/**
 * A certificate authority for tests, which no verifier trusts, and the service that signs under it by `openssl`. Alone it runs by
 * `npm exec -- node test/verify/authority.ts <folder> [sm2]`, for `PROOF_SIGNER=http://127.0.0.1:8794 npm start`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

const KINDS = {
  p256: {
    key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    hash: 'sha256',
    digest: 'sha-256',
  },
  sm2: { key: ['-algorithm', 'SM2'], hash: 'sm3', digest: 'sm3' },
};

export interface Authority {
  url: string;
  /** Certificate that verifiers trust. */
  ca: string;
  /** What was asked, which is all that the service learns. */
  asked: Record<string, string>[];
  /** Answers this from now on, in place of signing. */
  answer: { status: number; body: Buffer } | null;
  close(): Promise<unknown>;
}

export async function startAuthority(folder: string, kind: keyof typeof KINDS, port = 0): Promise<Authority> {
  const { key, hash, digest } = KINDS[kind];
  const path = (name: string) => join(folder, `${kind}-${name}`);
  const run = (args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path('ext'), 'keyUsage=digitalSignature\n');
  for (const name of ['ca', 'signer']) run(['genpkey', ...key, '-out', path(`${name}.key`)]);
  const made = [
    '-key',
    path('ca.key'),
    `-${hash}`,
    '-days',
    '30',
    '-subj',
    '/CN=Test CA',
    '-out',
    path('ca.pem'),
  ];
  run(['req', '-new', '-x509', ...made]);
  run(['req', '-new', '-key', path('signer.key'), `-${hash}`, '-subj', '/CN=Signer', '-out', path('csr')]);
  const issued = [
    '-CA',
    path('ca.pem'),
    '-CAkey',
    path('ca.key'),
    `-${hash}`,
    '-days',
    '30',
    '-extfile',
    path('ext'),
  ];
  run(['x509', '-req', '-in', path('csr'), ...issued, '-out', path('signer.pem')]);
  const own = ['-md', hash, '-signer', path('signer.pem'), '-inkey', path('signer.key')];
  const authority: Authority = {
    ...{ url: '', ca: path('ca.pem'), asked: [], answer: null },
    close: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as Record<string, string>;
    authority.asked.push(asked);
    const { status, body } = authority.answer ?? {
      status: 200,
      body: run(['cms', '-sign', '-digest', asked[digest] ?? '', ...own, '-binary', '-outform', 'DER']),
    };
    response.writeHead(status, { 'content-type': 'application/pkcs7-signature' }).end(body);
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  authority.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return authority;
}

if (import.meta.main) {
  const [folder = 'authority', kind] = process.argv.slice(2);
  const { url, ca } = await startAuthority(folder, kind === 'sm2' ? 'sm2' : 'p256', 8794);
  console.log(`${url} signs under ${ca}`);
}
