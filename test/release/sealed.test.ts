/** Answers that are encrypted to the agency and signed by the gateway. */

import { compactDecrypt, compactVerify, createLocalJWKSet, importJWK } from 'jose';
import { describe, expect, it as plain } from 'vitest';
import { askedOf } from '../../shared/client/wire/asked.ts';
import { type Agency, freshAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });

const grant = (purpose: string) => ({
  ...{
    actions: ['release'],
    purpose,
    case: 'EDU-2026-00417',
    officer: 'zhang.wei',
    reason: 'winter subsidy',
  },
});

/** A child that police and hospital know. */
async function makeChild() {
  const id = freshNumber(BORN);
  const match = { id_number: id };
  const sheets: [string, object][] = [
    ['mps-county', { name: '欧阳娜娜', id_number: id, birth_date: BORN, division_code: '990001001' }],
    ['health-hospital', { illness: { code: 'C91', since: '2023-04-01' } }],
    [
      'mca-county',
      { division_code: '990001001', guardianship_status: { status: 'normal', conflict: false } },
    ],
  ];
  for (const [agency, fields] of sheets) await gateway.put(agency, { match, fields });
  return { match };
}

async function release(
  agency: string,
  purpose: string,
  request: object,
  headers: Record<string, string> = {},
) {
  const token = await gateway.token(agency, grant(purpose));
  return gateway.send(token, 'POST', '/v1/releases', { collection: 'children', ...request }, headers);
}

const it = plain.extend('match', async () => (await makeChild()).match);

describe('a sealed answer', () => {
  it('comes on request, encrypted to the agency and signed by the gateway', async ({ match }) => {
    const token = await gateway.token('edu-county', grant('S1'));
    const answer = await gateway.send(
      token,
      'POST',
      '/v1/releases',
      { collection: 'children', subjects: [{ match }], fields: ['name'] },
      { accept: 'application/jose' },
    );
    expect(answer.headers.get('content-type')).toBe('application/jose');
    expect((await openSealed('edu-county', answer.text)).results[0].fields.name.value).toBe('欧阳娜娜');
  });

  it.each(['application/jose;q=0.9, application/json;q=0.1', '*/*, Application/JOSE'])(
    'comes for Accept: %s',
    async (accept) => {
      const { match } = await makeChild();
      const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };
      const token = await gateway.token('edu-county', grant('S1'));
      const answer = await gateway.send(token, 'POST', '/v1/releases', body, { accept });
      expect(answer.headers.get('content-type')).toBe('application/jose');
      const unwanted = await gateway.send(token, 'POST', '/v1/releases', body, {
        accept: 'application/json, application/jose;q=0',
      });
      expect(unwanted.headers.get('content-type')).toBe('application/json');
    },
  );

  it('is always used for a restricted class', async ({ match }) => {
    const context = { imminentDangerAttested: true };
    const answer = await release('health-hospital', 'E1', {
      subjects: [{ match }],
      fields: ['illness'],
      context,
    });
    expect(answer.headers.get('content-type')).toBe('application/jose');
    expect(answer.text).not.toContain('C91');
    const { results, obligations } = await openSealed('health-hospital', answer.text);
    expect(results[0].fields.illness).toMatchObject({ form: 'plain', value: { code: 'C91' } });
    expect(obligations).toContain('REVIEW_24H');
  });

  it.for(['/v1/releases', '/v1/releases?b=2&a=%E5%BC%A0'])(
    'names the request that it answers, the instant and the entry: %s',
    async (path, { match }) => {
      const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };
      const token = await gateway.token('edu-county', grant('S1'));
      const { text } = await gateway.send(token, 'POST', path, body, { accept: 'application/jose' });
      const { plaintext } = await compactDecrypt(
        text,
        await importJWK(gateway.agency('edu-county').enc, 'ECDH-ES'),
      );
      const [head = '', said = ''] = Buffer.from(plaintext).toString().split('.');
      const { results } = JSON.parse(Buffer.from(said, 'base64url').toString());
      const { iat, ...header } = JSON.parse(Buffer.from(head, 'base64url').toString());
      const asked = await askedOf('POST', path, JSON.stringify(body));
      expect(header).toMatchObject({ asked, entry: results[0].receipt.entry });
      expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(60);
    },
  );

  it('needs an encryption key of the agency, which is checked before any look-up', async ({ match }) => {
    const { tables } = gateway;
    const whole = (await freshAgency(tables.agencies, asClientId('health-hospital'), Date.now())) as Agency;
    const keys = whole.jwks.keys.filter(({ use }) => use === 'sig');
    const store = (agency: Agency) => {
      // Instances know an agency for some seconds.
      ahead += 6000;
      return putAgency(tables.agencies, agency);
    };
    await store({ ...whole, jwks: { keys } });
    try {
      const context = { imminentDangerAttested: true };
      const ask = (subject: object, fields: string[], headers = {}) =>
        release('health-hospital', 'E1', { subjects: [subject], fields, context }, headers);
      const known = await ask({ match }, ['illness']);
      const stranger = await ask({ ref: 'A'.repeat(23) }, ['illness']);
      for (const { status, json } of [known, stranger])
        expect([status, json.code, json.rule]).toEqual([403, 'NO_ENCRYPTION_KEY', expect.any(String)]);
      expect((await ask({ match }, ['name'])).status).toBe(200);
      const asked = await ask({ match }, ['name'], { accept: 'application/jose' });
      expect([asked.status, asked.json.code]).toEqual([403, 'NO_ENCRYPTION_KEY']);
    } finally {
      await store(whole);
    }
  });

  async function openSealed(agency: string, text: string) {
    const { plaintext } = await compactDecrypt(text, await importJWK(gateway.agency(agency).enc, 'ECDH-ES'), {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const jwks = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: [] };
    const { payload } = await compactVerify(plaintext, createLocalJWKSet(jwks), { algorithms: ['ES256'] });
    return JSON.parse(Buffer.from(payload).toString());
  }
});
