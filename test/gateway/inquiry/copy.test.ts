/** A copy for a machine, and the explanation of a check. */
import { compactDecrypt, compactVerify, createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import { expect, it } from 'vitest';
import { asSubjectId } from '../../../shared/ids.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { fileGateway } from '../../support/gateway.ts';
import { DESK, inquire, makePerson, shownBy } from './world.ts';

const gateway = await fileGateway();

it('a copy is signed JSON of what is held, sealed to the inquirer or to the desk', async () => {
  const { match } = await makePerson(gateway, { years: 15 });
  await gateway.sequencer.step();
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const about = {
    collection: 'children',
    subject: { match },
    inquirer: 'child',
    identity: shownBy('child', match),
  };
  const own = await gateway.call('desk-county', DESK, 'POST', '/v1/inquiries', {
    ...about,
    sealTo: { kty, crv, x, y },
  });
  const { plaintext } = await compactDecrypt(own.text, privateKey);
  const jwks = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: [] };
  const { payload } = await compactVerify(plaintext, createLocalJWKSet(jwks));
  expect(JSON.parse(Buffer.from(payload).toString()).held.name.value).toBe('欧阳娜娜');
  const accept = { accept: 'application/jose' };
  const sealed = await gateway.call('desk-county', DESK, 'POST', '/v1/inquiries', about, accept);
  expect(sealed.headers.get('content-type')).toBe('application/jose');
  expect(sealed.text.split('.')).toHaveLength(5);
});

it('a copy for a guardian in conflict leaves out what any answer to it leaves out', async () => {
  const { match } = await makePerson(gateway, { years: 9, conflict: true });
  const { json } = await inquire(gateway, match, 'guardian', { accept: 'application/jose' });
  expect(json.held).not.toHaveProperty('visit_notes');
  expect(json.held).not.toHaveProperty('residence_address');
});

it('a check that confirmed nothing is explained by what the record does not confirm', async () => {
  const { match, subject } = await makePerson(gateway, { years: 9 });
  const store = (id: string, more: object) =>
    putCasework(gateway.tables.casework, asSubjectId(subject), {
      ...{ kind: 'outcome', id },
      document: { programme: 'spring-bud', purpose: 'C1', recipient: id, ...more },
    });
  await store('charity-sunrise', { outcome: 'NOT_CONFIRMED', until: 1_900_000_000 });
  // One that ended because consent or area is missing says nothing of why.
  await store('charity-harbour', { outcome: 'NOT_CONFIRMED', until: 0 });
  const { checks } = (await inquire(gateway, match, 'guardian')).json;
  const [ended, told] = ['charity-harbour', 'charity-sunrise'].map((id) =>
    checks.find(({ agency }: { agency: { id: string } }) => agency.id === id),
  );
  expect(ended).not.toHaveProperty('outcome');
  expect(ended).not.toHaveProperty('unconfirmed');
  expect(told.outcome).toBe('NOT_CONFIRMED');
  // The age and the area are confirmed. Fields that are not held are not spoken of.
  expect(told.unconfirmed).toEqual([]);
  await gateway.call('edu-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: 'children',
    records: [{ match, fields: { schooling_status: 'not-enrolled' } }],
  });
  const later = (await inquire(gateway, match, 'guardian')).json.checks;
  const again = later.find(({ agency }: { agency: { id: string } }) => agency.id === 'charity-sunrise');
  expect(again.unconfirmed).toEqual([{ label: { en: expect.any(String), zh: expect.any(String) } }]);
  const page = await inquire(gateway, match, 'guardian', { accept: 'text/html' }, '/v1/inquiries?lang=zh');
  expect(page.text).toContain(`未确认（档案目前不能确认：${again.unconfirmed[0].label.zh}）`);
});
