/**
 * Issuing and checking an attestation compared with a library for SD-JWT, with the same claims, decoys and keys; sealing an
 * answer compared with jose where its key is read each time, and where it is kept.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { CompactEncrypt } from 'jose';
import { encryptTo } from '../../functions/steps/encrypt-to.ts';
import { VCT, verifyEligibility } from '../../shared/attestation/eligibility.ts';
import { ABOUT, HEADER, holder, ISSUER, issue, issuer, NOW } from '../attestation/issuer.ts';
import { measure } from './rounds.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 40);
const TIMES = 100;

export async function benchAttest(): Promise<void> {
  const { fresh, kept } = jwe();
  const { issue: issueThere, check: checkThere } = await library();
  const ours = await issue();
  const theirs = await issueThere();
  const options = { issuer: ISSUER, keys: [issuer.jwk], now: NOW };
  const results = await measure(
    [
      { name: 'issue', times: TIMES, run: () => issue() },
      { name: 'issue again', times: TIMES, run: () => issue() },
      { name: 'issue there', times: TIMES, run: issueThere },
      { name: 'check', times: TIMES, run: () => verifyEligibility(ours, options) },
      { name: 'check again', times: TIMES, run: () => verifyEligibility(ours, options) },
      { name: 'check there', times: TIMES, run: () => checkThere(theirs) },
      { name: 'seal', times: TIMES, run: () => encryptTo(recipient, ANSWER) },
      { name: 'seal again', times: TIMES, run: () => encryptTo(recipient, ANSWER) },
      { name: 'seal there', times: TIMES, run: kept },
      { name: 'seal fresh', times: TIMES, run: fresh },
    ],
    ROUNDS,
  );
  const of = (name: string) => results.get(name) ?? Number.NaN;
  console.log('| | CPU µs | ratio to the library | control |\n|---|---:|---:|---:|');
  for (const [name, other] of [
    ['issue', '@sd-jwt'],
    ['check', '@sd-jwt'],
    ['seal', 'jose, key kept'],
  ] as const) {
    const library = of(`${name} there`);
    const control = (of(`${name} again`) / of(name)).toFixed(2);
    console.log(
      `| ${name}: Fieldgate | ${of(name).toFixed(0)} | ${(of(name) / library).toFixed(2)} | ${control} |`,
    );
    console.log(`| ${name}: ${other} | ${library.toFixed(0)} | 1 | |`);
  }
  console.log(
    `| seal: jose, key read each time | ${of('seal fresh').toFixed(0)} | ${(of('seal fresh') / of('seal there')).toFixed(2)} | |`,
  );
}

/** 4 KB for a key of P-256. */
const ANSWER = 'a'.repeat(4096);
const recipient = { ...holder.jwk, kid: 'enc-1', use: 'enc' };

function jwe() {
  const seal = (key: KeyObject) =>
    new CompactEncrypt(Buffer.from(ANSWER))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWS', kid: recipient.kid })
      .encrypt(key);
  const read = () => createPublicKey({ key: holder.jwk as never, format: 'jwk' });
  const key = read();
  return { kept: () => seal(key), fresh: () => seal(read()) };
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
