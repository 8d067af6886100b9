/**
 * Where a library does the same: issuing and checking an attestation, also in a browser, against a library for SD-JWT with
 * the same claims, decoys and keys; sealing an answer against jose; a leaf of the log against canonicalize. All run in turn,
 * and ours twice, as the control.
 */
import { createHash, createPublicKey, hash, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import canonicalize from 'canonicalize';
import { build } from 'esbuild';
import { CompactEncrypt, type CryptoKey, importJWK } from 'jose';
import { chromium } from 'playwright-core';
import { encryptTo } from '../../functions/steps/encrypt-to.ts';
import { VCT, verifyEligibility } from '../../shared/attestation/eligibility.ts';
import { newHybridKey, publicJwk } from '../../shared/client/wire/hybrid.ts';
import { type ClosedLeaf, entryId, makeLeaf, NO_ITEM } from '../../shared/log/entry/leaf.ts';
import { COMMITTED_BYTES } from '../../shared/tree/commitments.ts';
import { ABOUT, HEADER, holder, ISSUER, issue, issuer, NOW } from '../attestation/issuer.ts';
import { listen } from '../infra/rest-front.ts';
import { CHROMIUM } from '../support/browser.ts';
import type { Given, Timed } from './browser/attestation.ts';
import { type Case, measureRatios } from './rounds.ts';

const rounds = () => Number(process.env['ROUNDS'] ?? 40);

interface Row {
  name: string;
  times: number;
  ours(): unknown;
  theirs: Record<string, () => unknown>;
}

export const IN_BROWSER = 'check one in Chromium, to @sd-jwt with WebCrypto';

/** @returns ratios to the libraries, by `<what>, to <library>` */
export async function benchAttest(): Promise<Map<string, number>> {
  const there = await library();
  const [ours, theirs] = [await issue(), await there.issue()];
  const options = { issuer: ISSUER, keys: [issuer.jwk], now: NOW };
  const rows: Row[] = [
    { name: 'issue an attestation', times: 100, ours: () => issue(), theirs: { '@sd-jwt': there.issue } },
    {
      ...{ name: 'check one', times: 100 },
      ours: () => verifyEligibility(ours, options),
      theirs: { '@sd-jwt': () => there.check(theirs) },
    },
    { name: 'seal 4 KB', times: 50, ours: () => encryptTo(recipient, ANSWER), theirs: jwe() },
    {
      ...{ name: 'seal 4 KB to a hybrid key', times: 50 },
      ours: () => encryptTo(hybrid, ANSWER),
      theirs: { 'the same to P-256': () => encryptTo(recipient, ANSWER) },
    },
    { name: 'leaf of an entry', times: 1000, ours: () => makeLeaf(FORM), theirs: leaf() },
  ];
  console.log('| | CPU µs | ratio to the library | control |\n|---|---:|---:|---:|');
  const ratios = new Map<string, number>();
  for (const row of rows) for (const [name, ratio] of await print(row)) ratios.set(name, ratio);
  const taken = Array.from({ length: 50 * rounds() }, () => wallMicros(() => encryptTo(hybrid, ANSWER)));
  taken.sort((a, b) => a - b);
  const [p50, p95] = [0.5, 0.95].map((part) => taken[Math.floor(part * taken.length)]?.toFixed(0));
  console.log(`| … wall time, p50 and p95 | ${p50}, ${p95} | | |`);
  if (CHROMIUM === null) console.log('no Chromium: no check in a browser');
  if (CHROMIUM === null) return ratios;
  const timed = await inBrowser(CHROMIUM, { ours, theirs, options, rounds: 10 * rounds(), times: 3 });
  const [own, other] = [timed.ours, timed.theirs].map((ms) => (1000 * ms).toFixed(0));
  console.log(`| check one in Chromium, wall time | ${own} | | ${timed.control.toFixed(2)} |`);
  console.log(`| … @sd-jwt with WebCrypto | ${other} | ${timed.ratio.toFixed(2)} | |`);
  ratios.set(IN_BROWSER, timed.ratio);
  return ratios;
}

async function print({ name, times, ours, theirs }: Row): Promise<[string, number][]> {
  const others = Object.entries(theirs).map(([other, run]): Case => ({ name: other, times, run }));
  const cases = [{ name: 'ours', times, run: ours }, { name: 'again', times, run: ours }, ...others];
  const { micros, ratio } = await measureRatios(cases, rounds());
  console.log(`| ${name} | ${micros('ours').toFixed(1)} | | ${ratio('again', 'ours').toFixed(2)} |`);
  return others.map(({ name: other }) => {
    console.log(`| … ${other} | ${micros(other).toFixed(1)} | ${ratio('ours', other).toFixed(2)} | |`);
    return [`${name}, to ${other}`, ratio('ours', other)];
  });
}

/** 4 KB for a key of P-256. */
const ANSWER = 'a'.repeat(4096);
const recipient = { ...holder.jwk, kid: 'enc-1', use: 'enc' };
const hybrid = { ...publicJwk(await newHybridKey()), kid: 'enc-2', use: 'enc' };

function wallMicros(run: () => unknown): number {
  const start = performance.now();
  run();
  return (performance.now() - start) * 1000;
}

/** With a key that is kept, and as jose's own documents have it. */
function jwe() {
  const seal = (key: KeyObject | CryptoKey | Uint8Array) =>
    new CompactEncrypt(Buffer.from(ANSWER))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWS', kid: recipient.kid })
      .encrypt(key);
  const key = createPublicKey({ key: holder.jwk as never, format: 'jwk' });
  const imported = importJWK(holder.jwk as never, 'ECDH-ES');
  return {
    'jose, KeyObject kept': () => seal(key),
    'jose, CryptoKey kept': async () => seal(await imported),
    'jose, key imported for each answer': async () => seal(await importJWK(holder.jwk as never, 'ECDH-ES')),
  };
}

const PLACE = { writer: '0123456789abcdef0123456789abcdef', seq: 12_345, leaf: 0 };
const FORM: ClosedLeaf = {
  ...{ ...PLACE, v: 2, id: entryId(PLACE), time: new Date(NOW).toISOString(), previous: NO_ITEM },
  committed: randomBytes(COMMITTED_BYTES).toString('base64'),
};

function leaf() {
  return {
    'canonicalize, node:crypto': () =>
      createHash('sha256')
        .update('\0')
        .update(canonicalize(FORM) ?? '')
        .digest(),
    'JSON.stringify in no order, node:crypto': () => hash('sha256', `\0${JSON.stringify(FORM)}`, 'buffer'),
  };
}

async function inBrowser(executablePath: string, given: Given): Promise<Timed> {
  const entry = new URL('browser/attestation.ts', import.meta.url).pathname;
  const { outputFiles } = await build({
    ...{
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'iife',
    },
    // The library asks for it and does without.
    external: ['node:*'],
  });
  // WebCrypto is there for secure origins only, of which this machine is one; an isolated page has the finer clock.
  const headers = {
    'content-type': 'text/html',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  const server = createServer((_, response) => response.writeHead(200, headers).end('<p>'));
  const url = await listen(server);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.evaluate(outputFiles[0]?.text ?? '');
    return await page.evaluate<Timed>(`compare(${JSON.stringify(given)})`);
  } finally {
    await browser.close();
    server.close();
  }
}

async function library() {
  const key = createPublicKey({ key: issuer.jwk as never, format: 'jwk' });
  const sdjwt = new SDJwtVcInstance({
    signer: (data: string) => es256(issuer.key, data),
    signAlg: 'ES256',
    verifier: (data: string, signature: string) =>
      verify(
        'sha256',
        Buffer.from(data),
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
    hasher: (data, algorithm) =>
      createHash(algorithm.replace('-', ''))
        .update(typeof data === 'string' ? data : Buffer.from(data))
        .digest(),
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
  });
  const { issued, expires, status, pseudonym, programme, outcome, recipient } = ABOUT;
  const claims = {
    ...{ iss: ISSUER, iat: issued, exp: expires, vct: VCT },
    ...{ cnf: { jwk: holder.jwk }, sub: pseudonym, programme, outcome, recipient },
    issued: status.index,
  };
  const frame = { _sd: ['sub', 'programme', 'outcome', 'recipient'], _sd_decoy: 4 } as never;
  return {
    issue: () => sdjwt.issue(claims as never, frame, { header: HEADER }),
    check: (text: string) => sdjwt.verify(text, { currentDate: NOW / 1000 }),
  };
}

function es256(key: KeyObject, data: string): string {
  return sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}
