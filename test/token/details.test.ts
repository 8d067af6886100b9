import { describe, expect, it } from 'vitest';
import { tokenApp } from '../../functions/token/app.ts';
import { fileParts, tokenForm, tokenHeaders } from '../support/identity.ts';

const parts = await fileParts();
const app = tokenApp(parts.deps, { knows: (code) => ['S1', 'PX3'].includes(code) });

/** @param details JSON text, or a value. */
async function ask(details: unknown) {
  const authorization_details = typeof details === 'string' ? details : JSON.stringify(details);
  const response = await app.request('/oauth/token', {
    method: 'POST',
    headers: tokenHeaders(parts),
    body: tokenForm(parts, { authorization_details }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, error: body['error'], body };
}

const REFUSED = { status: 400, error: 'invalid_authorization_details' };
const release = { type: 'fieldgate', actions: ['release'], purpose: 'S1' };

describe('authorization_details', () => {
  it('are granted as requested, and returned', async () => {
    const asked = { ...release, case: 'EDU-2026-00417', officer: 'zhang.wei', reason: '冬季补助，五年级' };
    const { status, body } = await ask([asked]);
    expect(status).toBe(200);
    expect(body['authorization_details']).toEqual([asked]);
  });

  it.each<[string, object]>([
    ['intake without a purpose', { type: 'fieldgate', actions: ['intake'] }],
    ['release and verify for one purpose', { ...release, actions: ['release', 'verify'] }],
    // So that the attempt itself reaches the log.
    ['a prohibited purpose', { ...release, purpose: 'PX3' }],
    ['a reason of 1000 characters', { ...release, reason: '由'.repeat(1000) }],
  ])('grant %s', async (_, detail) => {
    expect(await ask([detail])).toMatchObject({ status: 200 });
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['no JSON', '[{'],
    ['an object', release],
    ['no object', []],
    ['two objects', [release, release]],
    ['a list in the list', [[release]]],
    ['null', [null]],
    ['another type', [{ ...release, type: 'payment_initiation' }]],
    ['no type', [{ ...release, type: undefined }]],
    ['the type __proto__', [{ ...release, type: '__proto__' }]],
    ['an unknown member', [{ ...release, locations: ['https://gateway.example'] }]],
    ['fields, which belong in the request', [{ ...release, fields: ['name'] }]],
    ['a member called constructor', '[{"type":"fieldgate","actions":["intake"],"constructor":{}}]'],
    ['a member called __proto__', '[{"type":"fieldgate","actions":["intake"],"__proto__":{"purpose":"S1"}}]'],
    ['a doubled member', '[{"type":"fieldgate","actions":["intake"],"actions":["release"]}]'],
    ['no actions', [{ ...release, actions: undefined }]],
    ['an empty list of actions', [{ ...release, actions: [] }]],
    ['actions as text', [{ ...release, actions: 'release' }]],
    ['an action twice', [{ ...release, actions: ['release', 'release'] }]],
    ['an unknown action', [{ ...release, actions: ['read'] }]],
    ['the action constructor', [{ type: 'fieldgate', actions: ['constructor'] }]],
    ['an action that the agency has not', [{ type: 'fieldgate', actions: ['audit'] }]],
    ['an action more than the agency has', [{ type: 'fieldgate', actions: ['intake', 'audit'] }]],
    ['release without a purpose', [{ type: 'fieldgate', actions: ['release'] }]],
    ['verify without a purpose', [{ type: 'fieldgate', actions: ['verify'] }]],
    ['intake with a purpose', [{ type: 'fieldgate', actions: ['intake'], purpose: 'S1' }]],
    ['release and intake together', [{ ...release, actions: ['release', 'intake'] }]],
    ['an unknown purpose', [{ ...release, purpose: 'S9' }]],
    ['a purpose in lower case', [{ ...release, purpose: 's1' }]],
    ['the purpose __proto__', [{ ...release, purpose: '__proto__' }]],
    ['the purpose constructor', [{ ...release, purpose: 'constructor' }]],
    ['an empty purpose', [{ ...release, purpose: '' }]],
    ['purposes as a list', [{ ...release, purpose: ['S1'] }]],
    ['an empty case', [{ ...release, case: '' }]],
    ['a case of 129 characters', [{ ...release, case: 'c'.repeat(129) }]],
    ['an officer that is no text', [{ ...release, officer: 7 }]],
    ['a reason with a line break', [{ ...release, reason: 'a\nb' }]],
    ['a reason of 1001 characters', [{ ...release, reason: 'r'.repeat(1001) }]],
    ['a lone surrogate', '[{"type":"fieldgate","actions":["intake"],"case":"\\ud800"}]'],
  ])('refuse %s', async (_, details) => {
    const answer = await ask(details);
    expect(answer).toMatchObject(REFUSED);
    const texts = { error_description: expect.any(String), error_uri: expect.any(String) };
    expect(answer.body).toEqual({ error: answer.error, ...texts });
  });

  it.each<[string, unknown, RegExp]>([
    ['the action that the agency lacks, and no other', { actions: ['intake', 'audit'] }, /the action audit,/],
    ['all that it lacks', { actions: ['audit', 'steward'] }, /audit, steward/],
    [
      'the purpose if that alone is unknown',
      { actions: ['release'], purpose: 'S9' },
      /no such purpose \(is S1 meant\?\); .* are: .*\bS1\b/,
    ],
    ['the form for an action that no agency has', { actions: ['read'] }, /one object of type fieldgate/],
  ])('name %s', async (_, detail, said) => {
    const { body } = await ask([{ type: 'fieldgate', ...(detail as object) }]);
    expect(body['error_description']).toMatch(said);
    expect(body['error_description']).not.toContain('S9');
  });
});
