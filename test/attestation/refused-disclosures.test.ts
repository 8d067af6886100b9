/** Disclosures that the verifier must refuse. */
import { describe, expect, it } from 'vitest';
import { faultOf, forged, hidden, join, type Refused } from './forge.ts';
import { digest, disclosure, forgeJwt, HEADER, holder, payloadOf, SALT, SHOWN } from './issuer.ts';

const claims = (names: Record<string, unknown>) => forged(names);

describe('the verifier refuses', () => {
  it.each<Refused>([
    [
      'a disclosure that the payload does not commit to',
      () => join(forgeJwt(HEADER, payloadOf(SHOWN)), ...SHOWN, disclosure(SALT, 'extra', 1)),
      'DISCLOSURE',
    ],
    [
      'a changed disclosure',
      () => join(forgeJwt(HEADER, payloadOf(SHOWN)), ...SHOWN.slice(0, 2), disclosure(SALT, 'outcome', 'NO')),
      'DISCLOSURE',
    ],
    [
      'a disclosure twice',
      () => join(forgeJwt(HEADER, payloadOf(SHOWN)), ...SHOWN, SHOWN[0] as string),
      'DISCLOSURE',
    ],
    ['a digest twice', () => forged({ _sd: [...SHOWN, SHOWN[0] as string].map(digest) }), 'DISCLOSURE'],
    ['a decoy twice', () => forged({ _sd: [...SHOWN.map(digest), digest('x'), digest('x')] }), 'DISCLOSURE'],
    [
      'a digest twice at different depths',
      () => {
        const inner = disclosure(SALT, 'a', { _sd: [digest('x')] });
        return forged({ _sd: [...SHOWN, inner].map(digest).concat(digest('x')) }, [...SHOWN, inner]);
      },
      'DISCLOSURE',
    ],
    ['a digest that is no digest', () => forged({ _sd: [...SHOWN.map(digest), 'short'] }), 'DISCLOSURE'],
    ['digests that are no list', () => forged({ _sd: { a: 1 } }, []), 'DISCLOSURE'],
    ['another hash', () => forged({ _sd_alg: 'sha-512' }), 'DISCLOSURE'],
    [
      'a hash named below the top',
      () => forged({ cnf: { jwk: holder.jwk, _sd_alg: 'sha-256' } }),
      'DISCLOSURE',
    ],
    ['the reserved name _sd', () => hidden(disclosure(SALT, '_sd', ['x'])), 'DISCLOSURE'],
    ['the reserved name ...', () => hidden(disclosure(SALT, '...', 'x')), 'DISCLOSURE'],
    ['the reserved name in the payload', () => claims({ '...': 'x' }), 'DISCLOSURE'],
    ['a name that is no text', () => hidden(disclosure(SALT, 7, 'x')), 'DISCLOSURE'],
    ['a salt that is no text', () => hidden(disclosure(7, 'a', 'x')), 'DISCLOSURE'],
    ['a salt of 120 bits', () => hidden(disclosure('MDEyMzQ1Njc4OWFiY2Rl', 'a', 'x')), 'DISCLOSURE'],
    ['a disclosure of four parts', () => hidden(disclosure(SALT, 'a', 'x', 'y')), 'DISCLOSURE'],
    ['a disclosure of one part', () => hidden(disclosure(SALT)), 'DISCLOSURE'],
    ['a disclosure that is no list', () => hidden(Buffer.from('{}').toString('base64url')), 'DISCLOSURE'],
    ['a disclosure that is no JSON', () => hidden(Buffer.from('[').toString('base64url')), 'MALFORMED'],
    ['an element where a member belongs', () => hidden(disclosure(SALT, 'x')), 'DISCLOSURE'],
    [
      'a member where an element belongs',
      () => {
        const member = disclosure(SALT, 'a', 'x');
        return forged({ list: [{ '...': digest(member) }] }, [...SHOWN, member]);
      },
      'DISCLOSURE',
    ],
    ['an element with more members', () => claims({ list: [{ '...': digest('x'), a: 1 }] }), 'DISCLOSURE'],
    ['a disclosed name that is taken', () => hidden(disclosure(SALT, 'vct', 'urn:other')), 'DISCLOSURE'],
    [
      'one name disclosed twice',
      () =>
        hidden(
          disclosure(SALT, 'outcome', 'YES').replace(/$/, ''),
          disclosure(`${SALT}x`, 'outcome', 'NOT_CONFIRMED'),
        ),
      'DISCLOSURE',
    ],
    [
      'an outcome that is hidden below another claim',
      () => {
        const outcome = disclosure(SALT, 'outcome', 'YES');
        const shown = [...SHOWN.slice(0, 2), outcome];
        const cnf = { jwk: holder.jwk, _sd: [digest(outcome)] };
        return join(forgeJwt(HEADER, payloadOf(SHOWN.slice(0, 2), { cnf })), ...shown);
      },
      'CLAIM',
    ],
    ['a member twice in a disclosed value', () => hidden(raw(`["${SALT}","a",{"b":1,"b":2}]`)), 'MALFORMED'],
    ['half a character', () => hidden(raw(`["${SALT}","a","\\ud800"]`)), 'MALFORMED'],
    ['padding', () => hidden(`${disclosure(SALT, 'a', 1)}=`), 'MALFORMED'],
    ['more disclosures than there can be', () => hidden(...MANY), 'DISCLOSURE'],
  ])('%s', async (_, make, fault) => {
    expect(await faultOf(await make())).toBe(fault);
  });
});

const MANY = Array.from({ length: 300 }, (_, i) => disclosure(`${SALT}${i}`, `a${i}`, 1));

function raw(json: string): string {
  return Buffer.from(json).toString('base64url');
}
