/** The check of an attestation in a page: ours, and that of a library with the same WebCrypto. */
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { type EligibilityOptions, verifyEligibility } from '../../../shared/attestation/eligibility.ts';
import { median } from '../rounds.ts';

export interface Given {
  /** One of each, because the form of the status differs. */
  ours: string;
  theirs: string;
  options: EligibilityOptions;
  rounds: number;
  times: number;
}

/** Medians: milliseconds of one check, and of the rounds' ratios. */
export interface Timed {
  ours: number;
  theirs: number;
  ratio: number;
  control: number;
}

const bytes = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' };

async function library(jwk: object, now: number): Promise<(text: string) => Promise<unknown>> {
  // As its own package for browsers does it: the key is read once.
  const key = await crypto.subtle.importKey('jwk', jwk, ECDSA, false, ['verify']);
  const sdjwt = new SDJwtVcInstance({
    verifier: (data: string, signature: string) =>
      crypto.subtle.verify(
        { name: 'ECDSA', hash: 'SHA-256' },
        key,
        bytes(signature),
        new TextEncoder().encode(data),
      ),
    hasher: async (data) =>
      new Uint8Array(
        await crypto.subtle.digest(
          'SHA-256',
          typeof data === 'string' ? new TextEncoder().encode(data) : data,
        ),
      ),
    hashAlg: 'sha-256',
  });
  return (text) => sdjwt.verify(text, { currentDate: now / 1000 });
}

async function compare({ ours, theirs, options, rounds, times }: Given): Promise<Timed> {
  const [key = {}] = options.keys;
  const check = await library(key, options.now);
  const runs = [
    () => verifyEligibility(ours, options),
    () => verifyEligibility(ours, options),
    () => check(theirs),
  ];
  const samples: number[][] = runs.map(() => []);
  const inTurn = [...runs.entries()];
  for (let round = -30; round < rounds; round++) {
    for (const [i, run] of round % 2 === 0 ? inTurn : inTurn.toReversed()) {
      const start = performance.now();
      for (let n = 0; n < times; n++) await run();
      if (round >= 0) samples[i]?.push((performance.now() - start) / times);
    }
  }
  const [own = [], again = [], other = []] = samples;
  const ratio = (all: number[], to: number[]) => median(all.map((one, i) => one / (to[i] ?? Number.NaN)));
  return { ours: median(own), theirs: median(other), ratio: ratio(own, other), control: ratio(again, own) };
}

Object.assign(globalThis, { compare });
