/**
 * A token request as an agency writes it: what it signs, and the form. What stands in angle brackets is the agency's own, or
 * new for each request; an assertion that worked would be a key in a public page. A test fills the marks in and gets a token.
 */
import type { Pack } from '../../../shared/policy/pack/pack.ts';

const SIGNED = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const NOW = '<seconds since 1970>';

interface TokenExample {
  assertion: { header: Record<string, string>; claims: Record<string, string> };
  proof: { header: Record<string, unknown>; claims: Record<string, string> };
  form: Record<string, string>;
}

/** @param issuer the gateway's public URL */
export function tokenExample({ purposes }: Pack, issuer: string): TokenExample {
  const detail = {
    ...{ type: 'fieldgate', actions: ['release'], purpose: [...purposes.keys()][0] ?? '' },
    ...{ case: 'C-2026-17', officer: 'li.na', reason: 'the yearly review' },
  };
  return {
    assertion: {
      header: { alg: 'ES256', kid: '<kid of the signing key>' },
      claims: {
        ...{ iss: '<client id>', sub: '<client id>', aud: issuer, jti: '<new for each request>' },
        ...{ iat: NOW, exp: '<at most 300 seconds later>' },
      },
    },
    proof: {
      header: { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: '<x>', y: '<y>' } },
      claims: {
        ...{ htm: 'POST', htu: `${issuer}/oauth/token`, jti: '<new for each request>', iat: NOW },
        nonce: '<DPoP-Nonce of the last answer>',
      },
    },
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: SIGNED,
      client_assertion: '<assertion>',
      authorization_details: JSON.stringify([detail]),
    },
  };
}

/** The request's lines. A form is encoded; its marks are not, so that they can be read. */
export function tokenRequest({ assertion, proof, form }: TokenExample): string {
  const lines = Object.entries(form).map(([name, value]) => {
    const isMark = /^<.*>$/.test(value);
    return `${name}=${isMark ? value : encodeURIComponent(value)}`;
  });
  return [
    ...['POST /oauth/token', 'content-type: application/x-www-form-urlencoded', 'dpop: <proof>', ''],
    ...[lines.join('\n&'), ''],
    ...['<assertion> = ', '<proof> = '].map((name, i) => {
      const { header, claims } = i === 0 ? assertion : proof;
      return `${name}ES256(${JSON.stringify(header)} . ${JSON.stringify(claims, null, 2)})`;
    }),
  ].join('\n');
}
