/** Requests between departments over HTTP: filed, answered field by field, collected as far as approved. */
import { describe, expect, it as plain } from 'vitest';
import { joinNow } from '../maintenance/direct.ts';
import { eraseByTwo, subjectOf } from '../maintenance/rig.ts';
import { liftShares } from '../support/lifted.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { CASE, fileDesk, HOUR } from './desk.ts';
import { filing, type Match } from './filing.ts';

liftShares();
const desk = await fileDesk();
const { file, collect, answer } = filing(desk);

const it = plain.extend('match', async () => (await desk.child()).match);

describe('a release that needs an approval', () => {
  it('files the request, answers 202 with its id, and releases nothing', async ({ match }) => {
    const filed = await file(match);
    expect(filed).toMatchObject({
      request: expect.stringMatching(/^[\w-]{22}$/),
      state: 'submitted',
      subjects: 1,
    });
    expect(filed.fields).toMatchObject({
      name: { state: 'waiting', of: 'MPS' },
      residence_address: { of: 'MCA' },
      schooling_status: { of: 'EDU' },
    });
    const [entry] = await desk.entries('&kind=request');
    expect(entry).toMatchObject({ kind: 'request', outcome: 'submitted', purpose: 'J1' });
    expect(entry.fields).toEqual({
      MPS: { name: 'requested' },
      MCA: { residence_address: 'requested' },
      EDU: { schooling_status: 'requested' },
    });
  });

  it('repeated on the same day is the same request, and the owners have one task each', async ({ match }) => {
    const [first, second] = [await file(match), await file(match)];
    expect(second.request).toBe(first.request);
    const { json } = await desk.act('mps-county', 'boss', 'GET', '/v1/tasks');
    const mine = json.tasks.filter((task: { about: string }) => task.about === first.request);
    expect(mine).toMatchObject([{ kind: 'approve', department: 'MPS', details: { fields: ['name'] } }]);
  });

  it('reveals no more about an unknown child than about a known one', async ({ match }) => {
    const [known, unknown] = [await file(match), await file({ id_number: '99000120130506909X' })];
    const shape = ({ request, id, receipt, entry: _, ...rest }: Record<string, unknown>) =>
      JSON.stringify([
        String(request).length,
        id === request,
        Object.keys(receipt as object),
        { ...rest, at: '' },
      ]);
    expect(shape(unknown)).toBe(shape(known));
    // Nor does asking twice: either is one request.
    expect((await file({ id_number: '99000120130506909X' })).request).toBe(unknown.request);
  });

  it('is filed if nothing else is asked for; otherwise the rest is released, and the field withheld', async () => {
    const { match } = await desk.child();
    const words = { case: 'W-1' };
    const named = await desk.release(
      'mca-county',
      'W1',
      { subjects: [{ match }], fields: ['hiv_status'] },
      words,
    );
    expect([named.status, Object.keys(named.json.fields)]).toEqual([202, ['hiv_status']]);
    const both = { subjects: [{ match }], fields: ['name', 'hiv_status'] };
    const rest = await desk.release('mca-county', 'W1', both, words);
    const [{ fields, withheld }] = rest.json.results;
    expect([rest.status, Object.keys(fields), withheld.hiv_status.code]).toEqual([
      200,
      ['name'],
      'NO_APPROVAL',
    ]);
    const all = await desk.release('mca-county', 'W1', { subjects: [{ match }] }, words);
    expect(all.status).toBe(200);
    expect(all.json.results[0].withheld.hiv_status.code).toBe('NO_APPROVAL');
  });
});

describe('an approval', () => {
  it('can be collected field by field', async ({ match }) => {
    const { request } = await file(match);
    expect((await collect(match, request)).json.code).toBe('NO_APPROVAL');
    const approved = await answer('mps-county', request, 'approve');
    expect(approved.json.request).toMatchObject({
      state: 'approved',
      fields: { name: { state: 'approved' } },
    });
    expect((await answer('mca-county', request, 'refuse')).status).toBe(200);
    const { status, json } = await collect(match, request);
    expect(status, JSON.stringify(json)).toBe(200);
    expect(Object.keys(json.results[0].fields)).toEqual(['name']);
    // Each other field says where it stands in the request.
    expect(json.results[0].withheld).toMatchObject({
      residence_address: { code: 'NO_APPROVAL', request: { id: request, state: 'refused', of: 'MCA' } },
      schooling_status: { code: 'NO_APPROVAL', request: { state: 'waiting', answerBy: expect.any(String) } },
    });
    const [decision] = await desk.entries('&kind=decision');
    expect(decision.approvals).toEqual([approved.json.receipt.entry]);
    expect(decision.withheld).toMatchObject({ residence_address: 'A6.1', schooling_status: 'A6.1' });
  });

  it.each([
    ['another child', async () => ({ match: (await desk.child()).match })],
    ['another case', async () => ({ case: 'CR-2026-999' })],
    ['another instrument', async () => ({ instrument: 'WRIT-8' })],
    ['another purpose', async () => ({ purpose: 'R1', agency: 'mps-county' })],
    ['another office', async () => ({ agency: 'procuratorate-county' })],
    ['no such request', async () => ({ request: 'AAAAAAAAAAAAAAAAAAAAAA' })],
  ])('is not collected with %s', async (_, change) => {
    const child = await desk.child();
    const { request } = await file(child.match);
    await answer('mps-county', request, 'approve');
    const other = (await change()) as unknown as Record<string, never>;
    const { match = child.match, agency = 'court-county', purpose = 'J1', ...rest } = other;
    const subjects = [{ match }];
    const context = { request, ...rest };
    const answered = await desk
      .release(agency, purpose, { subjects, fields: ['name'] }, context)
      .catch(() => null);
    const fields = answered?.json.results?.[0]?.fields;
    expect(fields?.name, answered?.text).toBeUndefined();
  });

  it('is decided again: a freeze and an erasure in between count', async ({ match }) => {
    const { request } = await file(match);
    await answer('mps-county', request, 'approve');
    expect((await collect(match, request)).json.results[0].fields.name).toBeDefined();
    const ref = await desk.put('mca-county', { match, fields: { guardian_phone: null } }).catch(() => '');
    expect(ref).not.toBe('');
    expect((await eraseByTwo(desk.gateway, ref)).status).toBe(200);
    expect((await collect(match, request)).json.results[0].refused.code).toBe('REFUSED');
  });

  it('counts for the survivor if the child was a double and was merged since', async () => {
    const [double, child] = [await desk.child(), await desk.child()];
    const { request } = await file(double.match, ['name']);
    await answer('mps-county', request, 'approve');
    expect((await collect(child.match, request)).json.results[0].refused.code).toBe('REFUSED');
    const refOf = (match: Match) =>
      desk.put('mca-county', { match, fields: { guardian_phone: '13900000009' } });
    const [ref, into] = [await refOf(double.match), await refOf(child.match)];
    const [alias, survivor] = [await subjectOf(desk.gateway, ref), await subjectOf(desk.gateway, into)];
    await joinNow(desk.gateway, alias, survivor, desk.now);
    expect(Object.keys((await collect(child.match, request)).json.results[0].fields)).toEqual(['name']);
  });

  it('can be revoked by the owner, and withdrawn by the requester', async ({ match }) => {
    const { request } = await file(match);
    await answer('mps-county', request, 'approve');
    await answer('edu-county', request, 'approve');
    expect((await answer('mps-county', request, 'refuse')).json.request.fields.name.state).toBe('refused');
    expect(Object.keys((await collect(match, request)).json.results[0].fields)).toEqual(['schooling_status']);
    const path = `/v1/requests/${request}/withdraw`;
    const withdrawn = await desk.act('court-county', 'wu.jun', 'POST', path, {});
    expect(withdrawn.json.request.state).toBe('withdrawn');
    expect((await collect(match, request)).json.code).toBe('NO_APPROVAL');
    expect((await answer('mca-county', request, 'approve')).json.code).toBe('CONFLICT');
  });
});

describe('who approves', () => {
  it.each([
    ['the office that asked', 'court-county', 'boss', 403, 'APPROVER_IS_REQUESTER'],
    ['an officer of the same name elsewhere', 'mps-county', 'WU.JUN', 403, 'APPROVER_IS_REQUESTER'],
    ['a department that owns nothing of it', 'health-hospital', 'boss', 404, 'NOT_FOUND'],
    ['the same department of another county', 'mca-neighbour', 'boss', 404, 'NOT_FOUND'],
  ])('is not %s', async (_, agency, officer, status, code) => {
    const { match } = await desk.child();
    const { request } = await file(match);
    const refused = await desk.act(agency, officer, 'POST', `/v1/requests/${request}/approve`, {});
    expect([refused.status, refused.json.code]).toEqual([status, code]);
    expect((await collect(match, request)).json.code).toBe('NO_APPROVAL');
  });

  it('answers only for its own fields', async ({ match }) => {
    const { request } = await file(match);
    const refused = await answer('edu-county', request, 'approve', ['schooling_status', 'name']);
    expect([refused.status, refused.json.code]).toEqual([403, 'ROLE_REQUIRED']);
    const seen = (await desk.act('edu-county', 'boss', 'GET', `/v1/requests/${request}`)).json;
    expect(seen).toMatchObject({ mine: ['schooling_status'], case: CASE.case, officer: CASE.officer });
    expect(seen.refs).toHaveLength(1);
  });

  it('may be another owner of the field, and must name it', async ({ match }) => {
    const { request } = await file(match);
    const { mine } = (await desk.act('mca-county', 'boss', 'GET', `/v1/requests/${request}`)).json;
    expect(mine.sort()).toEqual(['name', 'residence_address']);
    const first = await answer('mca-county', request, 'approve');
    expect(first.json.request.fields).toMatchObject({ name: { state: 'waiting' } });
    const named = await answer('mca-county', request, 'approve', ['name']);
    expect(named.json.request.fields.name).toMatchObject({ state: 'approved', of: 'MPS', by: 'mca-county' });
  });

  it('is a stand-in if the requester’s own department is the only owner', async ({ match }) => {
    const words = { case: 'PAY-2026-03' };
    const subjects = [{ match }];
    const fields = ['name', 'benefits'];
    const filed = await desk.release('mca-county', 'W2', { subjects, fields }, words);
    expect(filed.json.fields).toMatchObject({ name: { of: 'MPS' }, benefits: { of: 'FIN' } });
    const { request } = filed.json;
    await answer('mps-county', request, 'approve');
    expect((await answer('finance-county', request, 'approve')).status).toBe(200);
    const first = await desk.release('mca-county', 'W2', { subjects, fields }, { ...words, request });
    expect(Object.keys(first.json.results[0].fields).sort()).toEqual(['benefits', 'name']);
    // A payment is collected once.
    const second = await desk.release('mca-county', 'W2', { subjects, fields }, { ...words, request });
    expect(second.json.code).toBe('NO_APPROVAL');
    const view = (await desk.act('mca-county', 'boss', 'GET', `/v1/requests/${request}`)).json;
    expect(view).toMatchObject({ state: 'collected', collections: 1 });
  });
});

describe('a request', () => {
  it('can be filed at its own route, and is listed for its parties', async ({ match }) => {
    const body = {
      collection: 'children',
      purpose: 'W1',
      subjects: [{ match }],
      fields: ['hiv_status', 'bank_account'],
      context: { case: 'W-2', reason: 'Status decision', officer: 'zhao.li' },
    };
    const filed = await desk.act('mca-county', 'zhao.li', 'POST', '/v1/requests', body);
    expect([filed.status, filed.json.state], filed.text).toEqual([201, 'submitted']);
    expect(filed.json.withheld.bank_account.code).toBe('FIELD_NOT_IN_PURPOSE');
    expect((await desk.act('mca-county', 'zhao.li', 'POST', '/v1/requests', body)).status).toBe(200);
    const list = async (agency: string, query: string) =>
      (await desk.act(agency, 'boss', 'GET', `/v1/requests${query}`)).json.requests.map(
        (one: { id: string }) => one.id,
      );
    expect(await list('mca-county', '?box=sent&state=submitted')).toContain(filed.json.id);
    expect(await list('health-hospital', '')).toContain(filed.json.id);
    expect(await list('mps-county', '')).not.toContain(filed.json.id);
    expect((await list('health-hospital', '?limit=1')).length).toBe(1);
  });

  it('without a field that needs approval is refused, and a prohibited one is an attempt', async () => {
    const { match } = await desk.child();
    const ask = (purpose: string, fields: string[]) =>
      desk.act('edu-county', 'zhang.wei', 'POST', '/v1/requests', {
        collection: 'children',
        purpose,
        subjects: [{ match }],
        fields,
      });
    expect((await ask('S1', ['name'])).json.code).toBe('INVALID_REQUEST');
    expect((await ask('W1', ['hiv_status'])).json.code).toBe('PURPOSE_NOT_FOR_ROLE');
    expect((await ask('PX3', ['name'])).json.code).toBe('PROHIBITED_PURPOSE');
    expect((await desk.entries('&kind=prohibited'))[0]).toMatchObject({ purpose: 'PX3' });
  });

  it('stays open for an hour as for a minute', async ({ match }) => {
    const { request } = await file(match);
    desk.later(HOUR);
    expect((await answer('mps-county', request, 'approve')).status).toBe(200);
  });
});

describe('a department', () => {
  it('has twenty open requests of one agency at most, and room again once it has answered one', async () => {
    const { match } = await desk.child();
    const nobody = { id_number: '990001201305069057' };
    // Owners of another county are asked about this child, and the purpose reaches any county.
    const far = { id_number: freshNumber(BORN) };
    await desk.put('mca-neighbour', { match: far, fields: { division_code: '990002001' } });
    const ask = (number: number, of = match) =>
      desk.release(
        'procuratorate-county',
        'J1',
        { subjects: [{ match: of }], fields: ['name'] },
        { case: `PR-${number}` },
      );
    const filed = [];
    for (let number = 0; number < 20; number++)
      filed.push((await ask(number, number % 2 ? match : nobody)).json);
    for (const whom of [match, nobody, far]) {
      const { status, json } = await ask(20, whom);
      expect([status, json.code]).toEqual([429, 'BUDGET_SPENT']);
    }
    // The same again is no further request, and another department has room.
    expect((await ask(0, nobody)).json.request).toBe(filed[0].request);
    expect((await answer('mps-county', filed[1].request, 'refuse')).status).toBe(200);
    expect((await ask(20)).status).toBe(202);
  });
});
