/** The name by which a call goes on alone is stored, and the body names people by numbers: only who has the token can make it. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { oneAtATime } from '../../functions/session/serve.ts';
import { maintenanceRoutes } from '../../shared/contract/routes/maintenance.ts';

const BODY = {
  officer: 'li.na',
  reason: 'as asked',
  subject: { match: { id_number: '99000120130506001X' } },
};

async function nameOf(token: string, body: object = BODY): Promise<string> {
  const names: string[] = [];
  const session = {
    caller: { clientId: 'mca-county' },
    person: null,
    grant: {},
    replay: { oneAtATime: async (what: string) => void names.push(what) },
  };
  const c = { get: () => session, req: { path: '/v1/subjects/r/erase', header: () => token } };
  await oneAtATime(c as never, maintenanceRoutes.eraseSubject as never, body);
  return names[0] ?? expect.fail('no name');
}

it('is the same for the same call with one token, and tells nothing without the token', async () => {
  const name = await nameOf('DPoP one');
  expect(await nameOf('DPoP one', { ...BODY, reason: 'in other words' })).toBe(name);
  const another = { ...BODY, subject: { match: { id_number: '99000120130506002X' } } };
  expect(await nameOf('DPoP one', another)).not.toBe(name);
  expect(await nameOf('DPoP two')).not.toBe(name);
  const { officer, reason: _, ...content } = BODY;
  const guess = JSON.stringify(['mca-county', officer, 'POST', '/v1/subjects/r/erase', content]);
  expect(name).not.toContain('9900');
  expect(name).not.toBe(guess);
  expect(name).not.toBe(createHash('sha256').update(guess).digest('base64url'));
});
